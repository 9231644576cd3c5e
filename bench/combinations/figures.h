/* figures.h: two things timed in turn, and what came out as a line. */
#ifndef BENCH_COMBINATIONS_FIGURES_H
#define BENCH_COMBINATIONS_FIGURES_H

#include <stddef.h>
#include <stdint.h>

/* Does the work once, from a state that is ready for it. */
typedef void figure_work(void *context);

/* A figure: ours against a limit or a peer, each timed `rounds` times, turn by turn. */
struct figure {
    const char *name;
    figure_work *ours, *other; /* other NULL: nothing to compare with */
    void *context;
    double items; /* of one run: for the times of one item */
    double bytes; /* likewise, for rates; 0: none are shown */
    const char *goal;
};

/* A line: median seconds, core cycles and nanoseconds an item, bytes a second, and the ratio
 * other / ours with its 95 % interval: the share of a limit, or how many times faster than a peer.
 */
void figure_show(const struct figure *figure);

/* A heading for the lines that follow. */
void figure_head(const char *title);

/* Core cycles a second, by a chain of multiplications of three cycles each. */
double figure_clock(void);

/* Memory of 2 MiB pages, touched; never fails: the program ends. */
void *figure_memory(size_t size);
void figure_memory_free(void *memory, size_t size);

/* Ends the program, naming what failed, unless status is 0. */
void figure_require(int status, const char *what);

#endif

/*
 * bench.h: the parts of bench-combinations: figures, the limits and peers to compare with, and the
 * sections.
 */
#ifndef BENCH_COMBINATIONS_BENCH_H
#define BENCH_COMBINATIONS_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- figures.c ---- */

/* Does the work once. */
typedef void figure_work(void *context);

/* Our work against a limit or a peer, which are timed in turn. */
struct figure {
    const char *name;
    figure_work *ours, *other; /* other is NULL: there is nothing to compare with */
    void *context;
    double items; /* of one run, for the time per item */
    double bytes; /* of one run, for the rate; 0: no rate is shown */
    const char *goal;
};

/* Prints a line: median milliseconds, nanoseconds and core cycles per item, bytes per second, and
 * the ratio other / ours with its 95 % interval. That is the share of a limit that ours reaches, or
 * how many times faster than a peer ours is. */
void figure_show(const struct figure *figure);

/* Prints the heading of the lines that follow. */
void figure_head(const char *title);

/* Core cycles per second, measured by a chain of multiplications of three cycles each. */
double figure_clock(void);

/* Memory in 2 MiB pages, touched already. On failure the program ends. */
void *figure_memory(size_t size);
void figure_memory_free(void *memory, size_t size);

/* Unless status is 0, prints what failed and ends the program. */
void figure_require(int status, const char *what);

/* ---- limits_*.c: the speed of memory, by the fastest stores of this machine ---- */

/* Fills memory that begins at a cache line, past the caches; less than a line at the end is left
 * out. */
void limit_store(void *memory, size_t size);

/* The name of these stores. */
const char *limit_name(void);

/* The same on `threads` threads, in pieces of 2 MiB (figures.c). */
void limit_store_parallel(void *memory, size_t size, int threads);

/* ---- peer_*.c: other libraries that make combinations ---- */

/* Writes all rows as bytes. False: the library is not installed. */
bool peer_gsl(uint8_t *rows, uint32_t n, uint32_t k);
bool peer_pari(uint8_t *rows, uint32_t n, uint32_t k);

/* ---- sections: to add one, declare it here, and name it in the table of combinations.c ---- */

void section_write(void);
void section_window(void);
void section_fresh(void);
void section_visit(void);
void section_sums(void);
void section_text(void);
void section_many(void);
void section_ranks(void);
void section_ranges(void);
void section_shards(void);
void section_peers(void);

/* The path of the driver beside this program, for section_text. */
extern const char *bench_driver;

#endif

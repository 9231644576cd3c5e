/* rows.h: the rows of bench-process, and what they share. */
#ifndef FURROW_BENCH_PROCESS_ROWS_H
#define FURROW_BENCH_PROCESS_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include <furrow/measure.h>

/* What goes through queues and pipes: 64 bytes, the first field counts. */
struct item {
    uint64_t number;
    double sent; /* furrow_clock_wall() */
    uint64_t rest[6];
};

/* A way of a row: `times` items, or starts, in a run. */
struct way {
    size_t times;
    int (*run)(size_t times);
};

/* A contender's run, whose context is a way. */
int run_way(furrow_run_outcome *outcome, void *way);

/* Measures ways side by side, and prints what one item or start takes, and the ratio to the first.
 */
int compare(const char *title, furrow_contender *contenders, size_t count, double seconds);

/* Rows. Each prints its figures; nonzero: a code of Furrow. */
int stream(void);
int wake(void);
int start(void);

/* Python's Queue between two processes, and its Process: asked over a pipe. */
int python_stream(size_t times);
int python_start(size_t times);

/* Stops the program unless all is well. */
void must(int holds, const char *what);

#endif

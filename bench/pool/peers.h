/* peers.h: libraries that can do the work of a pool, each behind the same functions. */
#ifndef FURROW_BENCH_POOL_PEERS_H
#define FURROW_BENCH_POOL_PEERS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A map: statuses[i] = function(&results[i], &items[i], context). */
struct job {
    size_t n;
    const double *items;
    double *results;
    int *statuses;
    int (*function)(void *result, const void *item, void *context);
    void *context;
};

/* NULL: not supported, or not needed. Before each timed run start is called, after it stop; neither
 * is timed. */
struct peer {
    const char *name;
    void (*start)(int threads);
    void (*stop)(void);
    void (*map)(const struct job *job);    /* in parallel, in chunks of its choice */
    void (*pair)(const struct job *job);   /* two items that wait for each other, on two threads */
    void (*tasks)(const struct job *job);  /* each item is a task; one thread submits them all */
    void (*submit)(const struct job *job); /* one task, and its result */
};

extern const struct peer serial_peer; /* one thread */
extern const struct peer split_peer;  /* two threads, each with half of the items: the ideal */
extern const struct peer furrow_peer;
extern const struct peer openmp_peer;
extern const struct peer tbb_peer;
extern const struct peer glib_peer;
extern const struct peer python_peer;

/* Runs one item. */
static inline void run_item(const struct job *job, size_t i)
{
    job->statuses[i] = job->function(&job->results[i], &job->items[i], job->context);
}

#ifdef __cplusplus
}
#endif

#endif

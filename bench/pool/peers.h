/* peers.h: who can do the work of a pool, each behind the same few functions. */
#ifndef FURROW_BENCH_POOL_PEERS_H
#define FURROW_BENCH_POOL_PEERS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A map: results[i] = function(items[i]), and its status kept. */
struct job {
    size_t n;
    const double *items;
    double *results;
    int *statuses;
    int (*function)(void *result, const void *item, void *context);
    void *context;
};

/* NULL: it cannot, or need not. start is called before, stop after each timed run, untimed. */
struct peer {
    const char *name;
    void (*start)(int threads);
    void (*stop)(void);
    void (*map)(const struct job *job);    /* in parallel, however it likes to cut it */
    void (*pair)(const struct job *job);   /* two items that meet: on two threads */
    void (*tasks)(const struct job *job);  /* each item a task of its own, handed in by one */
    void (*submit)(const struct job *job); /* one task, and its result */
};

extern const struct peer serial_peer; /* one thread */
extern const struct peer split_peer;  /* two threads, each half of the items: what can be had */
extern const struct peer furrow_peer;
extern const struct peer openmp_peer;
extern const struct peer tbb_peer;
extern const struct peer glib_peer;
extern const struct peer python_peer;

/* Runs one item as all do. */
static inline void run_item(const struct job *job, size_t i)
{
    job->statuses[i] = job->function(&job->results[i], &job->items[i], job->context);
}

#ifdef __cplusplus
}
#endif

#endif

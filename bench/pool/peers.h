/* peers.h: the libraries that are compared, each behind the same few functions. */
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

/* NULL: not possible, or not needed. start is called before each timed run, and stop after it, both
 * untimed. */
struct peer {
    const char *name;
    void (*start)(int threads);
    void (*stop)(void);
    void (*map)(const struct job *job);    /* in parallel; the peer chooses the chunks */
    void (*pair)(const struct job *job);   /* two items that wait for each other, on two threads */
    void (*tasks)(const struct job *job);  /* one task for each item, all handed in by one thread */
    void (*submit)(const struct job *job); /* one task, until its result is there */
};

extern const struct peer serial_peer; /* one thread */
extern const struct peer
    split_peer; /* two threads with half of the items each: the most that can be gained */
extern const struct peer furrow_peer;
extern const struct peer openmp_peer;
extern const struct peer tbb_peer;
extern const struct peer glib_peer;
extern const struct peer python_peer;

/* Runs one item; all peers do it by this function. */
static inline void run_item(const struct job *job, size_t i)
{
    job->statuses[i] = job->function(&job->results[i], &job->items[i], job->context);
}

#ifdef __cplusplus
}
#endif

#endif

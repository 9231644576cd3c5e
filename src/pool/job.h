/*
 * job.h: a map while it runs: its chunks, who is inside, where it stopped.
 *
 * Its memory is the caller's who waits, or a furrow_result's. Threads come in while it is open, by
 * the pool's list; the first that finds nothing left closes it; the last that leaves ends it.
 */
#ifndef FURROW_POOL_JOB_H
#define FURROW_POOL_JOB_H

#include "state.h"

typedef void furrow__pool_job_end(furrow__pool_job *job, int worker);

struct furrow__pool_job {
    furrow_pool *pool; /* NULL: on the caller alone */
    const furrow_map_options *options;
    furrow_function function; /* or */
    furrow_body body;
    void *context;
    size_t n;
    int workers; /* that may take part */
    bool shared; /* it has been opened */
    bool alone;  /* known to be little: the caller takes one item, and if that took no longer than
                  * expected, all others */
    bool calling_back; /* its caller is inside a callback, and so are its items: what they wait for
                        * must not wait for that */
    void *scratch;     /* of who runs it without a pool */
    furrow_cancel cancel;
    furrow__pool_job_end *end; /* of a job that nobody's stack holds; by the last that leaves */

    furrow__pool_job *before, *after; /* in the pool's list, under its lock */
    atomic_bool open;
    furrow__gate over;

    int status;       /* of the lowest item that failed or was cancelled; under the pool's lock */
    size_t failed_at; /* that item, or n */
    furrow_usage usage;

    atomic_flag reporting; /* progress: one at a time */
    size_t reported;
    atomic_size_t done, failed;

    char gap_1[FURROW__LINE];
    atomic_size_t next; /* the first item that nobody has taken */
    char gap_2[FURROW__LINE];
    atomic_size_t stop_at;      /* nothing above starts; SIZE_MAX: nothing has stopped */
    atomic_uint_least64_t pace; /* picoseconds an item; 0: not known */
    atomic_int inside;          /* threads that take part, and one more while it is open */
};

/* Whether the arguments can be; FURROW_EINVAL. */
int furrow__pool_job_check(const furrow_map_options *options, size_t n);

/* A job with its caller inside. `options` is lent. */
void furrow__pool_job_init(furrow__pool_job *job, furrow_pool *pool,
                           const furrow_map_options *options, size_t n, furrow_function function,
                           furrow_body body, void *context);

/* Makes it known to the team. */
void furrow__pool_job_open(furrow__pool_job *job);

/* A job of the list, entered; NULL: none is open. */
furrow__pool_job *furrow__pool_job_join_any(furrow_pool *pool);

/* Enters this job if it is open. */
bool furrow__pool_job_join(furrow__pool_job *job);

/* For who is inside: runs chunks while there are any, and leaves. With worker -1 nothing runs. */
void furrow__pool_job_take_part(furrow__pool_job *job, int worker);

/* Runs chunks until there are no more (true), or until so many seconds are over, which is looked at
 * between chunks. */
bool furrow__pool_job_work(furrow__pool_job *job, int worker, double seconds);

/* By who is inside: nobody comes in any more. */
void furrow__pool_job_close(furrow__pool_job *job);

/* Leaves; what the last does. */
void furrow__pool_job_leave(furrow__pool_job *job, int worker);

/* The whole of a call that waits. */
int furrow__pool_job_run(furrow__pool_job *job);

/* After the last has left: statuses of what never started, the last progress. */
void furrow__pool_job_settle(furrow__pool_job *job);

/* Statuses, where nothing started. */
void furrow__pool_job_refuse(furrow__pool_job *job);

/* ---- what a chunk does: chunk.c ---- */

/* The next chunk for a thread whose last had `*size` items (0: none yet); false: there is none. */
bool furrow__chunk_next(furrow__pool_job *job, size_t *begin, size_t *size);
void furrow__chunk_run(furrow__pool_job *job, size_t begin, size_t end, int worker);

/* `item` failed, or did not start; with `stops` nothing above it starts. */
void furrow__pool_job_fail(furrow__pool_job *job, size_t item, int status, bool stops);

/* Tells of `count` more items. */
void furrow__pool_job_report(furrow__pool_job *job, size_t count);

#endif

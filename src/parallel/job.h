/*
 * job.h: a parallel call while it runs: its chunks, where it stopped, what it took.
 *
 * A backend is a function that calls furrow__job_chunk once for each chunk of a turn, 0 ... turn-1,
 * on any thread of its team, between furrow__job_enter and furrow__job_leave of that thread. All
 * else is here.
 */
#ifndef FURROW_PARALLEL_JOB_H
#define FURROW_PARALLEL_JOB_H

#include <stdatomic.h>
#include <stdbool.h>

#include <furrow/parallel.h>

enum { FURROW__FEW_ENDS = 96 };

typedef struct furrow__job {
    const furrow_parallel_options *options;
    furrow_body body;
    const void *context;

    size_t first, items; /* the items that chunks cut up: [first, first + items) */
    size_t chunk;        /* items of a chunk; 0: `chunks` blocks of nearly the same size */
    size_t *ends;        /* where guided pieces end, from `first`; NULL: all chunks are alike */
    size_t chunks;
    size_t dealt; /* chunks of the turns before this one */
    size_t turn;  /* chunks of this turn: what a backend runs */

    atomic_size_t stop_at; /* the lowest item whose range stopped or did not start; or SIZE_MAX */
    int status;            /* its code; written under a critical section */
    bool metered;          /* usage is asked for */
    furrow_usage usage;    /* of the workers that have left, likewise */

    furrow_span *spans; /* a site's trace, if it wants one: of the caller, then of the chunks */
    size_t span_count, span_capacity;

    size_t *few_ends; /* the caller's room for FURROW__FEW_ENDS: 10^9 items on 2 threads need 84 */
} furrow__job;

/* A thread's clocks when it entered. */
typedef struct furrow__meter {
    double wall, cpu;
    size_t waits;
} furrow__meter;

/* `n` items not yet cut up, on behalf of `options` (not NULL). */
furrow__job furrow__job_of(const furrow_parallel_options *options, size_t n, furrow_body body,
                           const void *context);

/* Cuts the items from `begin` to the end into the plan's chunks. FURROW_ENOMEM. */
int furrow__job_cut(furrow__job *job, size_t begin, const furrow_plan *plan);

/* Traces the job for its site from here on, if there is memory for it. */
void furrow__job_record(furrow__job *job);

/* Frees what the job has made. */
void furrow__job_clear(furrow__job *job);

/* The next turn, of few enough chunks that passing over them after a stop takes a millisecond and
 * that tasks for all of them fit into memory. False when there is none, or nothing should start. */
bool furrow__job_next_turn(furrow__job *job, int threads);

furrow__meter furrow__job_enter(const furrow__job *job);
void furrow__job_leave(furrow__job *job, const furrow__meter *meter);

/* Runs chunk `index` of the turn, unless the job was cancelled or stopped below it. */
void furrow__job_chunk(furrow__job *job, size_t index, int worker);

/* Runs the items [begin, end) likewise, on the caller, outside of regions. */
void furrow__job_range(furrow__job *job, size_t begin, size_t end);

/* Whether nothing further should start. */
bool furrow__job_stopped(const furrow__job *job);

/* What the call returns. */
int furrow__job_status(const furrow__job *job);

#endif

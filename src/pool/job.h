/*
 * job.h: a loop that a pool runs: its chunks, and who is inside.
 *
 * Its memory belongs to the waiting caller, or to a furrow_result. Threads come in while it is
 * open, by the pool's list; the thread that finds nothing left closes it; the last that leaves ends
 * it.
 */
#ifndef FURROW_POOL_JOB_H
#define FURROW_POOL_JOB_H

#include "state.h"

typedef void furrow__pool_job_end(furrow__pool_job *job, int worker);

enum { FURROW__MAX_TAILS = 8, FURROW__NUMBER_WORDS = 16 };

/* Items that their worker was kept from, given back. */
typedef struct furrow__tail {
    size_t begin, end;
} furrow__tail;

/* What came of more threads for items that wait: see watch.c. */
struct furrow__growth {
    int threads_before;  /* threads before a growth that has yet to be judged; 0: there is none */
    size_t begun_before; /* items that had begun by then, */
    double started;      /* and when that was */
    double rate;         /* items that began in a second after the last that was judged */
    bool settled;        /* more did not help */
};

struct furrow__pool_job {
    furrow__loop *loop; /* its owner is this */
    furrow_pool *pool;  /* NULL: on the caller alone */
    int limit;          /* threads that may ever take part at once */
    int expected;       /* that are likely to: chunks are cut for them */
    atomic_int allowed; /* that may now */
    bool waits;         /* items are known to wait: CPUs do not bound the threads */
    int demand;         /* what it counts for in the pool's demand for threads */
    bool caller_only;   /* known to be little: the caller runs it, and others only what it is kept
                         * from */
    bool from_callback; /* its caller is inside a callback, and so are its items: what they wait for
                         * must not wait for that */
    void *scratch;      /* of who runs it without a pool */
    furrow__pool_job_end *end; /* of a job that nobody's stack holds; by the last that leaves */

    furrow__pool_job *before, *after; /* in the pool's list, under its lock */
    atomic_bool open;
    atomic_bool shared; /* it has been open */
    furrow__latch over;
    furrow_readiness readiness; /* of other threads when it began */
    furrow_sharing sharing;     /* as was planned; UNDECIDED: by what is remembered */
    furrow_history *history;    /* where it is remembered; NULL: nowhere */
    double begun, ended;        /* readings of the clock by the caller; 0: not read */
    bool joined;                /* it has seen others inside; until then it had run, */
    size_t solo_items;          /* this number of items, */
    double solo_seconds;        /* in this time */

    struct furrow__growth growth;          /* by the watcher */
    furrow__tail tails[FURROW__MAX_TAILS]; /* under the pool's lock */
    atomic_int tail_count;
    atomic_uint_least64_t numbers[FURROW__NUMBER_WORDS]; /* a bit for each worker's number in use */

    char gap_1[FURROW__LINE];
    atomic_size_t next; /* the first item that nobody has taken */
    char gap_2[FURROW__LINE];
    atomic_uint_least64_t item_time; /* picoseconds an item; 0: not known */
    atomic_int inside;               /* threads that take part, and one more while it is open */
    atomic_int max_inside;           /* threads that have taken part at once */
};

/* A job with its caller inside, over a loop that has been described but for the pool's cancel. */
void furrow__pool_job_init(furrow__pool_job *job, furrow_pool *pool, furrow__loop *loop);

/* Makes it known to the team. */
void furrow__pool_job_open(furrow__pool_job *job);

/* A job of the list that wants another thread, entered; NULL: none does. Jobs are served in turn.
 * `more`: one wants yet another. */
furrow__pool_job *furrow__pool_job_join_any(furrow_pool *pool, bool *more);

/* Enters this job if it is open. */
bool furrow__pool_job_join(furrow__pool_job *job);

/* For who is inside: runs chunks while there are any, and leaves, or is yet to leave. With slot -1
 * nothing runs. */
void furrow__pool_job_drain_and_leave(furrow__pool_job *job, int slot);
void furrow__pool_job_drain(furrow__pool_job *job, int slot);

/* Runs chunks until there are no more (true), or until `seconds` are over, which is looked at
 * between chunks. */
bool furrow__pool_job_work(furrow__pool_job *job, int slot, double seconds);

/* By who is inside and found nothing left: nobody comes in any more. */
void furrow__pool_job_close(furrow__pool_job *job);

/* Whether there is a chunk for one more thread, if only to find that the call was cancelled. */
bool furrow__pool_job_has_items(furrow__pool_job *job);

/* Leaves; what the last does. */
void furrow__pool_job_leave(furrow__pool_job *job, int slot);

/* By the watcher, of a job that somebody is inside: these items are for others, if there is room
 * for them. */
bool furrow__pool_job_has_room_for_tail(const furrow__pool_job *job);
void furrow__pool_job_add_tail(furrow__pool_job *job, const furrow__tail *piece);

/* Runs chunks as a caller does, who looks when others come in. */
void furrow__pool_job_work_as_caller(furrow__pool_job *job, int slot);

/*
 * By a caller who does not share yet, whose items are all its own: runs them, until they are done
 * or `seconds` are over (looked at between items of a function, and between growing ranges of a
 * body). True when they are done; else what is left is there to be handed out.
 */
bool furrow__pool_job_begin_alone(furrow__pool_job *job, int slot, double seconds);

/* The whole of a call that waits. Returns what kept it from running, or 0. */
int furrow__pool_job_run(furrow__pool_job *job);

/* Of the process's pool: how many threads may take part, and whether whatever the CPUs are doing.
 * Before the job is known, or under the pool's lock; none once it is over. */
void furrow__pool_job_allow(furrow__pool_job *job, int threads, bool waits);

/* After the last has left: see furrow__loop_settle. */
int furrow__pool_job_settle(furrow__pool_job *job, furrow_error *error);

/* ---- chunks: chunk.c ---- */

/* The next chunk for a thread whose last had `*size` items (0: none yet); false: there is none. */
bool furrow__chunk_next(furrow__pool_job *job, size_t *begin, size_t *size);

/* What somebody has measured: an item took so long. */
void furrow__chunk_note(furrow__pool_job *job, double seconds);

/* ---- the options of a map as a loop: map.c ---- */

/* Whether the arguments can be; FURROW_EINVAL. */
int furrow__map_check(const furrow_map_options *options, size_t n);

/* The pointers of `options` are lent; the options themselves are not kept. */
void furrow__map_describe(furrow__loop *loop, const furrow_map_options *options, size_t n,
                          furrow_function function, furrow_body body, void *context);

#endif

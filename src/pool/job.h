/*
 * job.h: a job: a loop that a pool runs, its chunks, and the threads inside it.
 *
 * A caller makes a job on its stack (caller.c); an asynchronous map has one in its furrow_result.
 * The job is open while it stands in the pool's list, where other threads find and enter it. Each
 * thread inside takes chunks of items until there are none (part.c, chunk.c). A thread that finds
 * none left closes the job, so that nobody else enters. The last thread to leave ends it: it opens
 * the latch for which the caller waits, or calls `end`.
 *
 * Watching may bring items back: the tail of a chunk whose worker is stuck goes to `tails`, and the
 * job opens again.
 */
#ifndef FURROW_POOL_JOB_H
#define FURROW_POOL_JOB_H

#include "state.h"

typedef void furrow__pool_job_end(furrow__pool_job *job, int worker);

enum { FURROW__MAX_TAILS = 8, FURROW__NUMBER_WORDS = 16 };

/* Items that were taken away from a stuck worker, for others to run. */
typedef struct furrow__tail {
    size_t begin, end;
} furrow__tail;

/* What more threads have done for a job whose items block: see watch.c. */
struct furrow__growth {
    int threads_before;  /* threads before the growth that is yet to be judged; 0: there is none */
    size_t begun_before; /* items that had begun by then */
    double started;      /* when that was, by the wall clock */
    double rate;         /* items begun in a second after the last growth that was judged */
    bool settled;        /* more threads did not help: no further growth */
};

struct furrow__pool_job {
    furrow__loop *loop; /* loop->owner is this job */
    furrow_pool *pool;  /* NULL: it runs on the caller alone */
    int limit;          /* threads that may ever be inside at once */
    int expected;       /* threads that are likely to be; chunks are cut for this number */
    atomic_int allowed; /* threads that may be inside now */
    bool waits;         /* its items are known to block, so CPUs do not bound its threads */
    int demand;         /* its part of pool->demand */
    bool caller_only;   /* planned for the caller alone; others run only tails */
    bool from_callback; /* its caller is in a callback, so its items must not wait for that */
    void *scratch;      /* of the thread that runs it without a pool */
    furrow__pool_job_end *end; /* called by the last thread that leaves; NULL: opens `over` */

    furrow__pool_job *before, *after; /* in the pool's list, under its lock */
    atomic_bool open;
    atomic_bool shared; /* it has been open */
    furrow__latch over;
    furrow_readiness readiness; /* of the pool's threads when it began */
    furrow_sharing sharing;     /* as planned; UNDECIDED: to be decided by its history */
    furrow_history *history;    /* what earlier calls have shown; NULL: it has none */
    double begun, ended;        /* by the caller's wall clock; 0: not read */
    bool joined;                /* the caller has seen other threads inside */
    size_t solo_items;          /* items that it had run until then */
    double solo_seconds;        /* time that these took */

    struct furrow__growth growth;          /* used by the watcher */
    furrow__tail tails[FURROW__MAX_TAILS]; /* under the pool's lock */
    atomic_int tail_count;
    atomic_uint_least64_t numbers[FURROW__NUMBER_WORDS]; /* a bit for each worker number in use */

    char gap_1[FURROW__LINE];
    atomic_size_t next; /* the first item of which no thread has taken a chunk */
    char gap_2[FURROW__LINE];
    atomic_uint_least64_t item_time; /* in picoseconds; 0: not known */
    atomic_int inside;               /* threads inside, plus one while it is open */
    atomic_int max_inside;           /* the most threads that have been inside at once */
};

/* A job with its caller inside. The loop must have been described; the pool's cancel is added. */
void furrow__pool_job_init(furrow__pool_job *job, furrow_pool *pool, furrow__loop *loop);

/* The whole of a call that waits. Returns 0, or the code that kept it from running. */
int furrow__pool_job_run(furrow__pool_job *job);

/* After the last thread has left: see furrow__loop_settle. */
int furrow__pool_job_settle(furrow__pool_job *job, furrow_error *error);

/* ---- opening, entering, leaving: job.c, watch.c ---- */

/* Puts it on the pool's list. Wakes nobody. */
void furrow__pool_job_open(furrow__pool_job *job);

/* By a thread inside that found nothing left: takes it off the list, unless tails are left. */
void furrow__pool_job_close(furrow__pool_job *job);

/* Whether a job of the list wants another thread. */
bool furrow__pool_wants_thread(furrow_pool *pool);

/* Enters a job of the list that wants another thread; NULL: none does. Jobs are served in turn.
 * `*more`: another job, or this one, wants a further thread. */
furrow__pool_job *furrow__pool_job_join_any(furrow_pool *pool, bool *more);

/* Enters this job if it is open. */
bool furrow__pool_job_join(furrow__pool_job *job);

/* Leaves. The last thread ends the job. */
void furrow__pool_job_leave(furrow__pool_job *job, int slot);

/* Whether items are left for one more thread, if only to find that the call was cancelled. */
bool furrow__pool_job_has_items(furrow__pool_job *job);

/* By the watcher, while a thread is inside: hands these items to other threads. Only if there is
 * room for them. */
bool furrow__pool_job_has_room_for_tail(const furrow__pool_job *job);
void furrow__pool_job_add_tail(furrow__pool_job *job, const furrow__tail *tail);

/* Process's pool: how many threads may be inside, and whether that holds although all CPUs are
 * taken. To be called before the job is open, or under the pool's lock; with 0 once it is over. */
void furrow__pool_job_allow(furrow__pool_job *job, int threads, bool waits);

/* ---- a thread's part in a job: part.c ---- */

/* Runs chunks until none are left (true), or until `seconds` have passed. The clock is looked at
 * between chunks. */
bool furrow__pool_job_work(furrow__pool_job *job, int slot, double seconds);

/* Runs chunks to the end, as the caller: notes when other threads join. */
void furrow__pool_job_work_as_caller(furrow__pool_job *job, int slot);

/* By a caller that does not share yet: takes all items and runs them, until they are done or
 * `seconds` have passed. The clock is looked at between items of a function, and between growing
 * ranges of a body. True when all are done; else the rest is there to be handed out. */
bool furrow__pool_job_begin_alone(furrow__pool_job *job, int slot, double seconds);

/* By a thread inside: runs chunks to the end and closes the job. With slot -1 it runs none. */
void furrow__pool_job_drain(furrow__pool_job *job, int slot);
void furrow__pool_job_drain_and_leave(furrow__pool_job *job, int slot);

/* ---- chunks: chunk.c ---- */

/* Takes the next chunk, for a thread whose last had `*size` items (0: its first). False: there is
 * none. */
bool furrow__chunk_next(furrow__pool_job *job, size_t *begin, size_t *size);

/* Notes that an item took this time. */
void furrow__chunk_note(furrow__pool_job *job, double seconds);

/* ---- a map's options as a loop: map.c ---- */

/* FURROW_EINVAL: these options cannot be. */
int furrow__map_check(const furrow_map_options *options, size_t n);

/* Describes the loop. It borrows what the options point to, but not the options. */
void furrow__map_describe(furrow__loop *loop, const furrow_map_options *options, size_t n,
                          furrow_function function, furrow_body body, void *context);

#endif

/*
 * state.h: a pool from inside: slots, the team, what waits to be run.
 *
 * A worker's number and scratch are a slot. Its own thread takes it while it has something to do;
 * while it has nothing, a caller may borrow it and help. So at most `workers` items run at once.
 *
 * No thread sleeps while there is work for it: a thread that makes work public then looks for a
 * sleeper, and who goes to sleep says so and then looks for work, all in one total order
 * (sequentially consistent atomics; E. W. Dijkstra, 1965, and every futex since).
 */
#ifndef FURROW_POOL_STATE_H
#define FURROW_POOL_STATE_H

#include <furrow/pool.h>

#include "loop/loop.h"
#include "lot.h"
#include "migrate.h"
#include "plan/history.h"
#include "queue.h"
#include "slab.h"

typedef struct furrow__pool_job furrow__pool_job;

enum { FURROW__AWAKE, FURROW__ASLEEP, FURROW__WOKEN };

/* The slots of the process's pool: of its threads, and behind them of callers. */
enum { FURROW__MOST_THREADS = 768, FURROW__PROCESS_SLOTS = 1024 };

typedef struct furrow__slot {
    furrow_pool *pool;
    atomic_bool taken;
    atomic_int sleep;       /* of its thread */
    atomic_bool watches;    /* its thread sleeps, but looks around now and then: see watch.c */
    atomic_size_t finished; /* asynchronous calls that ended here; written by who has the slot */
    void *scratch;
    bool made; /* the scratch */
    pthread_mutex_t lock;
    pthread_cond_t woken;
    pthread_t thread;
    bool started;         /* it has a thread of its own, to be joined */
    bool looks;           /* its thread is one of the pool's spinners; its own */
    unsigned pulse_known; /* where the watcher last found its pulse */
    char gap_1[2 * FURROW__LINE];
    _Atomic(furrow_claim *) claim; /* what who has the slot is running, the innermost; or NULL */
    atomic_uint pulse;             /* changes with each chunk */
    _Atomic(const void *) owner;   /* the innermost claim's loop's: a job, to be told apart only */
    atomic_int runner;             /* the thread that has the slot, as the system numbers it */
    char gap_3[2 * FURROW__LINE];
    atomic_int cpu;  /* where its thread last looked for work; read by many and seldom written */
    atomic_bool led; /* its thread is being led off a CPU, or has ended */
    char gap_2[2 * FURROW__LINE];
} furrow__slot;

struct furrow_pool {
    bool of_process; /* the process's own: grows, and callers have slots beside its threads */
    int workers;     /* slots that have a thread, or may */
    int slots_made;
    furrow_pool_options options;
    char name[16];
    unsigned generation; /* of the process that made it; see fork.h */
    furrow__slot *slots;
    furrow__lot lot;
    furrow_cancel cancel; /* furrow_pool_terminate */
    atomic_bool closed;
    atomic_int crowd;       /* threads that wait for room */
    atomic_int any_waiters; /* threads that wait for any of several results */
    atomic_int pressed;     /* threads of the crowd that have waited for long: any room will do */
    int cpus;
    bool bound; /* threads keep to places: see furrow__cpu_place */
    int most_spinners;

    char gap_1[FURROW__LINE]; /* what threads look at all the time, and others change for them */
    atomic_int spinners;      /* threads that look for work, with nobody on their slot */
    atomic_int busy;          /* threads that run one brief call after the other */
    atomic_int watchers;      /* sleepers that look around now and then: one at most */
    atomic_int sleepers;
    atomic_int open;          /* jobs in the list */
    char gap_2[FURROW__LINE]; /* what changes seldom */
    atomic_int threads;       /* that have been started */
    atomic_int demand;  /* the process's pool: how many threads loops that wait may have in all, */
    atomic_int callers; /* how many callers' slots have ever been taken, */
    atomic_flag growing;
    furrow_pool *inherited;  /* and its parent's, which nobody runs */
    atomic_bool quick_watch; /* the watcher looks every millisecond, */
    atomic_bool grows;       /* or sooner: it has just called more threads for items that wait */
    atomic_flag watching;    /* a watcher looks around: one at a time, though who is slow to look
                              * may meet the next */
    atomic_uint visits; /* odd: the watcher looks at claims, whose memory must stay meanwhile */
    char gap_3[FURROW__LINE]; /* what callers change */
    atomic_int active;        /* slots on which jobs run */
    atomic_uint calls;    /* about how many there have been: tells the watcher that there are any */
    _Atomic(double) owed; /* seconds that sharing would have saved while nobody was awake, */
    _Atomic(double) last_call; /* and when the last of these calls ended */
    char gap_4[FURROW__LINE];
    atomic_size_t submitted;   /* asynchronous calls */
    atomic_size_t known_ended; /* submitted calls that had ended when a thread last counted */
    atomic_size_t elsewhere;   /* submitted calls that a thread without a slot ended */
    atomic_size_t visitors;    /* other threads inside a call that waits, in the lower half; in the
                                * upper one those who may touch the pool though it may be over */
    char gap_5[FURROW__LINE];

    pthread_mutex_t lock;
    furrow__pool_job *first, *last; /* jobs that want more workers; under the lock */
    furrow_result *failed;          /* failures that nobody has asked about, likewise */
    furrow_result *last_failed;
    furrow_pool_outcome lost; /* failures that nobody can ask about any more */
    size_t ends;              /* of failures so far; orders them */
    size_t first_lost;        /* which of these lost.status was */
    furrow_result *calling_back, *last_calling_back; /* ended, their callbacks to come */
    bool calling;                                    /* a thread is at it */
    bool callbacks_queued;                           /* a worker will be */
    furrow__entry callbacks;                         /* by this, in the queue */

    furrow__histories histories;
    furrow__slabs slabs; /* of single calls' results */
    char gap_6[FURROW__LINE];
    furrow__queue queue;

    int arrived;         /* workers whose initializer has run; under the lock */
    int broken;          /* the lowest of these that failed, or `workers` */
    int status;          /* its code */
    int left;            /* threads that have ended, likewise */
    furrow__latch ready; /* all have arrived */
    furrow__latch ended; /* all have left */
};

/* The pool's lock, which is held for some ten nanoseconds: looked at for a while before this thread
 * goes to sleep for it. */
void furrow__pool_lock(furrow_pool *pool);
void furrow__pool_unlock(furrow_pool *pool);

/* ---- who is where ---- */

/* The worker that this thread is for the pool: -1 for none. */
int furrow__pool_here(const furrow_pool *pool);

/* Whether this thread is inside a callback of the pool. */
bool furrow__pool_calling_back(const furrow_pool *pool);

/* A thread's stays, each inside the one before. */
typedef struct furrow__stay {
    const furrow_pool *pool;
    int worker;
    bool callback;
    void *scratch; /* the worker's */
    struct furrow__stay *outer;
} furrow__stay;

void furrow__stay_begin(furrow__stay *stay, const furrow_pool *pool, int worker, bool callback);
void furrow__stay_end(furrow__stay *stay);

/* By a caller that is the only worker, in a child that was forked from the pool's process. */
void furrow__stay_begin_alone(furrow__stay *stay, const furrow_pool *pool, void *scratch);

/* ---- its life ---- */

/* A pool with slots, of which none has a thread. NULL: no memory. */
furrow_pool *furrow__pool_make(const furrow_pool_options *options, int workers);

/* Frees a pool whose threads have ended, or never were. */
void furrow__pool_unmake(furrow_pool *pool);

/* What a thread needs of its slot. */
void furrow__slot_prepare(furrow_pool *pool, int slot);

/* ---- slots ---- */

bool furrow__slot_take(furrow_pool *pool, int worker);

/* The slots that have been in use, in turn: the first after -1; -1 after the last. */
int furrow__slot_after(furrow_pool *pool, int slot);

/* Borrows a slot that is free, rather that of a thread that sleeps, and would wake up on this CPU;
 * -1: none is. */
int furrow__slot_borrow(furrow_pool *pool);

/* Leaves it; its thread is woken if there is something to do. */
void furrow__slot_leave(furrow_pool *pool, int worker);

/* Says what is run on it from here on, and by whom; until the claim is taken back, its memory may
 * be looked at. */
void furrow__slot_hold(furrow_pool *pool, int worker, furrow_claim *claim);
void furrow__slot_let_go(furrow_pool *pool, int worker, furrow_claim *claim);

/* By its thread: notes the CPU that it is on. */
void furrow__slot_note_cpu(furrow__slot *slot);

/* Whether that was this one. */
static inline bool furrow__slot_is_on(const furrow__slot *slot, int cpu)
{
    return atomic_load_explicit(&((furrow__slot *)slot)->cpu, memory_order_relaxed) == cpu;
}

/* By its thread: until nobody leads it off a CPU, once it has its slot; and for ever, at its end.
 */
void furrow__slot_await_lead(furrow__slot *slot);
void furrow__slot_retire(furrow__slot *slot);

/* ---- threads ---- */

/* Whether there is something to do for a thread with a slot. */
bool furrow__pool_has_work(furrow_pool *pool);

/* How soon a thread would come: one looks for work now, or within a millisecond, or none does. */
furrow_readiness furrow__pool_readiness(furrow_pool *pool);

/* Whether a job of the list wants another thread. */
bool furrow__pool_wants_thread(furrow_pool *pool);

/* The process's pool: starts one more thread if it may have more; others never. */
bool furrow__team_grow(furrow_pool *pool);

/* After work was made public: wakes a thread, unless one is looking for work or will soon. */
void furrow__pool_wake(furrow_pool *pool);
void furrow__pool_wake_all(furrow_pool *pool);

/* A thread that is awake, and that this one keeps from looking for work, on its CPU, goes to
 * another. */
void furrow__pool_make_way(furrow_pool *pool);

/* Wakes a thread whoever is looking; false when none could be. The process's pool starts one. */
bool furrow__pool_wake_one(furrow_pool *pool);

/* While anything runs a sleeper must watch: wakes one to do so unless one does. By who has been in
 * the way of that: has come to work, or had a sleeper's slot. */
void furrow__pool_keep_watch(furrow_pool *pool);

/* Whether somebody is in a loop. */
bool furrow__pool_is_running(furrow_pool *pool);

/* The watcher looks around: whether somebody is stuck in an item while others wait behind it, and
 * whether threads that wait leave CPUs idle. True when there may be work now. */
bool furrow__pool_watch(furrow_pool *pool);

/* What a thread of the team does until the pool ends. */
void furrow__worker_main(furrow_pool *pool, int worker);

/* ---- calls ---- */

/* Keeps the pool's memory for a thread that waits, until it has left: see furrow_pool_free. */
void furrow__pool_enter(furrow_pool *pool);
void furrow__pool_leave(furrow_pool *pool);

/* Until nobody is left in it; what they wait for is over. */
void furrow__pool_await_leave(furrow_pool *pool);

/* Whether the pool is run by this process; false as well for NULL. */
bool furrow__pool_is_alive(const furrow_pool *pool);

/* An asynchronous call has ended, on a slot (or -1). */
void furrow__pool_count_end(furrow_pool *pool, int worker);

/* Whether all that was handed in is over. */
bool furrow__pool_is_over(furrow_pool *pool);

/* Room for one more asynchronous call, taken; or FURROW_EAGAIN, FURROW_ECLOSED. Waits if the pool
 * shall; on a worker or in a callback, which must not wait, `*at_once` says to run the call now. */
int furrow__pool_admit(furrow_pool *pool, bool *at_once);

/* Counts in one more call of something that was begun before; false: the pool has been closed. */
bool furrow__pool_admit_more(furrow_pool *pool);

/* Begins and ends a call that waits, by a thread that is no worker. FURROW_ECLOSED for a new one.
 */
int furrow__pool_visit(furrow_pool *pool);
void furrow__pool_visit_again(furrow_pool *pool);
void furrow__pool_visit_end(furrow_pool *pool);

static inline bool furrow__pool_is_terminated(const furrow_pool *pool)
{
    return furrow_cancel_requested(&pool->cancel);
}

#endif

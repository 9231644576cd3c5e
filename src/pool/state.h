/*
 * state.h: a pool from inside. To understand it, read this file and job.h, then caller.c (a call
 * that waits) and worker.c (a thread of the pool).
 *
 * Worker slots. A worker slot is a worker's number and its scratch. Each slot has a thread, which
 * takes the slot while it has work. While the slot is free, a caller that waits may borrow it and
 * help. So at most `workers` items run at once, whoever runs them. The process's own pool differs:
 * it starts its threads one by one, and callers have slots of their own behind those of threads.
 *
 * The team. A pool's threads are its team (team.c). A thread runs jobs and single calls in turn
 * (worker.c). Without work it spins for 50 us, then it sleeps (idle.c).
 *
 * Sleeping and waking. No thread sleeps while there is work for it. A thread that makes work public
 * looks for a sleeper afterwards (wake.c); a thread that goes to sleep says so, and looks for work
 * afterwards. All four steps are in one total order (sequentially consistent atomics), so at least
 * one of the two threads sees the other (E. W. Dijkstra, 1965, and every futex since).
 *
 * The watcher. While a pool is in use, one sleeper, the watcher, looks around about every
 * millisecond (watch.c). Where a worker is stuck in an item, the watcher takes away the items
 * behind that item, for others to run. Where items block, it lets more threads in.
 *
 * Work. A map or a loop is a job (job.h). It stands in the pool's list while more threads may enter
 * it. A single asynchronous call, or a chunk of an imap, is an entry of the queue (call_queue.h).
 *
 * The end. Threads leave when the pool is closed, no caller is inside and no asynchronous call is
 * pending (furrow__pool_is_over). A thread that may touch the pool after that has pinned it before.
 */
#ifndef FURROW_POOL_STATE_H
#define FURROW_POOL_STATE_H

#include <furrow/pool.h>

#include "call_queue.h"
#include "loop/loop.h"
#include "plan/history.h"
#include "wait.h"

typedef struct furrow__pool_job furrow__pool_job;

/* What a slot's thread does. WOKEN: another thread has woken it, but it does not run yet. */
enum { FURROW__AWAKE, FURROW__ASLEEP, FURROW__WOKEN };

/* The worker slots of the process's pool: those of threads come first, those of callers behind. */
enum { FURROW__MAX_THREADS = 768, FURROW__PROCESS_SLOTS = 1024 };

typedef struct furrow__slot {
    furrow_pool *pool;
    atomic_bool taken;
    atomic_int sleep;          /* FURROW__AWAKE ...: its thread */
    atomic_bool watches;       /* its thread sleeps and is the watcher */
    atomic_size_t calls_ended; /* asynchronous calls that ended on it; written by its worker */
    void *scratch;
    bool scratch_made;
    pthread_mutex_t lock; /* for `woken` */
    pthread_cond_t woken;
    pthread_t thread;
    bool started;            /* it has a thread that must be joined */
    bool spins;              /* its thread counts as a spinner; used by this thread alone */
    unsigned last_heartbeat; /* `heartbeat` when the watcher last looked */
    char gap_1[2 * FURROW__LINE];
    _Atomic(furrow_claim *) claim; /* the innermost claim of its worker; NULL: it runs nothing */
    atomic_uint heartbeat;         /* changes with each chunk */
    _Atomic(const void *) owner;   /* the job of that claim; compared only, never followed */
    atomic_int thread_id;          /* the system's number of the thread that runs its items */
    char gap_3[2 * FURROW__LINE];
    atomic_int cpu;        /* where its thread last looked for work; read often, seldom written */
    atomic_bool migrating; /* another thread keeps its thread off a CPU, or it has ended */
    char gap_2[2 * FURROW__LINE];
} furrow__slot;

struct furrow_pool {
    bool of_process; /* the process's own pool */
    int workers;     /* worker slots that have a thread, or may get one */
    int slots_mapped;
    furrow_pool_options options;
    char name[16];
    unsigned generation; /* of the process that made it; see loop/loop.h */
    furrow__slot *slots;
    furrow__parking parking;
    furrow_cancel cancel; /* requested by furrow_pool_terminate */
    atomic_bool closed;
    atomic_int room_waiters;   /* threads that wait until fewer calls are pending */
    atomic_int any_waiters;    /* threads that wait for any of several results */
    atomic_int urgent_waiters; /* those of them that have waited long: any room will do */
    int cpus;
    bool bound; /* OMP_PROC_BIND binds its threads to places */
    int max_spinners;

    /* Read by all threads all the time; changed as threads come and go. */
    char gap_1[FURROW__LINE];
    atomic_int spinners; /* threads that look for work; they have not taken their slots */
    atomic_int busy;     /* threads that run one short single call after the other */
    atomic_int watchers; /* 1 while a sleeper is the watcher, else 0 */
    atomic_int sleepers;
    atomic_int open; /* jobs in the list */

    /* Seldom changed. */
    char gap_2[FURROW__LINE];
    atomic_int threads; /* started so far */
    atomic_int demand;  /* process's pool: threads that loops with waiting items may have in all */
    atomic_int callers; /* process's pool: slots of callers that have ever been taken */
    bool (*grow)(furrow_pool *pool); /* starts one more thread, if there may be more; or NULL */
    atomic_int grow_requests;        /* since a thread began to grow it; 0: none does */
    furrow_pool *inherited;  /* process's pool: its parent's, in a forked child; nobody runs it */
    atomic_bool quick_watch; /* the watcher looks every millisecond */
    atomic_bool just_grew;   /* the watcher has let threads in, and looks again sooner */
    atomic_flag watching;    /* a thread looks around; a slow one may still when the next starts */
    atomic_uint inspections; /* odd while the watcher reads claims: their memory must stay */

    /* Changed by callers. */
    char gap_3[FURROW__LINE];
    atomic_int active;               /* process's pool: slots that run jobs */
    atomic_uint calls_begun;         /* about how many; tells the watcher that there are any */
    _Atomic(double) wake_debt;       /* seconds lost by calls that woke nobody: see caller.c */
    _Atomic(double) last_call_ended; /* when the last of these calls ended */
    char gap_4[FURROW__LINE];
    atomic_size_t calls_submitted;       /* asynchronous calls */
    atomic_size_t calls_known_ended;     /* those that had ended when a thread last counted */
    atomic_size_t calls_ended_elsewhere; /* those that a thread without a slot ended */
    atomic_size_t visitors_and_pins;     /* lower half: visitors; upper half: pins */
    char gap_5[FURROW__LINE];

    pthread_mutex_t lock;           /* of what follows, up to runs_callbacks */
    furrow__pool_job *first, *last; /* jobs that threads may enter */
    furrow_result *failed;          /* failures that nobody has asked about, in order */
    furrow_result *last_failed;
    furrow_pool_outcome abandoned; /* failures whose results were freed before anybody asked */
    size_t ends;                   /* failures so far; gives them their order */
    size_t first_abandoned;        /* the place in this order of abandoned.status */
    furrow_result *callbacks, *last_callback; /* calls that ended and must call back */
    bool runs_callbacks;                      /* a thread works through these */
    bool callbacks_queued;                    /* callbacks_entry is in the queue */
    furrow__entry callbacks_entry;            /* has a worker run the callbacks */

    furrow__histories histories;
    furrow__slabs slabs; /* memory of single calls */
    char gap_6[FURROW__LINE];
    furrow__call_queue queue;

    /* The start and the end of the team; under the lock. */
    int arrived;       /* workers whose initializer has run */
    int failed_worker; /* the lowest whose initializer failed */
    int status;        /* its code */
    int threads_ended;
    bool leaving;        /* a thread has seen that the pool is over */
    furrow__latch ready; /* all have arrived */
    furrow__latch ended; /* all have ended */
};

/* The pool's lock. It is held for about ten nanoseconds, so a thread tries it for a while before it
 * sleeps. */
void furrow__pool_lock(furrow_pool *pool);
void furrow__pool_unlock(furrow_pool *pool);

/* Makes a pool whose slots have no threads yet. NULL: no memory. */
furrow_pool *furrow__pool_make(const furrow_pool_options *options, int workers);

/* Frees a pool that has no thread any more. */
void furrow__pool_unmake(furrow_pool *pool);

/* ---- what this thread is for a pool ---- */

/* A thread's role: a worker of a pool (`worker` >= 0), or inside a callback. Roles nest, for items
 * call pools. */
typedef struct furrow__role {
    const furrow_pool *pool;
    int worker;
    bool callback;
    void *scratch; /* the worker's */
    struct furrow__role *outer;
} furrow__role;

void furrow__role_begin(furrow__role *role, const furrow_pool *pool, int worker, bool callback);

/* The same for a caller that is the only worker, in a child forked from the pool's process. */
void furrow__role_begin_alone(furrow__role *role, const furrow_pool *pool, void *scratch);
void furrow__role_end(furrow__role *role);

/* The worker that this thread is for the pool; -1: none. */
int furrow__pool_current_worker(const furrow_pool *pool);

/* Whether this thread is inside a callback of the pool. */
bool furrow__pool_in_callback(const furrow_pool *pool);

/* ---- worker slots ---- */

/* Makes the lock and the condition variable of a slot that gets a thread. */
void furrow__slot_prepare(furrow_pool *pool, int slot);

/* Takes the slot if it is free. */
bool furrow__slot_take(furrow_pool *pool, int worker);

/* The slot after this one among those that have been in use; -1 gives the first, and -1 comes after
 * the last. */
int furrow__slot_after(furrow_pool *pool, int slot);

/* Takes a free slot for a caller: best one whose thread sleeps and would wake up on this CPU. -1:
 * none is free. */
int furrow__slot_borrow(furrow_pool *pool);

/* Gives a borrowed slot back, and wakes a thread if there is work. */
void furrow__slot_return(furrow_pool *pool, int worker);

/* Publishes what the slot's worker runs from here on. Until the claim is withdrawn, the watcher may
 * look at its memory. */
void furrow__slot_publish_claim(furrow_pool *pool, int worker, furrow_claim *claim);
void furrow__slot_withdraw_claim(furrow_pool *pool, int worker, furrow_claim *claim);

/* By the slot's thread: notes the CPU that it is on. */
void furrow__slot_note_cpu(furrow__slot *slot);

/* Whether the slot's thread was last on this CPU. */
static inline bool furrow__slot_is_on(const furrow__slot *slot, int cpu)
{
    return atomic_load_explicit(&((furrow__slot *)slot)->cpu, memory_order_relaxed) == cpu;
}

/* Whether there is work for a thread that has a slot. */
bool furrow__pool_has_work(furrow_pool *pool);

/* ---- calls ---- */

/* Whether this process runs the pool; false for NULL and for a parent's pool. */
bool furrow__pool_is_alive(const furrow_pool *pool);

static inline bool furrow__pool_is_terminated(const furrow_pool *pool)
{
    return furrow_cancel_requested(&pool->cancel);
}

/* Whether the pool is closed and everything that was handed in is over. */
bool furrow__pool_is_over(furrow_pool *pool);

/* A visitor is a thread that is no worker of the pool and is inside a call that waits. A new call
 * may be refused with FURROW_ECLOSED; _resume is for one that waits for earlier work. */
int furrow__pool_visit_begin(furrow_pool *pool);
void furrow__pool_visit_resume(furrow_pool *pool);
void furrow__pool_visit_end(furrow_pool *pool);

/* While a pool is pinned its memory stays, also when it is over. */
void furrow__pool_pin(furrow_pool *pool);
void furrow__pool_unpin(furrow_pool *pool);

/* Waits until there are neither visitors nor pins. */
void furrow__pool_await_unpinned(furrow_pool *pool);

/* Counts one more asynchronous call. FURROW_EAGAIN: too many are pending; FURROW_ECLOSED. Waits for
 * room if the options say so. On a worker and in a callback, which must not wait, `*at_once` tells
 * the caller to run the call now. */
int furrow__pool_admit(furrow_pool *pool, bool *at_once);

/* Counts one more call of something that was admitted before; false: the pool's threads leave. */
bool furrow__pool_admit_more(furrow_pool *pool);

/* By a thread that found the pool over: whether it still is. If so, nothing more is admitted. */
bool furrow__pool_try_leave(furrow_pool *pool);

/* Counts the end of an asynchronous call, on a worker slot or (-1) on none. */
void furrow__pool_count_end(furrow_pool *pool, int worker);

#endif

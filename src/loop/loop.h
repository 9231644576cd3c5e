/*
 * loop.h: a loop while it runs: what it is, where it stopped, what it took.
 *
 * A backend (the serial loop, OpenMP's constructs, a pool) hands out chunks of the items. It calls
 * furrow__loop_run for each chunk, and furrow__loop_enter and _leave around all chunks of a thread.
 * Items are numbered from 0 here, and from `first` for bodies.
 */
#ifndef FURROW_LOOP_LOOP_H
#define FURROW_LOOP_LOOP_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <furrow/loop.h>
#include <furrow/plan.h>
#include <furrow/progress.h>

#include "fence.h"

struct furrow_pool;

/* How far a loop, or a run of several loops, has come. */
typedef struct furrow__progress {
    furrow_progress_event event; /* NULL: progress is not reported */
    void *context;
    size_t total;
    atomic_size_t done, failed;
    size_t reported;       /* `done` of the last report */
    atomic_flag reporting; /* a worker is inside `event` */
} furrow__progress;

typedef struct furrow__loop {
    /* What it is. */
    size_t first, n;
    furrow_function function; /* or */
    furrow_body body;
    void *context;
    const void *items; /* item 0 */
    size_t item_size;
    void *results; /* the slot of item 0 */
    size_t result_size;
    int *statuses;       /* [n], or NULL */
    bool collect;        /* failures stop nothing */
    size_t grain, chunk; /* chunk 0: the backend chooses */
    furrow_faults *faults;
    furrow_scratch *scratch; /* for backends that keep no scratch of their own */
    furrow_trace *trace;
    furrow_finished finished;
    void *finished_context;
    furrow_cancel cancel;     /* of this call; its `others` are the caller's and the pool's */
    bool wants_usage;         /* threads read their clocks */
    struct furrow_pool *pool; /* for the backend pool; NULL: the process's own */
    furrow_history *history;  /* for the backend pool: learns from the call; or NULL */
    void *owner;              /* the pool's mark on a loop that it runs */
    int rounding;             /* the caller's rounding mode, which all threads take */

    /* What has become of it. */
    furrow__progress progress;
    atomic_size_t stop_at; /* no item above starts; SIZE_MAX: nothing has stopped */
    pthread_mutex_t lock;  /* protects what follows */
    size_t failed_at;      /* the lowest item that failed or was cancelled; n: none */
    int status;            /* its code */
    furrow_usage usage;
    furrow_error reason; /* the text that furrow_fail gave the lowest item, where it had to stop */
} furrow__loop;

/* Sets memory to zero by a call of the C library: for some hundred bytes this is quicker than what
 * compilers insert for a memset whose size they know (rep stos). */
void furrow__clear(void *memory, size_t size);

/* Initialises a loop over `n` items; the caller then sets the other fields. */
void furrow__loop_init(furrow__loop *loop, size_t first, size_t n, furrow_cancel *cancel);

/* Makes room for what each of `count` workers keeps: spans and scratch. Called before any thread
 * starts. FURROW_ENOMEM. */
int furrow__loop_reserve(furrow__loop *loop, int count);

/* Records that `item` failed, or did not start. With `stops` no item above it starts any more. */
void furrow__loop_fail(furrow__loop *loop, size_t item, int status, bool stops);

/* Notes why an item fails. Of several items the reason of the lowest is kept. */
void furrow__loop_note_reason(furrow__loop *loop, const furrow_error *reason);

/* Writes which item failed, and why; nothing if none did. `error` may be NULL. */
void furrow__loop_explain(const furrow__loop *loop, furrow_error *error);

/* Whether no further chunk should start. */
static inline bool furrow__loop_is_stopped(const furrow__loop *loop)
{
    return atomic_load_explicit(&((furrow__loop *)loop)->stop_at, memory_order_relaxed) != SIZE_MAX;
}

/* Ends the loop after its last chunk: sets the statuses of the items that never started (`begun`
 * and above), reports the last progress, and fills `error` (which may be NULL) if the loop failed.
 * Returns its status. */
int furrow__loop_settle(furrow__loop *loop, size_t begun, furrow_error *error);

/* Sets the statuses of the items [begin, end), where the caller wants statuses. */
void furrow__loop_set_statuses(furrow__loop *loop, size_t begin, size_t end, int status);

/* ---- progress ---- */

void furrow__progress_init(furrow__progress *progress, furrow_progress_event event, void *context,
                           size_t total);

/* Adds `count` items that have ended. Of several workers that call this at once, one reports. */
void furrow__progress_add(furrow__progress *progress, size_t count);

/* Reports the end. */
void furrow__progress_end(furrow__progress *progress);

/* ---- threads ---- */

/* A thread's clocks when it entered, and how it rounded before. */
typedef struct furrow__clocks {
    double wall, cpu;
    size_t waits;
    int rounding;
} furrow__clocks;

furrow__clocks furrow__loop_enter(const furrow__loop *loop);
void furrow__loop_leave(furrow__loop *loop, const furrow__clocks *clocks);

/* ---- chunks ---- */

/*
 * The items of a chunk: those that its owner has begun, and those that other threads may take over.
 * The owner begins items from below; a thief takes items away from above. Each item is begun by
 * exactly one of them, and costs the owner a store and a load (the THE protocol: M. Frigo, C. E.
 * Leiserson, K. H. Randall, "The implementation of the Cilk-5 multithreaded language", 1998).
 */
struct furrow_claim {
    atomic_size_t next; /* items below have been begun. The owner stores it with release order: a
                         * thief sees all that the owner did to later items before claiming them */
    atomic_size_t end;  /* items from here on are not the owner's */
    size_t begin;
    size_t dropped; /* end of the owner's items that will never begin; they start at `next` */
    bool asked;     /* a body has claimed its items one by one */
    furrow__loop *loop;
    atomic_flag lock;
    furrow_claim *outer; /* of the same thread, around this one */
};

/* Initialises a claim on the first `end` items, none of which has begun. 0: on no item. */
void furrow__claim_init(furrow_claim *claim, furrow__loop *loop, size_t end);

/* Gives the items [begin, end) to the claim. `whole`: they all count as begun. */
void furrow__claim_open(furrow_claim *claim, size_t begin, size_t end, bool whole);

/* The owner begins no further item. Those left over end at claim->dropped. */
void furrow__claim_drop(furrow_claim *claim);

/* Counts the owner's items below `end` as begun. Returns where they end. */
size_t furrow__claim_skip(furrow_claim *claim, size_t end);

/* Takes away the items that have not begun, and returns them in [*begin, *end). Called by another
 * thread, which knows that the claim's memory stays. False when no item is left, or the owner was
 * quicker. */
bool furrow__claim_take_tail(furrow_claim *claim, size_t *begin, size_t *end);

/* Whether the items below `end` are still the owner's. Called by the owner when it meets a thief,
 * who may be about to find that the owner was quicker. */
bool furrow__claim_settle(furrow_claim *claim, size_t at, size_t end);

/* Stops the call at item `at`, because it was cancelled. */
void furrow__claim_cancel(furrow_claim *claim, size_t at);

static inline bool furrow__cancel_is_set(const furrow_cancel *cancel)
{
    return __atomic_load_n(&cancel->requested, __ATOMIC_RELAXED);
}

/* furrow_cancel_requested, without a function call where the others have no others. */
static inline bool furrow__loop_is_cancelled(const furrow__loop *loop)
{
    const furrow_cancel *const *others = loop->cancel.others;
    bool cancelled = furrow__cancel_is_set(&loop->cancel);
    for (int i = 0; i < 2 && !cancelled; i++)
        if (others[i])
            cancelled = others[i]->others[0] || others[i]->others[1]
                            ? furrow_cancel_requested(others[i])
                            : furrow__cancel_is_set(others[i]);
    return cancelled;
}

/* Whether the owner may begin the items [at, end): all of them, or none. `at` is the first item
 * that it has not begun, or, of a claim that was opened whole, the first of all. */
static inline bool furrow__claim_items(furrow_claim *claim, size_t at, size_t end)
{
    const furrow__loop *loop = claim->loop;
    if (end > atomic_load_explicit(&claim->end, memory_order_relaxed) &&
        !furrow__claim_settle(claim, at, end))
        return false;
    atomic_store_explicit(&claim->next, end, memory_order_release);
    furrow__fence_light();
    if (end > atomic_load_explicit(&claim->end, memory_order_relaxed) &&
        !furrow__claim_settle(claim, at, end))
        return false;
    if (at <= atomic_load_explicit(&((furrow__loop *)loop)->stop_at, memory_order_relaxed) &&
        !furrow__loop_is_cancelled(loop))
        return true;
    furrow__claim_cancel(claim, at);
    return false;
}

/* Whether `item` must not start any more. If the call was cancelled, it stops at this item. */
bool furrow__loop_ends_before(furrow__loop *loop, size_t item);

/* Runs the items [claim->begin, end) of an open claim on `worker`, in order, as far as they are the
 * owner's. For a body they all count as begun. */
void furrow__loop_run(furrow__loop *loop, furrow_claim *claim, size_t end, int worker,
                      void *scratch);

/* Runs the items [begin, end), which no other thread can take over, with loop->scratch. */
void furrow__loop_run_alone(furrow__loop *loop, size_t begin, size_t end, int worker);

/* ---- spans and scratch of the workers ---- */

/* Makes room for the workers 0 ... count - 1, before the first starts. NULL is fine. */
int furrow__trace_reserve(furrow_trace *trace, size_t count);
int furrow__scratch_reserve(furrow_scratch *scratch, size_t count);

/* Adds a span on the thread of its worker. */
void furrow__trace_add(furrow_trace *trace, const furrow_span *span);

/* `*own` becomes the scratch of `worker`, which is made first if need be. Called on the worker's
 * thread. NULL where `scratch` is NULL. */
int furrow__scratch_of(void **own, furrow_scratch *scratch, int worker);

/* ---- backends that need no pool ---- */

/*
 * Each runs the whole loop and returns 0, or the code of what kept it from running; how the items
 * ended is in the loop. parallel/parallel.c has the table of all backends.
 */

/* Runs the items on the caller in order, plan->chunk at a time. Chunk 0 is all items at once; but
 * where finished items are handed on, or the loop may be cancelled, as many as take 0.1 ms. */
int furrow__backend_serial(furrow__loop *loop, furrow_plan *plan);

/* Runs the plan's chunks by `omp parallel for`. */
int furrow__backend_for(furrow__loop *loop, furrow_plan *plan);

/* Runs the plan's chunks as tasks of `omp taskloop`. */
int furrow__backend_taskloop(furrow__loop *loop, furrow_plan *plan);

/* ---- inside a function ---- */

/* Which item the innermost function of this thread runs, for furrow_function_item and _fail. */
typedef struct furrow__function_scope {
    furrow_claim *claim; /* of a loop: the item is the last that was claimed; or NULL: */
    size_t item;         /* a call by itself */
    furrow_error *error; /* where its reason goes; NULL: nowhere */
    struct furrow__function_scope *outer;
} furrow__function_scope;

/* From here on the thread is inside this, until the end. */
void furrow__function_begin(furrow__function_scope *function);
void furrow__function_end(const furrow__function_scope *function);

/* ---- forks ---- */

/* The number of forks between the process that loaded the library and this one. */
unsigned furrow__fork_generation(void);

#endif

/*
 * loop.h: a loop while it runs: what it is, where it stopped, what it took.
 *
 * Whoever runs it (the serial loop, OpenMP's constructs, a pool) hands out chunks of its items,
 * calls furrow__loop_run for each, and furrow__loop_enter and _leave around all chunks of a thread.
 * Items are numbered from 0 here, and from `first` for bodies.
 */
#ifndef FURROW_LOOP_INTERNAL_H
#define FURROW_LOOP_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <furrow/loop.h>

#include "fence.h"
#include "tally.h"

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
    size_t grain, chunk; /* chunk 0: as whoever runs it sees fit */
    furrow_faults *faults;
    furrow_workers *workers; /* scratch, where whoever runs it has none of its own */
    furrow_trace *trace;
    furrow_finished finished;
    void *finished_context;
    furrow_cancel cancel; /* of this call: its others are the caller's and the pool's */
    bool metered;         /* somebody asks for the usage */
    void *owner;          /* whoever runs it knows it by this */
    int rounding;         /* the caller's mode, which all threads take */

    /* What has become of it. */
    furrow__tally tally;
    atomic_size_t stop_at; /* nothing above starts; SIZE_MAX: nothing has stopped */
    pthread_mutex_t lock;  /* of what follows */
    size_t failed_at;      /* the lowest item that failed or was cancelled; n: none */
    int status;            /* its code */
    furrow_usage usage;
    furrow_error reason; /* what furrow_fail said of the lowest item, where it had to stop */
} furrow__loop;

/* Makes memory zero, by the C library: for some hundred bytes it is quicker than what compilers put
 * in place of a memset whose size they know (rep stos). */
void furrow__clear(void *memory, size_t size);

/* A loop over `n` items, of which the caller then describes the rest. */
void furrow__loop_init(furrow__loop *loop, size_t first, size_t n, furrow_cancel *cancel);

/* `item` failed, or did not start; with `stops` nothing above it starts. */
void furrow__loop_fail(furrow__loop *loop, size_t item, int status, bool stops);

/* Why an item fails: of several items the lowest one's reason is kept. */
void furrow__loop_note_reason(furrow__loop *loop, const furrow_error *reason);

/* What the loop failed of, and where; nothing where it did not. `error` may be NULL. */
void furrow__loop_explain(const furrow__loop *loop, furrow_error *error);

/* Whether nothing further should start. */
static inline bool furrow__loop_is_stopped(const furrow__loop *loop)
{
    return atomic_load_explicit(&((furrow__loop *)loop)->stop_at, memory_order_relaxed) != SIZE_MAX;
}

/* After the last chunk: statuses of what never started (the items from `begun` on), the last
 * progress, and why it failed, if it did, in `error` (which may be NULL). Returns the status. */
int furrow__loop_settle(furrow__loop *loop, size_t begun, furrow_error *error);

/* The statuses of these items, where somebody wants them. */
void furrow__loop_set_statuses(furrow__loop *loop, size_t begin, size_t end, int status);

/* ---- threads ---- */

/* A thread's clocks when it entered, and how it rounded before. */
typedef struct furrow__meter {
    double wall, cpu;
    size_t waits;
    int rounding;
} furrow__meter;

furrow__meter furrow__loop_enter(const furrow__loop *loop);
void furrow__loop_leave(furrow__loop *loop, const furrow__meter *meter);

/* ---- chunks ---- */

/*
 * Which items of a chunk its owner has begun, and which others may take over: the owner goes up
 * from below, a thief takes away from above. Each item is begun by exactly one of them (M. Frigo,
 * C. E. Leiserson, K. H. Randall, "The implementation of the Cilk-5 multithreaded language", 1998:
 * THE), and the owner pays a store and a load for it.
 */
struct furrow_claim {
    atomic_size_t next; /* items below have been begun; written by the owner, and released: what it
                         * did to later items before it asked for them is then the thief's to see */
    atomic_size_t end;  /* items from here on are not the owner's */
    size_t begin;
    size_t dropped; /* end of the owner's items that will never begin; they start at `next` */
    bool asked;     /* a body has asked for its items one by one */
    furrow__loop *loop;
    atomic_flag lock;
    furrow_claim *outer; /* of the same thread, around this one */
};

/* A claim on the first `end` items, of which none has been begun; 0: on nothing. */
void furrow__claim_init(furrow_claim *claim, furrow__loop *loop, size_t end);

/* The items [begin, end) become its own; `whole`: they have all been begun. */
void furrow__claim_open(furrow_claim *claim, size_t begin, size_t end, bool whole);

/* The owner begins no further item; those it leaves are claim->dropped. */
void furrow__claim_drop(furrow_claim *claim);

/* The owner counts the items below `end` as begun, as far as they are its own; where that ends. */
size_t furrow__claim_skip(furrow_claim *claim, size_t end);

/* By another thread, which knows that the claim's memory stays: takes away what has not been begun.
 * False when there is nothing, or the owner was quicker. */
bool furrow__claim_take_tail(furrow_claim *claim, size_t *begin, size_t *end);

/* A thief came between, or is about to find that the owner was quicker: whether the items below
 * `end` are the owner's all the same. */
bool furrow__claim_settle(furrow_claim *claim, size_t at, size_t end);

/* The call was cancelled: it stops at item `at`. */
void furrow__claim_cancel(furrow_claim *claim, size_t at);

static inline bool furrow__cancel_is_set(const furrow_cancel *cancel)
{
    return __atomic_load_n(&cancel->requested, __ATOMIC_RELAXED);
}

/* furrow_cancel_requested, without a call where there is one level of others. */
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

/* Whether the owner may begin the items [at, end): all of them, or none. `at` is the first that it
 * has not begun, or, of a claim that was opened whole, the first of all. */
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

/* Whether `item` must not start any more: where the call was cancelled, it stops at this item. */
bool furrow__loop_ends_before(furrow__loop *loop, size_t item);

/* Runs the items [claim->begin, end) of an open claim on `worker`, in order, as far as they are the
 * owner's. For a body they have all been begun. */
void furrow__loop_run(furrow__loop *loop, furrow_claim *claim, size_t end, int worker,
                      void *scratch);

/* Likewise the items [begin, end), which nobody can take over. Scratch is loop->workers'. */
void furrow__loop_run_alone(furrow__loop *loop, size_t begin, size_t end, int worker);

/* ---- room, before any thread starts ---- */

/* For what each of `count` workers has of its own. FURROW_ENOMEM. */
int furrow__loop_reserve(furrow__loop *loop, int count);

#endif

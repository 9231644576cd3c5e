/*
 * range.h: the one type of work in Furrow, a body over a range of independent items.
 *
 * A body stands for the inside of a serial loop. Wherever a body is taken, what happens is
 *
 *     for (size_t i = 0; i < n; i++)
 *         results[i] = f(items[i], context);
 *
 * cut into ranges that may run at the same time and in any order. Inside a body that loop reads
 *
 *     for (size_t i = range->begin; i < range->end; i++)
 *         FURROW_RESULT(range, double, i) = f(furrow_range_item(range, i), context);
 *
 * with items and results reached by the item's own number, wherever the range begins. The body
 * writes no threads; who calls it (a loop, a pool, another process) knows nothing of what it
 * computes.
 */
#ifndef FURROW_RANGE_H
#define FURROW_RANGE_H

#include <stdbool.h>
#include <stddef.h>

#include <furrow/cancel.h>
#include <furrow/faults.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An item as data: bytes that its owner keeps while the item runs, and until its result has been
 * taken. */
typedef struct furrow_item {
    const void *bytes;
    size_t size;
} furrow_item;

/* What one named part of a body's work took; added up over all ranges of a run. */
typedef struct furrow_phase {
    double seconds;
    size_t count;
} furrow_phase;

/* Which items of a range are still to run; see furrow_range_claim. */
typedef struct furrow_claim furrow_claim;

/* A run of neighbouring items, handed to a body by whoever owns the memory behind the pointers. */
typedef struct furrow_range {
    size_t begin, end;     /* the items [begin, end), numbered over the whole run; never empty */
    int worker;            /* who runs it: 0 ... workers - 1; one range at a time each */
    const void *items;     /* of item `begin` on: see furrow_range_item; or NULL */
    size_t item_size;      /* from one item to the next; 0: `items` is an array of furrow_item */
    void *results;         /* the slot of item `begin`: see FURROW_RESULT; or NULL */
    size_t result_size;    /* from one slot to the next */
    void *scratch;         /* this worker's own, from worker_new; or NULL */
    furrow_faults *faults; /* where furrow_fail records; NULL: a fault stops the run */
    furrow_phase *phases;  /* for furrow_phase_add; or NULL */
    const furrow_cancel *cancel; /* items that take long look at it and return FURROW_ECANCELED */
    furrow_claim *claim;         /* for furrow_range_claim; NULL: the whole range is claimed */
} furrow_range;

/*
 * Runs the items of `range` in ascending order and writes their results. Returns 0, or nonzero to
 * stop the whole run: the code comes back to the caller of the run unchanged. What it reads through
 * `context` is shared by all workers and constant while ranges run.
 */
typedef int (*furrow_body)(const furrow_range *range, const void *context);

/* The slot of item `i`, begin <= i < end: where its result goes. */
void *furrow_range_slot(const furrow_range *range, size_t i);

/* The same as an lvalue: FURROW_RESULT(range, double, i) = 1.5. Checked against the range in debug
 * builds (without NDEBUG): the slot of another item ends the program. */
#ifdef NDEBUG
#define FURROW_RESULT(range, type, i) (((type *)(range)->results)[(i) - (range)->begin])
#else
#define FURROW_RESULT(range, type, i) (*(type *)furrow_range_slot((range), (i)))
#endif

/* Item `i`, begin <= i < end. {NULL, 0} where there is nothing but its number. */
furrow_item furrow_range_item(const furrow_range *range, size_t i);

/*
 * For bodies whose items may take long: the loop
 *
 *     for (size_t i = range->begin; furrow_range_claim(range, i); i++)
 *
 * runs the items that nobody else has taken over. Asked in ascending order, from `begin` on,
 * before each item. False from the first item on that another worker has taken over, that lies
 * above one that stopped the run, or that was cancelled; the body then returns 0: who called it
 * knows which items ran. A body that never asks runs its range whole.
 */
bool furrow_range_claim(const furrow_range *range, size_t i);

/* The same for neighbours at once, as many of [begin, end) as nobody else has taken over; where
 * they end, `begin` for none. What is claimed so is this worker's until it asks for the next. */
size_t furrow_range_claim_part(const furrow_range *range, size_t begin, size_t end);

/* Where the items end that have been claimed so far. */
size_t furrow_range_claimed(const furrow_range *range);

/* Adds `seconds`, spent once, to phase `phase` of the kernel's. Without phases it does nothing. */
void furrow_phase_add(const furrow_range *range, size_t phase, double seconds);

/*
 * Says that `item` of this range failed, and no other: its siblings go on, and the result slot of
 * the item is never read. `code` is nonzero. To be used as
 *
 *     if (status && (status = furrow_fail(range, i, status, "%s: %s", path, reason)) != 0)
 *         return status;
 *
 * Returns 0 when the fault is recorded; `code` when there is nowhere to record it (range->faults is
 * NULL), so that the run stops as the serial loop would; FURROW_ENOMEM when recording failed.
 */
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
int furrow_fail(const furrow_range *range, size_t item, int code, const char *format, ...);

#ifdef __cplusplus
}
#endif

#endif

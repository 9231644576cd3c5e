/*
 * range.h: the one type of work in Furrow, a body over a range of independent items.
 *
 * A body stands for the inside of a serial loop. Wherever a body is taken, what happens is
 *
 *     for (size_t i = 0; i < n; i++)
 *         results[i] = f(items[i], context);
 *
 * cut into ranges that may run at the same time and in any order. Inside a body this loop reads
 *
 *     for (size_t i = range->begin; i < range->end; i++)
 *         FURROW_RESULT(range, double, i) = f(furrow_range_item(range, i), context);
 *
 * with items and results reached by the item's own number, wherever the range begins. The body
 * knows nothing of threads, and its caller (a loop, a pool, another process) nothing of what it
 * computes.
 */
#ifndef FURROW_RANGE_H
#define FURROW_RANGE_H

#include <stdbool.h>
#include <stddef.h>

#include <furrow/cancel.h>
#include <furrow/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Which items of a run failed, and why: see below. */
typedef struct furrow_faults furrow_faults;

/* An item as data: bytes that its owner keeps until the item's result has been taken. */
typedef struct furrow_item {
    const void *bytes;
    size_t size;
} furrow_item;

/* What one named part of the bodies' work took, summed over all ranges of a run. */
typedef struct furrow_phase {
    double seconds;
    size_t count;
} furrow_phase;

/* Which items of a range have begun; see furrow_range_claim. */
typedef struct furrow_claim furrow_claim;

/* Neighbouring items, handed to a body. The memory behind the pointers belongs to the caller. */
typedef struct furrow_range {
    size_t begin, end;     /* the items [begin, end), numbered over the whole run; never empty */
    int worker;            /* 0 ... workers - 1; each worker runs one range at a time */
    const void *items;     /* from item `begin` on: see furrow_range_item; or NULL */
    size_t item_size;      /* from one item to the next; 0: `items` is an array of furrow_item */
    void *results;         /* the slot of item `begin`: see FURROW_RESULT; or NULL */
    size_t result_size;    /* from one slot to the next */
    void *scratch;         /* the worker's own, from worker_new; or NULL */
    furrow_faults *faults; /* where furrow_fail records faults; NULL: a fault stops the run */
    furrow_phase *phases;  /* for furrow_phase_add; or NULL */
    const furrow_cancel *cancel; /* long items check it and return FURROW_ECANCELED */
    furrow_claim *claim;         /* for furrow_range_claim; NULL: the range runs whole */
} furrow_range;

/*
 * Runs the items of `range` in ascending order and writes their results. Returns 0, or nonzero to
 * stop the whole run, whose caller gets that code unchanged. All workers share what `context`
 * points to, and nothing may change it while ranges run.
 */
typedef int (*furrow_body)(const furrow_range *range, const void *context);

/* The slot of item `i`, begin <= i < end: where its result goes. */
void *furrow_range_slot(const furrow_range *range, size_t i);

/* The same as an lvalue: FURROW_RESULT(range, double, i) = 1.5. Debug builds (without NDEBUG) end
 * the program if the item is not in the range. */
#ifdef NDEBUG
#define FURROW_RESULT(range, type, i) (((type *)(range)->results)[(i) - (range)->begin])
#else
#define FURROW_RESULT(range, type, i) (*(type *)furrow_range_slot((range), (i)))
#endif

/* Item `i`, begin <= i < end. {NULL, 0} where the item is its number alone. */
furrow_item furrow_range_item(const furrow_range *range, size_t i);

/*
 * For bodies whose items may take long: the loop
 *
 *     for (size_t i = range->begin; furrow_range_claim(range, i); i++)
 *
 * runs the items that no other worker has taken over. Call it before each item, in ascending order,
 * from `begin` on. It returns false from the first item on that another worker has taken over, that
 * lies above an item that stopped the run, or that was cancelled. The body then returns 0: its
 * caller knows which items ran. A body that never calls it runs its range whole.
 */
bool furrow_range_claim(const furrow_range *range, size_t i);

/* Claims several items at once: those of [begin, end) that no other worker has taken over. Returns
 * where they end; `begin`: there are none. No other worker takes over a claimed item. */
size_t furrow_range_claim_part(const furrow_range *range, size_t begin, size_t end);

/* The end of the items claimed so far. */
size_t furrow_range_claimed(const furrow_range *range);

/* Adds `seconds` to the kernel's phase `phase` and counts one use. Does nothing without phases. */
void furrow_phase_add(const furrow_range *range, size_t phase, double seconds);

/*
 * Records that `item` of this range failed. The other items go on, and the item's result slot is
 * never read. `code` is nonzero. Use it as
 *
 *     if (status && (status = furrow_fail(range, i, status, "%s: %s", path, reason)) != 0)
 *         return status;
 *
 * Returns 0 when the fault is recorded; `code` when range->faults is NULL, so that the run stops as
 * the serial loop would; FURROW_ENOMEM when there is no memory for the fault.
 */
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
int furrow_fail(const furrow_range *range, size_t item, int code, const char *format, ...);

/* ---- items that failed ---- */

/* Bodies add faults by furrow_fail, from any worker; the caller of the loop reads them. All
 * functions are thread-safe except _free and _clear. */

/* Makes an empty collection, which furrow_faults_free frees. FURROW_ENOMEM. */
int furrow_faults_new(furrow_faults **faults);
void furrow_faults_free(furrow_faults *faults);

/* Adds a copy of `fault`, which names its item. Of several faults of one item the first stays.
 * FURROW_ENOMEM: nothing was added. */
int furrow_faults_add(furrow_faults *faults, const furrow_error *fault);

/* The number of items that failed. NULL: 0. */
size_t furrow_faults_count(const furrow_faults *faults);

/* Copies the fault at `index` in item order (0: the lowest item that failed) to `*fault`, which may
 * be NULL. False when there are fewer faults. */
bool furrow_faults_at(const furrow_faults *faults, size_t index, furrow_error *fault);

/* Whether `item` failed. If so, copies its fault to `*fault`, which may be NULL. Quick when no item
 * failed. */
bool furrow_faults_find(const furrow_faults *faults, size_t item, furrow_error *fault);

/* Forgets all faults; keeps the memory. */
void furrow_faults_clear(furrow_faults *faults);

#ifdef __cplusplus
}
#endif

#endif

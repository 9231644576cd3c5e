/*
 * range.h: the one type of work in Furrow, a body over a range of independent items.
 *
 * A body stands for the inside of a serial loop. Wherever a body is taken, what happens is
 *
 *     for (size_t i = 0; i < n; i++)
 *         results[i] = f(i, context);
 *
 * cut into ranges that may run at the same time and in any order. The body writes no threads; who
 * calls it (a parallel loop, a pool, another process) knows nothing of what it computes.
 */
#ifndef FURROW_RANGE_H
#define FURROW_RANGE_H

#include <stddef.h>

#include <furrow/cancel.h>
#include <furrow/faults.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A run of neighbouring items, handed to a body by whoever owns the memory behind the pointers. */
typedef struct furrow_range {
    size_t begin, end;     /* the items [begin, end), numbered over the whole run; never empty */
    int worker;            /* who runs it: 0 ... workers - 1; one range at a time each */
    void *results;         /* the slot of item `begin`, the others result_size apart; or NULL */
    void *scratch;         /* this worker's own, from worker_new; or NULL */
    furrow_faults *faults; /* where furrow_fail records; NULL: a fault stops the run */
    const furrow_cancel *cancel; /* items that take long look at it and return FURROW_ECANCELED */
} furrow_range;

/*
 * Runs the items of `range` in ascending order and writes their results. Returns 0, or nonzero to
 * stop the whole run: the code comes back to the caller of the run unchanged. What it reads through
 * `context` is shared by all workers and constant while ranges run.
 */
typedef int (*furrow_body)(const furrow_range *range, const void *context);

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

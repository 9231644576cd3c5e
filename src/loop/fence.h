/*
 * fence.h: a memory fence of which one side is nearly free.
 *
 * Of two threads that each write one variable and then read the other's, at least one sees the
 * other's write if both have a fence in between (E. W. Dijkstra, 1965). Here one side runs every
 * few nanoseconds and the other once in a millisecond, so the rare side pays for both:
 * membarrier(2) interrupts the other threads of the process (D. Dice, M. Moir, W. Scherer, "Quickly
 * reacquirable locks", 2003). On systems without this call both sides pay.
 */
#ifndef FURROW_LOOP_FENCE_H
#define FURROW_LOOP_FENCE_H

#include <stdatomic.h>
#include <stdbool.h>

/* Set by furrow__fence_prepare. */
extern bool furrow__fence_is_asymmetric
#ifdef __GNUC__
    __attribute__((visibility("hidden")))
#endif
    ;

/* Called before the first fence of the process. Later calls cost nearly nothing. */
void furrow__fence_prepare(void);

/* The frequent side. */
static inline void furrow__fence_light(void)
{
    if (furrow__fence_is_asymmetric)
        atomic_signal_fence(memory_order_seq_cst);
    else
        atomic_thread_fence(memory_order_seq_cst);
}

/* The rare side. Takes some microseconds. */
void furrow__fence_heavy(void);

#endif

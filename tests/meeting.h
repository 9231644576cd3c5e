/* meeting.h: items that wait for each other and give up rather than hang; and whether OpenMP gives
 * enough threads for them. */
#ifndef FURROW_TESTS_MEETING_H
#define FURROW_TESTS_MEETING_H

#include <stdatomic.h>
#include <stdbool.h>

#include <furrow/clock.h>

#include "base/openmp.h"

/* Whether a team of that size is really given, each time: not above OMP_THREAD_LIMIT, and under
 * OMP_DYNAMIC=true only where nothing else runs. */
static inline bool gives_threads(int wanted)
{
    int threads = 0;
#ifdef _OPENMP
    if (omp_get_dynamic() && wanted > 1)
        return false;
#endif
#pragma omp parallel default(none) reduction(+ : threads) num_threads(wanted)
    threads++;
    return threads == wanted;
}

/* Seconds until an item gives up. It only has to be long: items that meet do so at once. */
#define PATIENCE 20.0

/* `expected` items that must all run at once. */
struct meeting {
    int expected;
    atomic_int came;
    atomic_bool missed; /* one item gave up; the others need not wait as long */
};

/* Waits until all items have come. */
static inline void meet(struct meeting *meeting)
{
    double end = furrow_clock_wall() + PATIENCE;
    atomic_fetch_add(&meeting->came, 1);
    while (atomic_load(&meeting->came) < meeting->expected) {
        if (furrow_clock_wall() > end)
            atomic_store(&meeting->missed, true);
        if (atomic_load(&meeting->missed))
            return;
        furrow_clock_sleep(1e-4);
    }
}

/* Whether they all met. */
static inline bool met(const struct meeting *meeting)
{
    return !atomic_load(&meeting->missed) && atomic_load(&meeting->came) == meeting->expected;
}

#endif

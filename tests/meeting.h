/* meeting.h: items that wait for one another, and give up rather than hang. */
#ifndef FURROW_TESTS_MEETING_H
#define FURROW_TESTS_MEETING_H

#include <stdatomic.h>
#include <stdbool.h>

#include <furrow/clock.h>

/* Seconds until an item gives up. Nothing is measured by it: who must come and does comes at once.
 */
#define PATIENCE 20.0

/* `expected` items that must all run at once. */
struct meeting {
    int expected;
    atomic_int came;
    atomic_bool missed; /* one gave up, so that the others need not wait as long */
};

/* Waits until all are there. */
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

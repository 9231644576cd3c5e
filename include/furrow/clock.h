/*
 * clock.h: time in seconds, as double.
 *
 * Differences between two readings of the same clock are meaningful; readings themselves are not.
 * All functions are thread-safe, never fail on a POSIX system and never print.
 */
#ifndef FURROW_CLOCK_H
#define FURROW_CLOCK_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* As a timeout: no time limit. So is every other negative number; NaN is FURROW_EINVAL. */
#define FURROW_FOREVER (-1.0)

/* Wall time that never steps back (CLOCK_MONOTONIC). About 30 ns a call. */
double furrow_clock_wall(void);

/* CPU time that the calling thread has used (CLOCK_THREAD_CPUTIME_ID). A system call: 0.2-0.5 us.
 */
double furrow_clock_thread_cpu(void);

/* CPU time that all threads of the process have used, spinning included. */
double furrow_clock_process_cpu(void);

/* How often the calling thread has given up its CPU by itself, to sleep or to wait for input
 * (voluntary context switches). Preemption does not count, so the number tells work that waits from
 * work that is merely disturbed. 0 where the system does not say. */
size_t furrow_clock_thread_waits(void);

/* Sleeps at least `seconds`, through any signals; returns at once for 0, negative and NaN. */
void furrow_clock_sleep(double seconds);

#ifdef __cplusplus
}
#endif

#endif

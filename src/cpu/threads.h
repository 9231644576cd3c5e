/*
 * threads.h: settings of the threads that Furrow starts, from the environment, and whether a thread
 * runs.
 */
#ifndef FURROW_CPU_THREADS_H
#define FURROW_CPU_THREADS_H

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>

#include <furrow/plan.h>

/* OMP_STACKSIZE of this process in bytes, remembered like furrow_cpu_count; 0: not set. */
size_t furrow__cpu_stack_size(void);

/* The CPUs of the place for thread `number`; places are assigned in turn. False: OMP_PROC_BIND
 * binds no threads. */
bool furrow__cpu_place(cpu_set_t *cpus, int number);

/* Whether a thread of this process waits for something other than a CPU. `thread` is its number in
 * the system (gettid). False where the system does not say. Takes a few microseconds. */
bool furrow__cpu_is_blocked(int thread);

/* OMP_SCHEDULE of this process, remembered likewise, and its chunk (0: none given);
 * FURROW_SCHEDULE_AUTO where it is not set or leaves the choice open. */
furrow_schedule furrow__cpu_schedule(size_t *chunk);

#endif

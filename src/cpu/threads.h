/*
 * threads.h: what a thread that Furrow starts takes from the environment, and whether it runs.
 */
#ifndef FURROW_CPU_THREADS_H
#define FURROW_CPU_THREADS_H

#include <sched.h>
#include <stdbool.h>

#include <furrow/plan.h>
#include <stddef.h>

/* OMP_STACKSIZE of this process in bytes, remembered like furrow_cpu_count; 0: not set. */
size_t furrow__cpu_stack_size(void);

/* The CPUs of the place for thread `number`, where OMP_PROC_BIND binds threads: places are given
 * out in turn. False where it does not. */
bool furrow__cpu_place(cpu_set_t *cpus, int number);

/* Whether a thread of this process waits for something other than a CPU, by its number in the
 * system (gettid). False where the system does not say. A few microseconds. */
bool furrow__cpu_is_blocked(int thread);

/* OMP_SCHEDULE of this process, remembered likewise, and its chunk (0: none given);
 * FURROW_SCHEDULE_AUTO where it is not set or leaves the choice open. */
furrow_schedule furrow__cpu_schedule(size_t *chunk);

#endif

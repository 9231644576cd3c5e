/*
 * machine.h: the machine that figures are taken on, and programs that keep it busy.
 */
#ifndef FURROW_BENCH_PLANNER_MACHINE_H
#define FURROW_BENCH_PLANNER_MACHINE_H

/* Prints one line: the CPUs, the compiler, the OpenMP runtime's wait policy, and whether the
 * figures are "quiet" (`neighbours` 0) or "beside a busy neighbour". */
void machine_print(int cpus, int neighbours);

/* Starts a process that spins for every two of `cpus` CPUs, at least one, bound to no CPU, and
 * returns when they run. They end with this process, however it ends. Call this before the process
 * has threads. Returns the number of neighbours; 0: the system started none. */
int neighbours_start(int cpus);

/* Ends the neighbours. */
void neighbours_stop(void);

#endif

/* neighbour.h: other programs that keep CPUs busy while a bench runs. */
#ifndef FURROW_BENCH_PLANNER_NEIGHBOUR_H
#define FURROW_BENCH_PLANNER_NEIGHBOUR_H

/* Starts a process that spins for every two of `cpus` CPUs, at least one, bound to none of them,
 * and returns when they run. They end with this process, however it ends. Called before this
 * process has threads. Returns how many there are; 0: the system started none. */
int neighbours_start(int cpus);

/* Ends them. */
void neighbours_stop(void);

#endif

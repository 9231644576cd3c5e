/* machine.h: what the figures were taken on. */
#ifndef FURROW_BENCH_PLANNER_MACHINE_H
#define FURROW_BENCH_PLANNER_MACHINE_H

/* Prints one line: the CPUs, the compiler, the OpenMP runtime's wait policy, and whether the
 * figures are "quiet" (`neighbours` 0) or "beside a busy neighbour". */
void machine_print(int cpus, int neighbours);

#endif

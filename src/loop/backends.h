/*
 * backends.h: ways to run a loop without a pool. Each runs all of it and returns what kept it from
 * running, or 0: how the items ended is the loop's to say.
 */
#ifndef FURROW_LOOP_BACKENDS_H
#define FURROW_LOOP_BACKENDS_H

#include "loop.h"

/* On the caller in order, plan->chunk at a time. 0: all at once; or, where someone looks at what is
 * finished or may cancel, as many as take about a tenth of a millisecond. */
int furrow__backend_serial(furrow__loop *loop, const furrow_plan *plan);

/* omp parallel for */
int furrow__backend_for(furrow__loop *loop, const furrow_plan *plan);

/* omp taskloop */
int furrow__backend_taskloop(furrow__loop *loop, const furrow_plan *plan);

/* What the last two share: the chunks, and a thread that may open regions. */
typedef void (*furrow__regions)(void *cut, const furrow_plan *plan);
int furrow__run_in_regions(furrow__loop *loop, const furrow_plan *plan, furrow__regions run);

#endif

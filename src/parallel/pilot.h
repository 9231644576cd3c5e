/* pilot.h: a first look at what items cost, by running a few of them. */
#ifndef FURROW_PARALLEL_PILOT_H
#define FURROW_PARALLEL_PILOT_H

#include "job.h"

/*
 * Runs the first items of the job on the caller, in steps of furrow_plan_pilot_step, until it has
 * seen enough or all are done; their results count. `total` is what they took together, `recent`
 * what the last step took, when caches and branches had warmed up. Returns the first item not run.
 */
size_t furrow__pilot(furrow__job *job, const furrow_plan_facts *facts, furrow_usage *total,
                     furrow_usage *recent);

#endif

/* pilot.h: a first look at what items cost, by running a few of them. */
#ifndef FURROW_PARALLEL_PILOT_H
#define FURROW_PARALLEL_PILOT_H

#include "job.h"

/*
 * Runs the first items of the job on the caller, 1, 2, 4, ... (or grains) at a time, until they
 * have taken long enough to judge or all are done; their results count. `total` is what they took
 * together, `recent` what the last step took, when caches and branches had warmed up. Returns the
 * first item not run.
 */
size_t furrow__pilot(furrow__job *job, furrow_usage *total, furrow_usage *recent);

#endif

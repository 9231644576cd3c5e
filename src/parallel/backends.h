/*
 * backends.h: the ways to run a turn of a job's chunks on a team. To add one: a function here, its
 * file, a name in furrow_backend, a row in the table of parallel.c.
 */
#ifndef FURROW_PARALLEL_BACKENDS_H
#define FURROW_PARALLEL_BACKENDS_H

#include "job.h"

void furrow__backend_for(furrow__job *job, const furrow_plan *plan);
void furrow__backend_taskloop(furrow__job *job, const furrow_plan *plan);

#endif

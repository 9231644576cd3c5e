/* serial.h: the loop on the caller. */
#ifndef FURROW_PARALLEL_SERIAL_H
#define FURROW_PARALLEL_SERIAL_H

#include "job.h"

/* Runs the items from `begin` to the end in order, plan->chunk at a time. 0: all at once; or, where
 * someone looks at what is finished or may cancel, as many as take about a tenth of a millisecond.
 */
void furrow__serial(furrow__job *job, size_t begin, const furrow_plan *plan);

#endif

/* serial.h: the loop on the caller. */
#ifndef FURROW_PARALLEL_SERIAL_H
#define FURROW_PARALLEL_SERIAL_H

#include "job.h"

/* Runs the items from `begin` to the end in order, `chunk` at a time; 0: as many as take about a
 * tenth of a millisecond, so that results and cancels need not wait for the rest. */
void furrow__serial(furrow__job *job, size_t begin, size_t chunk);

#endif

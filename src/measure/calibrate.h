/*
 * calibrate.h: what OpenMP costs on this machine, with this runtime, right now.
 */
#ifndef FURROW_MEASURE_CALIBRATE_H
#define FURROW_MEASURE_CALIBRATE_H

#include <stddef.h>

#include <furrow/plan.h>

typedef struct furrow__calibration {
    furrow_costs costs; /* for furrow_plan_facts; what could not be measured, or did not show, is
                         * typical */
    int threads;        /* of the largest team that had a CPU for each */
    size_t samples;     /* timings taken */
    size_t disturbed;   /* samples discarded: other work took a CPU meanwhile */
    double seconds;     /* that calibrating took */
} furrow__calibration;

/*
 * Measures empty loops of furrow_parallel_for: the costs that a planner has to weigh, Furrow's own
 * included. Of many short samples a low quantile counts, since what disturbs only ever adds; a
 * sample during which the caller got less CPU time than wall time is discarded and taken again.
 * Teams are awake meanwhile: after some milliseconds of idling a runtime lets its threads sleep,
 * and the next region then costs up to 60 us more.
 *
 * Measured by the first call, which takes 10 to 50 ms (hundreds, where other programs hold the
 * CPUs), and remembered for the process: later calls copy. Thread-safe. Inside a parallel region,
 * with one CPU, or without OpenMP, there is nothing to measure: costs are typical, samples 0.
 * FURROW_ENOMEM.
 */
int furrow__calibrate(furrow__calibration *calibration);

#endif

/*
 * calibrate.h: measures what OpenMP costs on this machine, with this runtime, at this moment.
 */
#ifndef FURROW_MEASURE_CALIBRATE_H
#define FURROW_MEASURE_CALIBRATE_H

#include <stddef.h>

#include <furrow/plan.h>

typedef struct furrow__calibration {
    furrow_costs costs; /* for furrow_plan_facts; a cost that could not be measured is typical */
    int threads;        /* of the largest team that had a CPU for each thread */
    size_t samples;     /* timings taken */
    size_t disturbed;   /* samples discarded, because other work took a CPU */
    double seconds;     /* that the calibration took */
} furrow__calibration;

/*
 * Measures empty loops of furrow_parallel_for: the costs that a planner has to weigh, those of
 * Furrow included. The result is a low quantile of many short samples, since disturbances only add;
 * a sample in which the caller got less CPU time than wall time is discarded and taken again. The
 * teams stay awake: after some milliseconds without work a runtime lets its threads sleep, and the
 * next region then costs up to 60 us more.
 *
 * The first call measures, which takes 10 to 50 ms (hundreds, where other programs hold the CPUs);
 * later calls of the process copy the result. Thread-safe. Inside a parallel region, with one CPU,
 * or without OpenMP there is nothing to measure: costs are typical, samples 0. FURROW_ENOMEM.
 */
int furrow__calibrate(furrow__calibration *calibration);

#endif

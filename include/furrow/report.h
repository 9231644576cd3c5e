/*
 * report.h: measurements and plans as tables for people, or as records for programs.
 */
#ifndef FURROW_REPORT_H
#define FURROW_REPORT_H

#include <furrow/measure.h>
#include <furrow/writer.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Writes a table of the ways, their times and speedups with 95 % intervals, CPU time and declared
 * rates, under `title`, and below it each plan's reason and doubts about the figures: too few
 * samples for an interval, times that scatter, more threads than CPUs (`cpus`; 0: unknown).
 * Returns 0, what the sink returned, or FURROW_ENOMEM.
 */
int furrow_report_table(const furrow_measurements *measurements, const char *title, int cpus,
                        furrow_sink sink, void *context);

/* One record a way, with every sample: fields way, threads, backend, schedule, chunk, rounds,
 * median, low, high, coverage, minimum, maximum, cpu, speedup_serial (_low, _high), speedup_one
 * (_low, _high), reason, samples. Seconds. */
int furrow_report_records(const furrow_measurements *measurements, furrow_writer *writer);

/*
 * The same for a sweep: the first `swept` ways are the candidates, the others are plans. Writes all
 * ways by their times, each with its ratio to the best of the sweep; then the reasons of the plans,
 * and their regrets. furrow_measure_best chooses the best by one half of the rounds,
 * furrow_measure_regret gives the ratios by the other. Returns what furrow_report_table returns;
 * FURROW_EINVAL: `swept` is 0, or more than there are ways.
 */
int furrow_report_sweep(const furrow_measurements *measurements, size_t swept, const char *title,
                        furrow_sink sink, void *context);

/* One record a way, in the order measured: fields way, swept, best (1: it is), threads, backend,
 * schedule, chunk, rounds, median, low, high, coverage, regret, regret_low, regret_high,
 * regret_coverage (0.05: 5 % longer than the best), reason, samples. Seconds. FURROW_EINVAL also
 * for fewer than 2 rounds. */
int furrow_report_sweep_records(const furrow_measurements *measurements, size_t swept,
                                furrow_writer *writer);

/* A table of plans, ordered by their predicted times (reason.predicted), with the ratios to the
 * least; `chosen` is marked. FURROW_ENOMEM, or what the sink returned. */
int furrow_report_plans(const furrow_plan *plans, size_t count, const furrow_plan *chosen,
                        furrow_sink sink, void *context);

/* One record a plan, in the same order: threads, backend, schedule, chunk, predicted (seconds),
 * chosen (1: it is). */
int furrow_report_plan_records(const furrow_plan *plans, size_t count, const furrow_plan *chosen,
                               furrow_writer *writer);

/* "1.23 ms": `digits` significant digits and a suitable unit. Returns text. */
const char *furrow_report_seconds(char text[32], double seconds, int digits);

#ifdef __cplusplus
}
#endif

#endif

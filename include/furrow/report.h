/*
 * report.h: measurements as a table for eyes, or as records for tools.
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

/* "1.23 ms": `digits` significant digits and a unit that fits. Returns text. */
const char *furrow_report_seconds(char text[32], double seconds, int digits);

#ifdef __cplusplus
}
#endif

#endif

/* say.h: what reports have in common. */
#ifndef FURROW_REPORT_SAY_H
#define FURROW_REPORT_SAY_H

#include <furrow/measure.h>
#include <furrow/writer.h>

/* A line, or part of one, of up to 511 bytes. */
__attribute__((format(printf, 3, 4))) int furrow__report_say(furrow_sink sink, void *context,
                                                             const char *format, ...);

/* "NAME: why its plan is as it is"; nothing for a plan that was not chosen. */
int furrow__report_say_reason(furrow_sink sink, void *context, const char *name,
                              const furrow_plan *plan);

/* The fields rounds, median, low, high, coverage. */
void furrow__report_write_times(furrow_writer *writer, const furrow_measurement *way);

/* The fields reason, samples. */
void furrow__report_write_samples(furrow_writer *writer, const furrow_measurement *way);

/* The fields threads, backend, schedule, chunk. */
void furrow__report_write_plan(furrow_writer *writer, const furrow_plan *plan);

#endif

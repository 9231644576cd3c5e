#include "say.h"

#include <stdarg.h>
#include <stdio.h>

int furrow__report_say(furrow_sink sink, void *context, const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    size_t size = (size_t)length < sizeof line ? (size_t)length : sizeof line - 1;
    return sink(line, size, context);
}

int furrow__report_say_reason(furrow_sink sink, void *context, const char *name,
                              const furrow_plan *plan)
{
    char reason[FURROW_PLAN_REASON_SIZE];
    if (!furrow_plan_reason(reason, plan)[0])
        return 0;
    return furrow__report_say(sink, context, "%s: %s\n", name, reason);
}

void furrow__report_write_plan(furrow_writer *writer, const furrow_plan *plan)
{
    furrow_writer_count(writer, "threads", (uint64_t)plan->threads);
    furrow_writer_text(writer, "backend", furrow_backend_name(plan->backend));
    furrow_writer_text(writer, "schedule", furrow_schedule_name(plan->schedule));
    furrow_writer_count(writer, "chunk", plan->chunk);
}

void furrow__report_write_times(furrow_writer *writer, const furrow_measurement *way)
{
    furrow_writer_count(writer, "rounds", way->count);
    furrow_writer_real(writer, "median", way->wall_time.median, 9);
    furrow_writer_real(writer, "low", way->wall_time.low, 9);
    furrow_writer_real(writer, "high", way->wall_time.high, 9);
    furrow_writer_real(writer, "coverage", way->wall_time.coverage, 6);
}

void furrow__report_write_samples(furrow_writer *writer, const furrow_measurement *way)
{
    char reason[FURROW_PLAN_REASON_SIZE];
    furrow_writer_text(writer, "reason", furrow_plan_reason(reason, &way->plan));
    furrow_writer_list_begin(writer, "samples");
    for (size_t i = 0; i < way->count; i++)
        furrow_writer_real(writer, "samples", way->wall[i], 9);
    furrow_writer_list_end(writer);
}

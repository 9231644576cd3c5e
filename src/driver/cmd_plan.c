/* What the planner chooses, from what, and whether it comes true. */
#include <stdarg.h>
#include <stdio.h>

#include <furrow/report.h>

#include "document.h"
#include "driver.h"
#include "forecast.h"
#include "report/costs.h"

static const char help[] =
    "Usage: furrow plan KERNEL [OPTIONS] [ARGUMENTS]\n\n"
    "Shows how the planner would run the kernel, and why: when it has not seen it before, and\n"
    "after one run; what starting threads and handing out items costs here; and what every\n"
    "candidate is predicted to take. The kernel is run, its results are not shown.\n"
    "`furrow plan KERNEL --help` shows the options.\n\n"
    "  furrow plan squares 100000\n"
    "  furrow plan combinations 20 8 --schedule dynamic\n"
    "  furrow plan digits data/digits --format csv\n";

/* What is to be shown. */
struct page {
    const struct forecast *forecast;
    const struct options *options;
};

__attribute__((format(printf, 3, 4))) static int say(furrow_sink sink, void *context,
                                                     const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    size_t size = (size_t)length < sizeof text ? (size_t)length : sizeof text - 1;
    return sink(context, text, size);
}

static int say_title(const struct page *page, furrow_sink sink, void *context)
{
    const furrow_kernel *kernel = page->options->kernel;
    size_t items = page->forecast->first.items, failed = page->forecast->first.failed;
    char failures[48] = "";
    if (failed > 0)
        snprintf(failures, sizeof failures, ", of which %zu failed", failed);
    return say(sink, context, "%s: %s\n%zu item%s%s; usable CPUs: %s\n", kernel->name,
               kernel->summary, items, items == 1 ? "" : "s", failures, page->options->cpus.reason);
}

/* What is not the planner's to choose, and who chose it. */
static int say_request(const struct options *options, furrow_sink sink, void *context)
{
    const furrow_plan *plan = &options->plan;
    char threads[64] = "", backend[64] = "", schedule[64] = "", chunk[64] = "";
    if (plan->threads)
        snprintf(threads, sizeof threads, " threads %d (%s)", plan->threads,
                 options->threads > 0 ? "--threads" : "OMP_NUM_THREADS");
    if (plan->backend)
        snprintf(backend, sizeof backend, " backend %s (--backend)",
                 furrow_backend_name(plan->backend));
    if (plan->schedule)
        snprintf(schedule, sizeof schedule, " schedule %s (%s)",
                 furrow_schedule_name(plan->schedule),
                 plan->reason.environment ? "OMP_SCHEDULE" : "--schedule");
    if (plan->chunk)
        snprintf(chunk, sizeof chunk, " chunk %zu (%s)", plan->chunk,
                 plan->reason.environment ? "OMP_SCHEDULE" : "as asked");
    if (!threads[0] && !backend[0] && !schedule[0] && !chunk[0])
        return FURROW_OK;
    return say(sink, context, "As asked:%s%s%s%s\n", threads, backend, schedule, chunk);
}

static int say_choices(const struct forecast *forecast, furrow_sink sink, void *context)
{
    char reason[FURROW_PLAN_REASON_SIZE], took[32], predicted[32];
    const furrow_summary *time = &forecast->time;
    if (forecast->first.items == 0)
        return say(sink, context, "\nThere is nothing to plan\n\n");
    int status = say(sink, context, "\nAt first sight\n  %s\n  the run took %s\n",
                     furrow_plan_reason(reason, &forecast->first.plan),
                     furrow_report_seconds(took, forecast->first.wall, 3));
    if (status)
        return status;
    status = say(sink, context, "%s\n  %s\n",
                 forecast->traced ? "With the trace of that run"
                                  : "With the mean of an item in that run",
                 furrow_plan_reason(reason, &forecast->plan));
    if (status == FURROW_OK && forecast->plan.reason.predicted > 0)
        status = say(sink, context, "  predicted %s, ",
                     furrow_report_seconds(predicted, forecast->plan.reason.predicted, 3));
    else if (status == FURROW_OK)
        status = say(sink, context, "  ");
    if (status)
        return status;
    return say(sink, context, "took %s (median of %zu run%s)\n\n",
               furrow_report_seconds(took, time->median, 3), time->count,
               time->count == 1 ? "" : "s");
}

static int write_text(const void *context, furrow_sink sink, void *sink_context)
{
    const struct page *page = context;
    const struct forecast *forecast = page->forecast;
    int status = say_title(page, sink, sink_context);
    if (status == FURROW_OK)
        status = say_request(page->options, sink, sink_context);
    if (status == FURROW_OK)
        status = say_choices(forecast, sink, sink_context);
    if (status == FURROW_OK)
        status = furrow__report_calibration(&forecast->calibration, sink, sink_context);
    if (status || forecast->candidate_count == 0)
        return status;
    status = say(sink, sink_context, "\n");
    return status ? status
                  : furrow_report_plans(forecast->candidates, forecast->candidate_count,
                                        &forecast->plan, sink, sink_context);
}

static int write_records(const void *context, furrow_writer *writer)
{
    const struct forecast *forecast = ((const struct page *)context)->forecast;
    return furrow_report_plan_records(forecast->candidates, forecast->candidate_count,
                                      &forecast->plan, writer);
}

static int run(const struct options *options)
{
    struct forecast forecast;
    int code = forecast_make(&forecast, options);
    if (code == DRIVER_OK || forecast.time.count > 0) {
        const struct page page = {&forecast, options};
        const struct document document = {write_text, write_records, &page};
        int written = document_write(&document, options);
        code = written ? written : code;
    }
    forecast_clear(&forecast);
    return code;
}

int cmd_plan(int argc, const char **argv)
{
    int code;
    const furrow_kernel *kernel = driver_kernel_argument(argc, argv, help, &code);
    if (!kernel)
        return code;
    char usage[96];
    snprintf(usage, sizeof usage, "plan %s", kernel->name);
    struct options options;
    code =
        options_parse(&options, kernel, usage, OPTIONS_PLAN | OPTIONS_FORECAST, argc - 1, argv + 1);
    if (code == OPTIONS_GO)
        code = run(&options);
    options_clear(&options);
    return code;
}

/* What the planner chooses, from which facts, and whether its prediction comes true. */
#include <stdio.h>

#include <furrow/report.h>

#include "driver.h"
#include "forecast.h"
#include "options.h"
#include "output.h"
#include "report/text.h"
#include "session.h"

static const char help[] =
    "Usage: furrow plan KERNEL [OPTIONS] [ARGUMENTS]\n\n"
    "Shows how the planner would run the kernel, and why: without any history, and\n"
    "after one run; what starting threads and handing out items costs on this\n"
    "machine; and the time that every candidate is predicted to take. It runs the\n"
    "kernel and drops the results.\n"
    "`furrow plan KERNEL --help` shows the options.\n\n"
    "  furrow plan squares 100000\n"
    "  furrow plan combinations 20 8 --schedule dynamic\n"
    "  furrow plan digits data/digits --format csv\n";

struct plan_report {
    const struct forecast *forecast;
    const struct options *options;
};

static void print_title(furrow__text *text, const struct plan_report *report)
{
    const furrow_kernel *kernel = report->options->kernel;
    size_t items = report->forecast->first.items, failed = report->forecast->first.failed;
    char failures[48] = "";
    if (failed > 0)
        snprintf(failures, sizeof failures, ", of which %zu failed", failed);
    furrow__text_print(text, "%s: %s\n%zu item%s%s; usable CPUs: %s\n", kernel->name,
                       kernel->summary, items, items == 1 ? "" : "s", failures,
                       report->options->cpus.reason);
}

/* What the user has fixed, and by which option or variable. */
static void print_request(furrow__text *text, const struct options *options)
{
    const furrow_plan *plan = &options->plan;
    bool from_environment = plan->reason.environment;
    if (!plan->threads && !plan->backend && !plan->schedule && !plan->chunk)
        return;
    furrow__text_print(text, "As asked:");
    if (plan->threads)
        furrow__text_print(text, " threads %d (%s)", plan->threads,
                           options->threads > 0 ? "--threads" : "OMP_NUM_THREADS");
    if (plan->backend)
        furrow__text_print(text, " backend %s (--backend)", furrow_backend_name(plan->backend));
    if (plan->schedule)
        furrow__text_print(text, " schedule %s (%s)", furrow_schedule_name(plan->schedule),
                           from_environment ? "OMP_SCHEDULE" : "--schedule");
    if (plan->chunk)
        furrow__text_print(text, " chunk %zu (%s)", plan->chunk,
                           from_environment ? "OMP_SCHEDULE" : "as asked");
    furrow__text_print(text, "\n");
}

static void print_choices(furrow__text *text, const struct forecast *forecast)
{
    char reason[FURROW_PLAN_REASON_SIZE], took[32], predicted[32];
    const furrow_summary *time = &forecast->time;
    if (forecast->first.items == 0) {
        furrow__text_print(text, "\nThere is nothing to plan\n\n");
        return;
    }
    furrow__text_print(text, "\nAt first sight\n  %s\n  the run took %s\n",
                       furrow_plan_reason(reason, &forecast->first.plan),
                       furrow_report_seconds(took, forecast->first.wall, 3));
    furrow__text_print(text, "%s\n  %s\n  ",
                       forecast->traced ? "With the trace of that run"
                                        : "With the mean of an item in that run",
                       furrow_plan_reason(reason, &forecast->plan));
    if (forecast->plan.reason.predicted > 0)
        furrow__text_print(text, "predicted %s, ",
                           furrow_report_seconds(predicted, forecast->plan.reason.predicted, 3));
    furrow__text_print(text, "took %s (median of %zu run%s)\n\n",
                       furrow_report_seconds(took, time->median, 3), time->count,
                       time->count == 1 ? "" : "s");
}

static int write_text(furrow_sink sink, void *sink_context, const void *context)
{
    const struct plan_report *report = context;
    const struct forecast *forecast = report->forecast;
    furrow__text text = {.sink = sink, .context = sink_context};
    print_title(&text, report);
    print_request(&text, report->options);
    print_choices(&text, forecast);
    furrow__text_costs(&text, &forecast->calibration);
    if (forecast->candidate_count == 0)
        return text.status;
    furrow__text_print(&text, "\n");
    return text.status ? text.status
                       : furrow_report_plans(forecast->candidates, forecast->candidate_count,
                                             &forecast->plan, sink, sink_context);
}

static int write_records(furrow_writer *writer, const void *context)
{
    const struct forecast *forecast = ((const struct plan_report *)context)->forecast;
    return furrow_report_plan_records(forecast->candidates, forecast->candidate_count,
                                      &forecast->plan, writer);
}

static int run(const struct options *options)
{
    struct forecast forecast;
    int code = forecast_make(&forecast, options);
    if (code == DRIVER_OK || forecast.time.count > 0) {
        const struct plan_report report = {&forecast, options};
        const struct document document = {write_text, write_records, &report};
        int written = session_report(&document, options);
        code = written ? written : code;
    }
    forecast_clear(&forecast);
    return code;
}

int cmd_plan(int argc, const char **argv)
{
    return arguments_run(argc, argv, help, OPTIONS_PLAN | OPTIONS_FORECAST, run);
}

#include <stdio.h>
#include <string.h>

#include <furrow/measure.h>
#include <furrow/report.h>

#include "driver.h"
#include "options.h"
#include "output.h"
#include "session.h"
#include "ways.h"

static const char help[] =
    "Usage: furrow bench KERNEL [OPTIONS] [ARGUMENTS]\n\n"
    "Checks the kernel on 1, 2, 4, ... threads, times these ways side by side and\n"
    "reports speedups with intervals. With --sweep it times every schedule in many\n"
    "chunk sizes, and a pool (or the one --backend given), on every number of\n"
    "threads, and reports how much longer the planner's choice takes than the best.\n"
    "`furrow bench KERNEL --help` shows the options.\n\n"
    "  furrow bench squares 1000000\n"
    "  furrow bench combinations 24 8 --schedules all --rounds 30\n"
    "  furrow bench combinations 16 4 --sweep\n"
    "  furrow bench digits data/digits --wait 2ms --threads 32 --format json\n";

/* In a sweep most ways are slow, and the caches and threads that they leave behind disturb runs
 * shorter than this, in seconds. */
static const double short_run = 0.01;

struct results {
    const furrow_measurements *measurements;
    const struct options *options;
    size_t swept;
};

static int write_text(furrow_sink sink, void *sink_context, const void *context)
{
    const struct results *results = context;
    const struct options *options = results->options;
    char title[256];
    snprintf(title, sizeof title, "%s: %s", options->kernel->name, options->kernel->summary);
    if (options->sweep)
        return furrow_report_sweep(results->measurements, results->swept, title, sink,
                                   sink_context);
    return furrow_report_table(results->measurements, title, options->cpus.usable, sink,
                               sink_context);
}

static int write_records(furrow_writer *writer, const void *context)
{
    const struct results *results = context;
    if (results->options->sweep)
        return furrow_report_sweep_records(results->measurements, results->swept, writer);
    return furrow_report_records(results->measurements, writer);
}

static int report(const furrow_measurements *measurements, const struct ways *ways,
                  const struct options *options)
{
    const struct results results = {measurements, options, ways->swept};
    const struct document document = {write_text, write_records, &results};
    return session_report(&document, options);
}

/* Names the ways that were left out: measured ways stay in order, so these are the gaps. */
static void log_left_out(const struct ways *ways, const furrow_measurements *measurements,
                         const char *kernel)
{
    size_t next = FURROW_MEASURE_BASES;
    for (size_t i = 0; i < ways->count; i++)
        if (next < measurements->count &&
            strcmp(ways->list[i].name, measurements->ways[next].name) == 0)
            next++;
        else
            fprintf(stderr, "furrow: %s: left out: %s, which does not support these arguments\n",
                    kernel, ways->list[i].name);
}

static int measure(const struct options *options, const struct ways *ways)
{
    furrow_error error = {0};
    furrow_measurements measurements;
    furrow_run_options run = session_run_options(options);
    run.costs = session_costs();
    furrow_measure_options how = {
        .rounds = options->rounds,
        .seconds = options->seconds,
        .rehearsed = options->sweep ? short_run : 0,
        .cancel = ending_cancel(),
    };
    int status = furrow_measure_kernel(&measurements, options->kernel, options->args, ways->list,
                                       ways->count, &run, &how, &error);
    int code = ending_code(status);
    if (status) {
        error.code = status;
        log_error(options->kernel->name, &error);
    }
    /* After Ctrl-C the rounds that were finished are still worth a table. */
    if (status == FURROW_OK || measurements.rounds > 0) {
        log_left_out(ways, &measurements, options->kernel->name);
        int reported = report(&measurements, ways, options);
        code = code ? code : reported;
        if (code == DRIVER_OK && measurements.ways[0].failed > 0)
            code = DRIVER_FAILED;
    }
    furrow_measurements_clear(&measurements);
    return code;
}

/* Runs the kernel once, to see how many items there are and whether they wait. */
static int find_extent(struct extent *extent, const struct options *options)
{
    struct session session = {.costs = session_costs(), .silent = true};
    furrow_run_outcome outcome = {0};
    int code = session_open(&session, options);
    if (code != DRIVER_OK)
        return code;
    code = session_run(&session, &outcome, &options->plan, NULL, NULL);
    session_close(&session);
    extent->items = outcome.items;
    extent->waits = furrow_plan_waits(&outcome.usage);
    return outcome.failed > 0 && code == DRIVER_FAILED ? DRIVER_OK : code;
}

static int run(const struct options *options)
{
    struct ways ways = {0};
    struct extent extent = {0};
    int code = options->sweep ? find_extent(&extent, options) : DRIVER_OK;
    if (code != DRIVER_OK)
        return code;
    if (options->sweep ? ways_of_sweep(&ways, options, &extent) : ways_of_bench(&ways, options)) {
        code = measure(options, &ways);
    } else {
        fprintf(stderr, "furrow: bench: out of memory\n");
        code = DRIVER_ENVIRONMENT;
    }
    ways_clear(&ways);
    return code;
}

int cmd_bench(int argc, const char **argv)
{
    return arguments_run(argc, argv, help, OPTIONS_PLAN | OPTIONS_BENCH, run);
}

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/measure.h>
#include <furrow/report.h>

#include "driver.h"
#include "output.h"
#include "session.h"
#include "signals.h"

static const char help[] =
    "Usage: furrow bench KERNEL [OPTIONS] [ARGUMENTS]\n\n"
    "Checks the kernel on 1, 2, 4, ... threads, then times them side by side and reports speedups\n"
    "with intervals. `furrow bench KERNEL --help` shows the options.\n\n"
    "  furrow bench squares 1000000\n"
    "  furrow bench combinations 24 8 --schedules all --rounds 30\n"
    "  furrow bench digits data/digits --wait 2ms --threads 32 --format json\n";

/* The ways to be timed. */
struct ways {
    furrow_way *list;
    size_t count;
};

static furrow_way *add_way(struct ways *ways, const furrow_plan *plan)
{
    furrow_way *grown = realloc(ways->list, (ways->count + 1) * sizeof *grown);
    if (!grown)
        return NULL;
    ways->list = grown;
    furrow_way *way = &grown[ways->count++];
    *way = (furrow_way){.plan = *plan};
    return way;
}

static bool add_threads(struct ways *ways, const furrow_plan *request, int threads,
                        const char *schedule)
{
    furrow_plan plan = *request;
    plan.threads = threads;
    furrow_way *way = add_way(ways, &plan);
    if (!way)
        return false;
    snprintf(way->name, sizeof way->name, "%d threads%s%s", threads, schedule[0] ? ", " : "",
             schedule);
    return true;
}

static bool add_all_schedules(struct ways *ways, const furrow_plan *request, int threads)
{
    furrow_plan plan = *request;
    plan.backend = FURROW_BACKEND_FOR;
    for (int i = FURROW_SCHEDULE_STATIC; i <= FURROW_SCHEDULE_GUIDED; i++) {
        plan.schedule = (furrow_schedule)i;
        if (!add_threads(ways, &plan, threads, furrow_schedule_name(plan.schedule)))
            return false;
    }
    plan.backend = FURROW_BACKEND_TASKLOOP;
    plan.schedule = FURROW_SCHEDULE_AUTO;
    return add_threads(ways, &plan, threads, "taskloop");
}

static bool add_variants(struct ways *ways, const furrow_kernel *kernel, int threads)
{
    furrow_plan plan = {.threads = threads};
    for (const furrow_variant *v = kernel->variants; v && v->name; v++) {
        furrow_way *way = add_way(ways, &plan);
        if (!way)
            return false;
        way->variant = v;
        snprintf(way->name, sizeof way->name, "variant %s", v->name);
    }
    return true;
}

/* 2, 4, 8, ... and `most` itself, whatever it is. */
static int next_threads(int threads, int most)
{
    return threads < most && 2 * threads > most ? most : 2 * threads;
}

static bool fill_ways(struct ways *ways, const struct options *options)
{
    int most = options->plan.threads ? options->plan.threads : options->cpus.usable;
    for (int threads = 2; threads <= most; threads = next_threads(threads, most))
        if (options->all_schedules ? !add_all_schedules(ways, &options->plan, threads)
                                   : !add_threads(ways, &options->plan, threads, ""))
            return false;
    furrow_plan planned = options->plan;
    planned.threads = 0;
    furrow_way *way = add_way(ways, &planned);
    if (!way)
        return false;
    snprintf(way->name, sizeof way->name, "planned");
    /* A variant neither waits nor ends early: beside ways that do, its time would mislead. */
    bool alike = options->most == 0 && options->wait_count == 0;
    return !alike || add_variants(ways, options->kernel, most);
}

static int write_records(const furrow_measurements *measurements, furrow_format format,
                         struct output *output)
{
    furrow_writer *writer;
    int status = furrow_writer_new(&writer, format, NULL, output_write, output);
    if (status)
        return status;
    status = furrow_report_records(measurements, writer);
    if (status == FURROW_OK)
        status = furrow_writer_finish(writer);
    furrow_writer_free(writer);
    return status;
}

static int write_report(const furrow_measurements *measurements, const struct options *options,
                        struct output *output)
{
    if (options->format != FURROW_FORMAT_TEXT)
        return write_records(measurements, options->format, output);
    char title[256];
    snprintf(title, sizeof title, "%s: %s", options->kernel->name, options->kernel->summary);
    return furrow_report_table(measurements, title, options->cpus.usable, output_write, output);
}

static int report(const furrow_measurements *measurements, const struct options *options)
{
    furrow_error error = {0};
    struct output output;
    int status = output_open(&output, options->output, &error);
    if (status == FURROW_OK) {
        status = write_report(measurements, options, &output);
        int closed = output_close(&output, status == FURROW_OK, &error);
        status = status ? status : closed;
    }
    if (status && status != -EPIPE) {
        error.code = status;
        talk_error(options->kernel->name, &error);
    }
    return status ? driver_code(status == -EPIPE ? status : FURROW_EIO) : DRIVER_OK;
}

/* Ways stay in order, so what is left out shows as a gap. */
static void tell_left_out(const struct ways *ways, const furrow_measurements *measurements,
                          const char *kernel)
{
    size_t next = FURROW_MEASURE_BASES;
    for (size_t i = 0; i < ways->count; i++)
        if (next < measurements->count &&
            strcmp(ways->list[i].name, measurements->ways[next].name) == 0)
            next++;
        else
            fprintf(stderr, "furrow: %s: left out: %s, which cannot do these arguments\n", kernel,
                    ways->list[i].name);
}

static int measure(const struct options *options, const struct ways *ways)
{
    furrow_error error = {0};
    furrow_measurements measurements;
    furrow_run_options run = session_run_options(options);
    furrow_measure_options how = {
        .rounds = options->rounds, .seconds = options->seconds, .cancel = signals_cancel()};
    int status = furrow_measure_kernel(&measurements, options->kernel, options->args, ways->list,
                                       ways->count, &run, &how, &error);
    int code = driver_code(status);
    if (status) {
        error.code = status;
        talk_error(options->kernel->name, &error);
    }
    /* After Ctrl-C the rounds that were finished are still worth a table. */
    if (status == FURROW_OK || measurements.rounds > 0) {
        tell_left_out(ways, &measurements, options->kernel->name);
        int reported = report(&measurements, options);
        code = code ? code : reported;
        if (code == DRIVER_OK && measurements.ways[0].failed > 0)
            code = DRIVER_FAILED;
    }
    furrow_measurements_clear(&measurements);
    return code;
}

static int run(const struct options *options)
{
    struct ways ways = {0};
    int code = DRIVER_ENVIRONMENT;
    if (fill_ways(&ways, options))
        code = measure(options, &ways);
    else
        fprintf(stderr, "furrow: bench: out of memory\n");
    free(ways.list);
    return code;
}

int cmd_bench(int argc, const char **argv)
{
    int code;
    const furrow_kernel *kernel = driver_kernel_argument(argc, argv, help, &code);
    if (!kernel)
        return code;
    char usage[96];
    snprintf(usage, sizeof usage, "bench %s", kernel->name);
    struct options options;
    code = options_parse(&options, kernel, usage, OPTIONS_PLAN | OPTIONS_BENCH, argc - 1, argv + 1);
    if (code == OPTIONS_GO && options.pool) {
        fprintf(stderr,
                "furrow: %s: --backend: expected serial, for or taskloop here, got \"pool\"; "
                "bench-pool measures pools\n",
                kernel->name);
        code = DRIVER_USAGE;
    }
    if (code == OPTIONS_GO)
        code = run(&options);
    options_clear(&options);
    return code;
}

#include <stdio.h>
#include <string.h>

#include <furrow/cpu.h>

#include "driver.h"
#include "measure/calibrate.h"
#include "options.h"
#include "output.h"
#include "report/text.h"

static const char help[] =
    "Usage: furrow cpus [--calibrate] [--format NAME]\n\n"
    "Shows the CPUs that this process may use (by its affinity mask and the CPU\n"
    "quotas of all its cgroups), the OpenMP variables that are set, and the default\n"
    "number of threads. With --calibrate it also measures what starting threads and\n"
    "handing out items costs.\n";

struct cpus_report {
    furrow_cpus cpus;
    bool calibrates;
    furrow__calibration calibration; /* where `calibrates` */
};

static const char *number(char text[16], int value)
{
    text[0] = '\0';
    if (value > 0)
        snprintf(text, 16, "%d", value);
    return text;
}

static void print_variable(furrow__text *text, const char *name, const char *value)
{
    furrow__text_print(text, "  %-18s %s\n", name, value[0] ? value : "not set");
}

static int write_text(furrow_sink sink, void *sink_context, const void *context)
{
    const struct cpus_report *report = context;
    const furrow_cpus *cpus = &report->cpus;
    furrow__text text = {.sink = sink, .context = sink_context};
    char digits[16];
    furrow__text_print(&text, "Usable CPUs: %s\n", cpus->reason);
    furrow__text_print(&text, "  %-18s %d\n", "online", cpus->online);
    furrow__text_print(&text, "  %-18s %d\n", "affinity mask", cpus->affinity);
    if (cpus->quota > 0)
        furrow__text_print(&text, "  %-18s %.2f CPUs, from cgroup %s\n", "quota", cpus->quota,
                           cpus->quota_from);
    else
        furrow__text_print(&text, "  %-18s none\n", "quota");
    furrow__text_print(&text, "Threads of a run: %s\n", cpus->threads_reason);
    print_variable(&text, "OMP_NUM_THREADS", number(digits, cpus->num_threads));
    print_variable(&text, "OMP_THREAD_LIMIT", number(digits, cpus->thread_limit));
    print_variable(&text, "OMP_SCHEDULE", cpus->schedule);
    print_variable(&text, "OMP_DYNAMIC", cpus->dynamic);
    print_variable(&text, "OMP_PROC_BIND", cpus->proc_bind);
    print_variable(&text, "OMP_PLACES", cpus->places);
    if (cpus->note[0])
        furrow__text_print(&text, "Note: %s\n", cpus->note);
    if (report->calibrates)
        furrow__text_costs(&text, &report->calibration);
    return text.status;
}

static void write_variable(furrow_writer *writer, const char *name, const char *value)
{
    furrow_writer_text(writer, name, value[0] ? value : NULL);
}

static int write_records(furrow_writer *writer, const void *context)
{
    const struct cpus_report *report = context;
    const furrow_cpus *cpus = &report->cpus;
    char digits[16];
    furrow_writer_begin(writer);
    furrow_writer_count(writer, "usable", (uint64_t)cpus->usable);
    furrow_writer_text(writer, "reason", cpus->reason);
    furrow_writer_count(writer, "online", (uint64_t)cpus->online);
    furrow_writer_count(writer, "affinity", (uint64_t)cpus->affinity);
    if (cpus->quota > 0)
        furrow_writer_real(writer, "quota", cpus->quota, 4);
    else
        furrow_writer_text(writer, "quota", NULL);
    write_variable(writer, "quota_from", cpus->quota_from);
    furrow_writer_count(writer, "threads", (uint64_t)cpus->threads);
    furrow_writer_text(writer, "threads_reason", cpus->threads_reason);
    write_variable(writer, "omp_num_threads", number(digits, cpus->num_threads));
    write_variable(writer, "omp_thread_limit", number(digits, cpus->thread_limit));
    write_variable(writer, "omp_schedule", cpus->schedule);
    write_variable(writer, "omp_dynamic", cpus->dynamic);
    write_variable(writer, "omp_proc_bind", cpus->proc_bind);
    write_variable(writer, "omp_places", cpus->places);
    write_variable(writer, "note", cpus->note);
    if (report->calibrates)
        furrow__report_costs(writer, &report->calibration);
    return furrow_writer_end(writer);
}

/* Removes `option` from the arguments; whether it was there. */
static bool take_option(int *argc, const char **argv, const char *option)
{
    for (int i = 1; i < *argc; i++)
        if (strcmp(argv[i], option) == 0) {
            --*argc;
            memmove(&argv[i], &argv[i + 1], (size_t)(*argc - i) * sizeof *argv);
            return true;
        }
    return false;
}

int cmd_cpus(int argc, const char **argv)
{
    int code;
    furrow_format format;
    furrow_error error = {0};
    struct cpus_report report = {.calibrates = take_option(&argc, argv, "--calibrate")};
    const struct document document = {write_text, write_records, &report};
    if (!arguments_only_format(&format, &code, argc, argv, "--calibrate, or ", help))
        return code;
    if (furrow_cpu_detect(&report.cpus, NULL, &error)) {
        fprintf(stderr, "furrow: cpus: %s\n", error.text);
        return DRIVER_USAGE;
    }
    int status = report.calibrates ? furrow__calibrate(&report.calibration) : FURROW_OK;
    if (status) {
        fprintf(stderr, "furrow: cpus: --calibrate: %s\n", furrow_status_text(status));
        return ending_code(status);
    }
    return ending_code_of_output(output_document(&document, format, NULL, &error));
}

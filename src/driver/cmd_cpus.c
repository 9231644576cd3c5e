#include <stdio.h>
#include <string.h>

#include "measure/calibrate.h"
#include <furrow/cpu.h>
#include <furrow/report.h>

#include "driver.h"
#include "output.h"
#include "report/costs.h"

static const char help[] =
    "Usage: furrow cpus [--calibrate] [--format text|csv|tsv|json|jsonl]\n\n"
    "Shows the CPUs that this process may use (the affinity mask, and the CPU quotas of all its\n"
    "cgroups), the OpenMP variables that are set, and how many threads a run gets by default.\n"
    "With --calibrate also what starting threads and handing out items costs, measured now.\n";

static void print_variable(const char *name, const char *value)
{
    printf("  %-18s %s\n", name, value[0] ? value : "not set");
}

static const char *number(char text[16], int value)
{
    if (value > 0)
        snprintf(text, 16, "%d", value);
    else
        text[0] = '\0';
    return text;
}

static void print_text(const furrow_cpus *cpus)
{
    char text[16];
    printf("Usable CPUs: %s\n", cpus->reason);
    printf("  %-18s %d\n", "online", cpus->online);
    printf("  %-18s %d\n", "affinity mask", cpus->affinity);
    if (cpus->quota > 0)
        printf("  %-18s %.2f CPUs, from cgroup %s\n", "quota", cpus->quota, cpus->quota_from);
    else
        printf("  %-18s none\n", "quota");
    printf("Threads of a run: %s\n", cpus->threads_reason);
    print_variable("OMP_NUM_THREADS", number(text, cpus->num_threads));
    print_variable("OMP_THREAD_LIMIT", number(text, cpus->thread_limit));
    print_variable("OMP_SCHEDULE", cpus->schedule);
    print_variable("OMP_DYNAMIC", cpus->dynamic);
    print_variable("OMP_PROC_BIND", cpus->proc_bind);
    print_variable("OMP_PLACES", cpus->places);
    if (cpus->note[0])
        printf("Passed over: %s\n", cpus->note);
}

static void write_variable(furrow_writer *writer, const char *name, const char *value)
{
    furrow_writer_text(writer, name, value[0] ? value : NULL);
}

static int print_calibration(const furrow__calibration *calibration)
{
    furrow_error error;
    struct output output;
    fflush(stdout); /* what follows goes past it */
    output_open(&output, NULL, &error);
    return furrow__report_calibration(calibration, output_write, &output);
}

/* `calibration` may be NULL. */
static int write_record(const furrow_cpus *cpus, const furrow__calibration *calibration,
                        furrow_format format)
{
    furrow_error error;
    struct output output;
    furrow_writer *writer;
    output_open(&output, NULL, &error);
    int status = furrow_writer_new(&writer, format, NULL, output_write, &output);
    if (status)
        return status;
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
    char text[16];
    write_variable(writer, "omp_num_threads", number(text, cpus->num_threads));
    write_variable(writer, "omp_thread_limit", number(text, cpus->thread_limit));
    write_variable(writer, "omp_schedule", cpus->schedule);
    write_variable(writer, "omp_dynamic", cpus->dynamic);
    write_variable(writer, "omp_proc_bind", cpus->proc_bind);
    write_variable(writer, "omp_places", cpus->places);
    write_variable(writer, "note", cpus->note);
    if (calibration)
        furrow__report_calibration_fields(calibration, writer);
    furrow_writer_end(writer);
    status = furrow_writer_finish(writer);
    furrow_writer_free(writer);
    return status;
}

static int show(const furrow_cpus *cpus, const furrow__calibration *calibration,
                furrow_format format)
{
    if (format != FURROW_FORMAT_TEXT)
        return driver_output_code(write_record(cpus, calibration, format));
    print_text(cpus);
    return calibration ? driver_output_code(print_calibration(calibration)) : DRIVER_OK;
}

/* Whether `option` is among the arguments, which then are one fewer. */
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
    bool calibrates = take_option(&argc, argv, "--calibrate");
    if (!driver_only_format(&format, &code, argc, argv, help))
        return code;
    furrow_cpus cpus;
    furrow_error error = {0};
    if (furrow_cpu_detect(&cpus, NULL, &error)) {
        fprintf(stderr, "furrow: cpus: %s\n", error.text);
        return DRIVER_USAGE;
    }
    furrow__calibration calibration = {0};
    int status = calibrates ? furrow__calibrate(&calibration) : FURROW_OK;
    if (status) {
        fprintf(stderr, "furrow: cpus: --calibrate: %s\n", furrow_status_text(status));
        return driver_code(status);
    }
    return show(&cpus, calibrates ? &calibration : NULL, format);
}

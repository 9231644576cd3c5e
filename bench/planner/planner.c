/*
 * planner: how much longer the planner's choice takes than the best plan, and than the serial loop.
 *
 *     bench-planner [--busy] [OPTION ...] [ROW ...]
 *
 * A row is one question (rows.h); without names all rows are printed. With --busy the bench starts
 * programs that spin, one for every two CPUs, which end with it. Results are checked before a
 * workload is timed, its ways are timed in turn, and ratios are of neighbouring samples.
 */
#include <popt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure/calibrate.h"
#include <furrow/cpu.h>
#include <furrow/report.h>
#include <furrow/status.h>

#include "machine.h"
#include "rows.h"

static const struct row {
    const char *name, *summary;
    int (*run)(const struct bench *bench);
} rows[] = {
    {"grid", "regret over the best of the sweep: loops that compute", row_grid},
    {"waiting", "the same: items that sleep", row_waiting},
    {"tails", "single calls over the serial loop: median to maximum", row_tails},
    {"loop", "256 x 5 us by every runner", row_loop},
    {"cold", "after 20 and 250 ms of idling", row_cold},
    {"contention", "false sharing, an atomic, a lock", row_contention},
};
enum { ROWS = sizeof rows / sizeof *rows };

/* The command line. */
struct command {
    struct bench bench;
    int busy, thorough, worst;
    bool wanted[ROWS];
};

static void print_costs(const furrow__calibration *calibration)
{
    const furrow_costs *costs = &calibration->costs;
    char text[7][32];
    printf("region %s, each thread more %s, beyond the CPUs %s; handing out %s; a chunk dealt %s, "
           "taken %s, by all at once %s\n(%zu samples, %zu disturbed)\n\n",
           furrow_report_seconds(text[0], costs->region, 3),
           furrow_report_seconds(text[1], costs->thread, 3),
           furrow_report_seconds(text[2], costs->extra, 3),
           furrow_report_seconds(text[6], costs->share, 3),
           furrow_report_seconds(text[3], costs->deal, 3),
           furrow_report_seconds(text[4], costs->dispatch, 3),
           furrow_report_seconds(text[5], costs->contended, 3), calibration->samples,
           calibration->disturbed);
}

static int want_row(struct command *command, const char *name)
{
    for (int i = 0; i < ROWS; i++)
        if (strcmp(name, rows[i].name) == 0) {
            command->wanted[i] = true;
            return 0;
        }
    fprintf(stderr, "planner: there is no row \"%s\"; rows are:\n", name);
    for (int i = 0; i < ROWS; i++)
        fprintf(stderr, "  %-12s %s\n", rows[i].name, rows[i].summary);
    return 2;
}

static int want_rows(struct command *command, const char **names)
{
    for (int i = 0; i < ROWS; i++)
        command->wanted[i] = !names;
    for (size_t i = 0; names && names[i]; i++)
        if (want_row(command, names[i]))
            return 2;
    return 0;
}

/* Reads the command line. Returns the exit status; 0: go on. */
static int read_command(struct command *command, int argc, const char **argv)
{
    struct bench *bench = &command->bench;
    const struct poptOption table[] = {
        {"busy", 0, POPT_ARG_NONE, &command->busy, 0, "beside a busy neighbour per two CPUs", NULL},
        {"thorough", 0, POPT_ARG_NONE, &command->thorough, 0,
         "an hour: --seconds 6, and no workload is left out", NULL},
        {"seconds", 0, POPT_ARG_DOUBLE | POPT_ARGFLAG_SHOW_DEFAULT, &bench->seconds, 0,
         "for each workload, about", "SECONDS"},
        {"longest", 0, POPT_ARG_DOUBLE | POPT_ARGFLAG_SHOW_DEFAULT, &bench->longest, 0,
         "leave out workloads of more work than this; 0: none", "SECONDS"},
        {"worst", 0, POPT_ARG_INT | POPT_ARGFLAG_SHOW_DEFAULT, &command->worst, 0,
         "name this many of the worst", "COUNT"},
        POPT_AUTOHELP POPT_TABLEEND};
    poptContext context = poptGetContext("planner", argc, argv, table, 0);
    poptSetOtherOptionHelp(context, "[OPTION ...] [grid|waiting|tails|loop|cold|contention]");
    int parsed = poptGetNextOpt(context);
    int status = parsed < -1 ? 2 : want_rows(command, poptGetArgs(context));
    if (parsed < -1)
        fprintf(stderr, "planner: %s: %s\n", poptBadOption(context, 0), poptStrerror(parsed));
    poptFreeContext(context);
    if (command->thorough) {
        bench->seconds = 6;
        bench->longest = 0;
    }
    bench->worst = command->worst > 0 ? (size_t)command->worst : 0;
    return status;
}

static int run_rows(const struct command *command)
{
    furrow__calibration calibration;
    struct bench bench = command->bench;
    int status = furrow__calibrate(&calibration);
    if (status == FURROW_OK)
        print_costs(&calibration);
    bench.costs = calibration.costs;
    for (int i = 0; i < ROWS && status == FURROW_OK; i++)
        if (command->wanted[i])
            status = rows[i].run(&bench);
    if (status)
        fprintf(stderr, "planner: %s\n", furrow_status_text(status));
    return status ? 1 : 0;
}

int main(int argc, const char **argv)
{
    struct command command = {.bench = {.seconds = 1, .longest = 0.01}, .worst = 8};
    int status = read_command(&command, argc, argv);
    if (status)
        return status;
    command.bench.cpus = furrow_cpu_count();
    int neighbours = command.busy ? neighbours_start(command.bench.cpus) : 0;
    if (command.busy && neighbours == 0) {
        fprintf(stderr, "planner: cannot start a neighbour\n");
        return 1;
    }
    machine_print(command.bench.cpus, neighbours);
    status = run_rows(&command);
    neighbours_stop();
    return status;
}

/*
 * planner: how far the planner's choice is from the best that an exhaustive search finds.
 *
 * Regret is time over the best of all (threads x schedule x chunk), on two grids: items that really
 * compute and wait, on this machine; and a model of 2 to 128 ideal threads that cost what this
 * machine's cost. On the real grid the best is chosen on one half of the samples and compared with
 * the plan on the other half, since the least of many noisy medians flatters whoever may choose.
 */
#include <popt.h>
#include <stdio.h>
#include <string.h>

#include <furrow/calibrate.h>
#include <furrow/report.h>
#include <furrow/status.h>

#include "real.h"

static void print_costs(const furrow_calibration *calibration)
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

int main(int argc, const char **argv)
{
    double seconds = 6, longest = 0;
    int worst = 8;
    const struct poptOption table[] = {
        {"seconds", 0, POPT_ARG_DOUBLE | POPT_ARGFLAG_SHOW_DEFAULT, &seconds, 0,
         "for each workload on this machine", "SECONDS"},
        {"longest", 0, POPT_ARG_DOUBLE | POPT_ARGFLAG_SHOW_DEFAULT, &longest, 0,
         "leave out workloads of more work than this; 0: none", "SECONDS"},
        {"worst", 0, POPT_ARG_INT | POPT_ARGFLAG_SHOW_DEFAULT, &worst, 0,
         "name so many of the worst", "COUNT"},
        POPT_AUTOHELP POPT_TABLEEND};
    poptContext context = poptGetContext("planner", argc, argv, table, 0);
    int parsed = poptGetNextOpt(context);
    if (parsed < -1) {
        fprintf(stderr, "planner: %s: %s\n", poptBadOption(context, 0), poptStrerror(parsed));
        poptFreeContext(context);
        return 2;
    }
    poptFreeContext(context);
    furrow_calibration calibration;
    int status = furrow_calibrate(&calibration);
    const real_options options = {seconds, longest, worst > 0 ? (size_t)worst : 0};
    if (status == FURROW_OK)
        print_costs(&calibration);
    if (status == FURROW_OK)
        status = real_run(&calibration.costs, &options);
    if (status)
        fprintf(stderr, "planner: %s\n", furrow_status_text(status));
    return status ? 1 : 0;
}

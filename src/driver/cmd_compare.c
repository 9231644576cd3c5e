/* The serial loop, then the parallel run: the same results, and both times. */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include <furrow/report.h>

#include "driver.h"
#include "options.h"
#include "output.h"
#include "session.h"

static const char help[] =
    "Usage: furrow compare KERNEL [OPTIONS] [ARGUMENTS]\n\n"
    "Runs the kernel one item after another, then as planned; prints both results\n"
    "and times. Each runs once, without warm-up: `furrow bench` gives speedups with\n"
    "intervals.\n\n"
    "  furrow compare digits data/digits --format list\n"
    "  furrow compare digits data/digits --format list --wait 50ms\n";

/* The time of a shorter run depends more on the moment than on the plan. In seconds. */
static const double short_run = 0.01;

/* Passes bytes on to stdout, and computes their digest. */
struct digested_output {
    struct output output;
    uint64_t digest, size;
};

static int write_digested(const char *bytes, size_t size, void *context)
{
    struct digested_output *own = context;
    own->digest = furrow__digest_bytes(own->digest, bytes, size);
    own->size += size;
    return output_write(bytes, size, &own->output);
}

static int run_one(struct session *session, struct digested_output *own,
                   furrow_run_outcome *outcome, const furrow_plan *plan, const char *title)
{
    furrow_error error;
    *own = (struct digested_output){.digest = FURROW__DIGEST_START};
    output_open(&own->output, NULL, &error);
    printf("%s\n", title);
    if (fflush(stdout) != 0)
        return ending_code_of_output(-errno);
    session->output = &own->output;
    int code = session_run(session, outcome, plan, write_digested, own);
    session->output = NULL;
    char time[32];
    if (code == DRIVER_OK || code == DRIVER_FAILED)
        printf("Total time: %s\n\n", furrow_report_seconds(time, outcome->wall, 4));
    return code;
}

static int conclude(const furrow_kernel *kernel, const struct digested_output digests[2],
                    const furrow_run_outcome outcomes[2])
{
    bool same = digests[0].digest == digests[1].digest && digests[0].size == digests[1].size;
    bool comparable = !(kernel->flags & FURROW_KERNEL_VARIES);
    char reason[FURROW_PLAN_REASON_SIZE];
    printf("%s\n", furrow_plan_reason(reason, &outcomes[1].plan));
    double shorter = fmin(outcomes[0].wall, outcomes[1].wall);
    printf("%s. Speedup: %.2fx (one run of each%s)\n",
           same         ? "The same bytes twice"
           : comparable ? "The results DIFFER"
                        : "The results differ from run to run, so they are not compared",
           outcomes[0].wall / outcomes[1].wall,
           shorter < short_run ? ", and short: `furrow bench` repeats them" : "");
    return same || !comparable ? DRIVER_OK : DRIVER_FAILED;
}

static int compare(struct session *session)
{
    static const furrow_plan serial = {.threads = 1, .backend = FURROW_BACKEND_SERIAL};
    struct digested_output digests[2];
    furrow_run_outcome outcomes[2] = {{0}};
    int first = run_one(session, &digests[0], &outcomes[0], &serial, "One after another:");
    if (first != DRIVER_OK && first != DRIVER_FAILED)
        return first;
    int code = session_begin(session);
    if (code != DRIVER_OK)
        return code;
    code = run_one(session, &digests[1], &outcomes[1], &session->options->plan, "In parallel:");
    if (code != DRIVER_OK && code != DRIVER_FAILED)
        return code;
    code = conclude(session->kernel, digests, outcomes);
    return code ? code : first;
}

static int run(const struct options *options)
{
    struct session session = {0};
    int code = session_open(&session, options);
    if (code == DRIVER_OK)
        code = compare(&session);
    session_close(&session);
    return code;
}

int cmd_compare(int argc, const char **argv)
{
    return arguments_run(argc, argv, help, OPTIONS_PLAN | OPTIONS_COMPARE, run);
}

/* The main job in miniature: the serial loop, then the parallel run, the same answers twice. */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include <furrow/report.h>

#include "driver.h"
#include "output.h"
#include "session.h"

static const char help[] =
    "Usage: furrow compare KERNEL [OPTIONS] [ARGUMENTS]\n\n"
    "Runs the kernel one item after another, then as planned; prints both results and times.\n"
    "Each is run once, cold: `furrow bench` gives speedups with intervals.\n\n"
    "  furrow compare digits data/digits --format list\n"
    "  furrow compare digits data/digits --format list --wait 50ms\n";

/* What is over sooner depends on the moment more than on the plan. */
static const double telling = 0.01;

/* Passes on to stdout, and remembers what it was. */
struct witness {
    struct output output;
    uint64_t digest, size;
};

static int write_witnessed(const char *bytes, size_t size, void *context)
{
    struct witness *witness = context;
    witness->digest = furrow__digest_bytes(witness->digest, bytes, size);
    witness->size += size;
    return output_write(bytes, size, &witness->output);
}

static int run_one(struct session *session, struct witness *witness, furrow_run_outcome *outcome,
                   const furrow_plan *plan, const char *title)
{
    furrow_error error;
    *witness = (struct witness){.digest = FURROW__DIGEST_START};
    output_open(&witness->output, NULL, &error);
    printf("%s\n", title);
    if (fflush(stdout) != 0)
        return driver_output_code(-errno);
    session->output = &witness->output;
    int code = session_run(session, outcome, plan, write_witnessed, witness);
    session->output = NULL;
    char time[32];
    if (code == DRIVER_OK || code == DRIVER_FAILED)
        printf("Total time: %s\n\n", furrow_report_seconds(time, outcome->wall, 4));
    return code;
}

static int conclude(const furrow_kernel *kernel, const struct witness witnesses[2],
                    const furrow_run_outcome outcomes[2])
{
    bool same =
        witnesses[0].digest == witnesses[1].digest && witnesses[0].size == witnesses[1].size;
    bool comparable = !(kernel->flags & FURROW_KERNEL_VARIES);
    char reason[FURROW_PLAN_REASON_SIZE];
    printf("%s\n", furrow_plan_reason(reason, &outcomes[1].plan));
    double shorter = fmin(outcomes[0].wall, outcomes[1].wall);
    printf("%s. Speedup: %.2fx (one run of each%s)\n",
           same         ? "The same bytes twice"
           : comparable ? "The results DIFFER"
                        : "The results differ from run to run, so they are not compared",
           outcomes[0].wall / outcomes[1].wall,
           shorter < telling ? ", and short: `furrow bench` repeats them" : "");
    return same || !comparable ? DRIVER_OK : DRIVER_FAILED;
}

static int compare(struct session *session)
{
    static const furrow_plan serial = {.threads = 1, .backend = FURROW_BACKEND_SERIAL};
    struct witness witnesses[2];
    furrow_run_outcome outcomes[2] = {{0}};
    int first = run_one(session, &witnesses[0], &outcomes[0], &serial, "One after another:");
    if (first != DRIVER_OK && first != DRIVER_FAILED)
        return first;
    int code = session_begin(session);
    if (code != DRIVER_OK)
        return code;
    code = run_one(session, &witnesses[1], &outcomes[1], &session->options->plan, "In parallel:");
    if (code != DRIVER_OK && code != DRIVER_FAILED)
        return code;
    code = conclude(session->kernel, witnesses, outcomes);
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
    int code;
    const furrow_kernel *kernel = driver_kernel_argument(argc, argv, help, &code);
    if (!kernel)
        return code;
    char usage[96];
    snprintf(usage, sizeof usage, "compare %s", kernel->name);
    struct options options;
    code =
        options_parse(&options, kernel, usage, OPTIONS_PLAN | OPTIONS_COMPARE, argc - 1, argv + 1);
    if (code == OPTIONS_GO)
        code = run(&options);
    options_clear(&options);
    return code;
}

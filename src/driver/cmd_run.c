#include <stdio.h>

#include <furrow/report.h>

#include "driver.h"
#include "output.h"
#include "session.h"

/* "combinations: 15 items in 20.1 us. 1 thread: ..." */
static void summarise(const struct session *session, const furrow_run_outcome *outcome)
{
    if (session->options->quiet)
        return;
    char time[32];
    fprintf(stderr, "%s: %zu item%s", session->kernel->name, outcome->items,
            outcome->items == 1 ? "" : "s");
    if (outcome->failed > 0)
        fprintf(stderr, ", %zu of them failed,", outcome->failed);
    fprintf(stderr, " in %s", furrow_report_seconds(time, outcome->wall, 3));
    if (outcome->plan.reason[0])
        fprintf(stderr, "; %s", outcome->plan.reason);
    fprintf(stderr, "\n");
}

static int run_into(struct session *session, struct output *output)
{
    furrow_run_outcome outcome = {0};
    session_say(session, session->kernel->describe);
    int code = session_run(session, &outcome, &session->options->plan, output_write, output);
    if (code != DRIVER_OK && code != DRIVER_FAILED)
        return code;
    if (session->options->verify && session_verify(session, &outcome) != DRIVER_OK)
        code = DRIVER_FAILED;
    session_say(session, session->kernel->conclude);
    summarise(session, &outcome);
    return code;
}

static int run(const struct options *options)
{
    furrow_error error = {0};
    struct session session = {0};
    struct output output;
    int code = session_open(&session, options);
    if (code != DRIVER_OK)
        return code;
    int status = output_open(&output, options->output, &error);
    if (status == FURROW_OK) {
        code = run_into(&session, &output);
        status = output_close(&output, code == DRIVER_OK || code == DRIVER_FAILED, &error);
    }
    session_close(&session);
    if (status == FURROW_OK)
        return code;
    talk_error(options->kernel->name, &error);
    return DRIVER_ENVIRONMENT;
}

int cmd_run(const furrow_kernel *kernel, int argc, const char **argv)
{
    struct options options;
    int code =
        options_parse(&options, kernel, kernel->name, OPTIONS_PLAN | OPTIONS_OUTPUT, argc, argv);
    if (code == OPTIONS_GO)
        code = run(&options);
    options_clear(&options);
    return code;
}

#include <stdio.h>
#include <string.h>

#include <furrow/report.h>

#include "checks.h"
#include "driver.h"
#include "output.h"
#include "session.h"

/* "an item takes a thread 51.2 us: read 7.1 (14 %), ...; that is 19500 a second" */
static void print_phases(const struct session *session, const furrow_run_outcome *outcome)
{
    const char *const *names = furrow_kernel_shape(session->kernel, session->state).phases;
    double sum = 0, means[FURROW_MAX_PHASES] = {0};
    bool told = false;
    for (size_t i = 0; names && names[i]; i++) {
        const furrow_phase *phase = &outcome->phases[i];
        means[i] = phase->count > 0 ? phase->seconds / (double)phase->count : 0;
        sum += means[i];
    }
    if (session->options->quiet || !(sum > 0))
        return;
    fprintf(stderr, "an item takes a thread %.1f us:", 1e6 * sum);
    for (size_t i = 0; names[i]; i++) {
        if (means[i] > 0)
            fprintf(stderr, "%s %s %.1f (%.0f %%)", told ? "," : "", names[i], 1e6 * means[i],
                    100 * means[i] / sum);
        told |= means[i] > 0;
    }
    fprintf(stderr, "; that is %.0f a second\n", 1 / sum);
}

/* "combinations: 15 items in 20.1 us. 1 thread: ..." */
static void print_summary(const struct session *session, const furrow_run_outcome *outcome)
{
    if (session->options->quiet)
        return;
    char time[32];
    fprintf(stderr, "%s: %zu item%s", session->kernel->name, outcome->items,
            outcome->items == 1 ? "" : "s");
    if (outcome->failed > 0)
        fprintf(stderr, ", %zu of them failed", outcome->failed);
    if (outcome->resumed > 0)
        fprintf(stderr, ", %zu of them from the journal", outcome->resumed);
    fprintf(stderr, "%s in %s", outcome->failed + outcome->resumed > 0 ? "," : "",
            furrow_report_seconds(time, outcome->wall, 3));
    char reason[FURROW_PLAN_REASON_SIZE];
    if (furrow_plan_reason(reason, &outcome->plan)[0])
        fprintf(stderr, "; %s", reason);
    fprintf(stderr, "\n");
}

/* The state of a run at its end, besides its exit code. */
struct ending {
    bool whole;      /* all results are written */
    bool reported;   /* and all files of the report */
    size_t recorded; /* items in the journal */
};

static int run_into(struct session *session, struct output *output, struct ending *ending)
{
    furrow_run_outcome outcome = {0};
    session->output = output;
    int code = session_run(session, &outcome, &session->options->plan, output_write, output);
    session->output = NULL;
    ending->whole = session->ended;
    ending->recorded = outcome.recorded;
    if (!ending->whole)
        return code;
    if (session->options->verify && !session->checked &&
        session_verify(session, &outcome) != DRIVER_OK)
        code = DRIVER_FAILED;
    session_tell(session, FURROW_AFTER);
    print_phases(session, &outcome);
    int reported = session_tell(session, FURROW_REPORT);
    ending->reported = reported == DRIVER_OK;
    print_summary(session, &outcome);
    return reported ? reported : code;
}

/* Opens the output, runs, closes the output. A refusal comes before, so that no file changes. */
static int run_session(struct session *session)
{
    const struct options *options = session->options;
    furrow_error error = {0};
    struct output output;
    session_tell(session, FURROW_BEFORE);
    int code = checks_of_size(session);
    if (code == DRIVER_OK)
        code = resume_open(session);
    if (code != DRIVER_OK)
        return code;
    struct ending ending = {0};
    int status = output_open(&output, options->output, &error);
    if (status == FURROW_OK) {
        code = run_into(session, &output, &ending);
        status = output_close(&output, ending.whole, &error);
    }
    if (status) {
        log_error(options->kernel->name, &error);
        code = DRIVER_ENVIRONMENT;
    }
    bool done = ending.whole && ending.reported && status == FURROW_OK;
    return resume_close(session, done, ending.recorded, code);
}

/* ---- --trace FILE: which worker ran which chunk, and when, as CSV ---- */

static int write_span(furrow_writer *writer, const furrow_span *span, double start)
{
    furrow_writer_begin(writer);
    furrow_writer_count(writer, "worker", (uint64_t)span->worker);
    furrow_writer_count(writer, "begin", span->begin);
    furrow_writer_count(writer, "end", span->end);
    furrow_writer_real(writer, "start", span->start - start, 9);
    furrow_writer_real(writer, "stop", span->stop - start, 9);
    furrow_writer_real(writer, "cpu", span->cpu, 9);
    return furrow_writer_end(writer);
}

static int write_spans(furrow_writer *writer, const void *context)
{
    const struct session *session = context;
    size_t count;
    int status = FURROW_OK;
    const furrow_span *spans = furrow_trace_spans(session->trace, &count);
    for (size_t i = 0; i < count && status == FURROW_OK; i++)
        status = write_span(writer, &spans[i], session->log.start);
    return status;
}

static int write_trace(const struct session *session)
{
    furrow_error error;
    const struct document document = {.records = write_spans, .context = session};
    int status = output_document(&document, FURROW_FORMAT_CSV, session->options->trace, &error);
    if (furrow_trace_lost(session->trace) > 0)
        fprintf(stderr, "furrow: %s: no memory for %zu chunks of the trace\n",
                session->kernel->name, furrow_trace_lost(session->trace));
    if (status)
        log_error(session->kernel->name, &error);
    return status ? DRIVER_ENVIRONMENT : DRIVER_OK;
}

static int run_traced(struct session *session)
{
    if (furrow_trace_new(&session->trace)) {
        fprintf(stderr, "furrow: %s: no memory for a trace\n", session->kernel->name);
        return DRIVER_ENVIRONMENT;
    }
    int code = run_session(session);
    int written = write_trace(session);
    furrow_trace_free(session->trace);
    return code ? code : written;
}

/* Before the run, since the trace is written after it. */
static int check_trace(const struct options *options)
{
    furrow_error error;
    const char *path = options->trace;
    if (!path || strcmp(path, "-") == 0 || furrow_output_check(path, &error) == FURROW_OK)
        return DRIVER_OK;
    log_error(options->kernel->name, &error);
    return DRIVER_ENVIRONMENT;
}

static int run(const struct options *options)
{
    struct session session = {0};
    if (check_trace(options) != DRIVER_OK)
        return DRIVER_ENVIRONMENT;
    int code = session_open(&session, options);
    if (code != DRIVER_OK)
        return code;
    code = options->trace ? run_traced(&session) : run_session(&session);
    session_close(&session);
    return code;
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

#include "forecast.h"

#include <math.h>
#include <stdlib.h>

#include "driver.h"
#include "session.h"

/* Runs by the plan: five; more while they take less than `enough` seconds (the idle threads of a
 * runtime may hold the CPUs for some milliseconds after other runs); fewer when they take
 * `too_long`. */
enum { FEWEST_RUNS = 5, MAX_RUNS = 100 };
static const double enough = 0.1, too_long = 2;

/* Parts of the index range whose costs are told apart. */
enum { PARTS = 64 };

static int fail(const struct session *session, int status)
{
    furrow_error error;
    furrow_error_set(&error, status, "planning: %s", furrow_status_text(status));
    log_error(session->kernel->name, &error);
    return ending_code(status);
}

static bool is_over(int code, const furrow_run_outcome *outcome)
{
    return code != DRIVER_OK && (code != DRIVER_FAILED || outcome->failed == 0);
}

/* The request as a run takes it: without OpenMP only the serial loop is left. */
static furrow_plan request_of(const struct forecast *forecast, const struct options *options)
{
    furrow_plan request = options->plan;
    if (forecast->first.plan.reason.cause == FURROW_CAUSE_NO_OPENMP)
        request.backend = FURROW_BACKEND_SERIAL;
    return request;
}

static int list_candidates(struct forecast *forecast, const furrow_plan *request,
                           const furrow_plan_facts *facts)
{
    size_t count;
    int status = furrow_plan_candidates(NULL, 0, &count, request, facts);
    if (status)
        return status;
    forecast->candidates = calloc(count + 1, sizeof *forecast->candidates);
    if (!forecast->candidates)
        return FURROW_ENOMEM;
    return furrow_plan_candidates(forecast->candidates, count, &forecast->candidate_count, request,
                                  facts);
}

static bool is_same(const furrow_plan *a, const furrow_plan *b)
{
    return a->threads == b->threads && a->backend == b->backend && a->schedule == b->schedule &&
           a->chunk == b->chunk;
}

/* Finds the plan among the candidates and takes its predicted time from there, so that all were
 * predicted alike. */
static void find_plan(struct forecast *forecast)
{
    furrow_plan *plan = &forecast->plan;
    size_t count = forecast->candidate_count;
    for (size_t i = 0; i < count; i++)
        if (is_same(&forecast->candidates[i], plan)) {
            plan->reason.predicted = forecast->candidates[i].reason.predicted;
            return;
        }
    if (plan->reason.predicted > 0)
        forecast->candidates[forecast->candidate_count++] = *plan;
}

/* Spreads the seconds of a span over the parts of [0, items) that it covers. */
static void spread(double *parts, size_t items, const furrow_span *span)
{
    double scale = (double)PARTS / (double)items;
    double from = scale * (double)span->begin, to = scale * (double)span->end;
    double seconds = fmax(0, span->stop - span->start);
    for (size_t i = (size_t)from; i < PARTS && (double)i < to; i++) {
        double low = fmax(from, (double)i), high = fmin(to, (double)(i + 1));
        parts[i] += seconds * (high - low) / (to - from);
    }
}

/* What items cost along their index, from the trace of the first run. */
static furrow_profile profile_of(double until[PARTS + 1], furrow_trace *trace, size_t items)
{
    size_t count;
    const furrow_span *spans = furrow_trace_spans(trace, &count);
    if (!spans || items < PARTS || furrow_trace_lost(trace) > 0)
        return (furrow_profile){0};
    double parts[PARTS] = {0};
    for (size_t i = 0; i < count; i++)
        if (spans[i].begin < spans[i].end && spans[i].end <= items)
            spread(parts, items, &spans[i]);
    until[0] = 0;
    for (size_t i = 0; i < PARTS; i++)
        until[i + 1] = until[i] + parts[i];
    return (furrow_profile){items, PARTS, until};
}

static int plan_again(struct forecast *forecast, const struct session *session)
{
    furrow_run_options run = session_run_options(session->options);
    run.costs = session->costs;
    double until[PARTS + 1];
    const furrow_shape shape = furrow_kernel_shape(session->kernel, session->state);
    furrow_plan_facts facts = furrow_run_facts(&shape, &run);
    facts.items = forecast->first.items;
    facts.usage = forecast->first.usage;
    facts.profile = profile_of(until, session->trace, facts.items);
    facts.calls = facts.profile.parts > 0;
    forecast->traced = facts.profile.parts > 0;
    furrow_plan request = request_of(forecast, session->options);
    int status = furrow_plan_choose(&forecast->plan, &request, &facts);
    if (status == FURROW_OK)
        status = list_candidates(forecast, &request, &facts);
    if (status == FURROW_OK)
        find_plan(forecast);
    if (request.backend != session->options->plan.backend)
        forecast->plan.reason.cause = forecast->first.plan.reason.cause;
    return status;
}

static bool wants_more(size_t count, double total)
{
    return count == 0 || (count < FEWEST_RUNS && total < too_long) ||
           (count < MAX_RUNS && total < enough);
}

/* Times runs by exactly that plan. */
static int try_plan(struct forecast *forecast, struct session *session)
{
    double samples[MAX_RUNS], total = 0;
    size_t count = 0;
    session->trace = NULL;
    while (wants_more(count, total)) {
        furrow_run_outcome outcome = {0};
        int code = session_begin(session);
        if (code == DRIVER_OK)
            code = session_run(session, &outcome, &forecast->plan, NULL, NULL);
        if (is_over(code, &outcome))
            return code;
        samples[count++] = outcome.wall;
        total += outcome.wall;
    }
    int status = furrow_stats_summarise(&forecast->time, samples, count);
    return status ? fail(session, status) : DRIVER_OK;
}

static int forecast_session(struct forecast *forecast, struct session *session)
{
    int code = session_run(session, &forecast->first, &session->options->plan, NULL, NULL);
    if (is_over(code, &forecast->first))
        return code;
    int status = plan_again(forecast, session);
    if (status)
        return fail(session, status);
    int tried = try_plan(forecast, session);
    return tried ? tried : code;
}

int forecast_make(struct forecast *forecast, const struct options *options)
{
    *forecast = (struct forecast){0};
    struct session session = {.silent = true};
    int code = session_open(&session, options);
    if (code != DRIVER_OK)
        return code;
    furrow_trace *trace;
    int status = furrow_trace_new(&trace);
    session.trace = trace;
    if (status == FURROW_OK)
        status = furrow__calibrate(&forecast->calibration);
    session.costs = forecast->calibration.costs;
    code = status ? fail(&session, status) : forecast_session(forecast, &session);
    furrow_trace_free(trace);
    session_close(&session);
    return code;
}

void forecast_clear(struct forecast *forecast)
{
    free(forecast->candidates);
    *forecast = (struct forecast){0};
}

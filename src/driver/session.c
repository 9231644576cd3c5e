#include "session.h"

#include <stdio.h>

#include "measure/calibrate.h"
#include <furrow/clock.h>

#include "driver.h"

/* A failed setup is a mistake in the arguments, unless the machine lacks something. */
static int setup_code(int status)
{
    int code = ending_code(status);
    return code == DRIVER_FAILED ? DRIVER_USAGE : code;
}

static int refuse(const struct session *session, int status, furrow_error *error)
{
    error->code = status;
    log_error(session->kernel->name, error);
    return setup_code(status);
}

int session_begin(struct session *session)
{
    furrow_error error;
    int status = furrow_kernel_begin(session->kernel, session->state, session->round++, &error);
    return status ? refuse(session, status, &error) : DRIVER_OK;
}

static int open_format(struct session *session, furrow_error *error)
{
    const struct options *options = session->options;
    const furrow_shape shape = furrow_kernel_shape(session->kernel, session->state);
    const furrow_run_options run = session_run_options(options);
    session->part = furrow_run_part(&shape, &run);
    return furrow_kernel_open(&session->format, session->kernel, session->state,
                              options->format_name, options->by_item, &session->part, error);
}

int session_open(struct session *session, const struct options *options)
{
    session->options = options;
    session->kernel = options->kernel;
    session->log = (struct log){.kernel = options->kernel->name};
    furrow_error error = {0};
    int status = furrow_kernel_setup(&session->state, options->kernel, options->args, &error);
    if (status == FURROW_OK)
        status = open_format(session, &error);
    int code = status ? refuse(session, status, &error) : session_begin(session);
    if (code != DRIVER_OK)
        session_close(session);
    return code;
}

void session_close(struct session *session)
{
    furrow_kernel_teardown(session->kernel, session->state);
    session->state = NULL;
}

furrow_run_options session_run_options(const struct options *options)
{
    return (furrow_run_options){
        .plan = options->plan,
        .cpus = options->cpus.usable,
        .thread_limit = options->cpus.thread_limit,
        .variant = options->variant,
        .waits = options->waits,
        .wait_count = options->wait_count,
        .max_items = options->max_items,
        .shard = options->shard,
        .shards = options->shards,
        .unordered = options->unordered,
        .cancel = ending_cancel(),
    };
}

furrow_costs session_costs(void)
{
    furrow__calibration calibration = {0};
    return furrow__calibrate(&calibration) == FURROW_OK ? calibration.costs : (furrow_costs){0};
}

static int run_with(struct session *session, furrow_run_outcome *outcome, furrow_run_options run,
                    furrow_error *error)
{
    const struct options *options = session->options;
    run.format = session->format;
    if (session->format && session->format->write)
        run.checks = session->checked = options->verify && session->format->check;
    run.costs = session->costs;
    run.site = session->site;
    run.trace = session->trace;
    run.journal = session->journal;
    run.halt = options->halt;
    run.item_failed = session->silent ? NULL : log_item_failed;
    run.context = &session->log;
    bool shows = session->kernel->flags & FURROW_KERNEL_SHOWS_ITEMS && !options->quiet;
    if ((options->events || shows) && !session->silent) {
        run.item_started = log_item_started;
        run.item_ended = log_item_ended;
    }
    furrow_bar *bar = log_open_bar(options);
    run.progress = bar ? furrow_bar_show : NULL;
    run.progress_context = bar;
    session->log.start = furrow_clock_wall();
    int status = furrow_run(outcome, session->kernel, session->state, &run, error);
    furrow_bar_free(bar);
    return status;
}

/* Completes the error that ended the run by that of the output, which says more. */
static void explain(const struct session *session, int status, size_t items, furrow_error *error)
{
    const struct output *output = session->output;
    bool ran = session->format && session->format->finish; /* the failure came after the items */
    if (output && output->error.code == status && ran)
        *error = output->error;
    else if (output && output->error.code == status)
        furrow_error_set(error, status, "stopped after %zu item%s: %s", items,
                         items == 1 ? "" : "s", output->error.text);
    error->code = status;
}

/* A writer of records; NULL where the format writes something else. */
static int open_writer(furrow_writer **writer, const struct session *session, furrow_sink sink,
                       void *context)
{
    const furrow_kernel_format *format = session->format;
    *writer = NULL;
    if (!sink || (format && !format->emit))
        return FURROW_OK;
    int status = furrow_writer_new(writer, session->options->format, format ? format->field : NULL,
                                   sink, context);
    if (status == FURROW_OK)
        furrow_writer_part(*writer, session->part.first, session->part.last);
    return status;
}

/* Cuts an output of bytes at known offsets after its last whole item, and says how to get the
 * others. */
static void cut_output(const struct session *session, uint64_t start, size_t items)
{
    const furrow_kernel_format *format = session->format;
    const furrow_part *part = &session->part;
    char text[128] = "";
    uint64_t size = 0;
    if (!session->output || !format || !format->write ||
        (items > 0 && format->offset(&size, session->state, part->begin + items)))
        return;
    output_cut(session->output, start, size);
    if (format->resume && items > 0)
        format->resume(session->state, part->begin + items, text, sizeof text);
    if (text[0])
        fprintf(stderr, "furrow: %s: %zu of %zu items are written; for the others: %s\n",
                session->kernel->name, items, part->end - part->begin, text);
}

int session_run(struct session *session, furrow_run_outcome *outcome, const furrow_plan *plan,
                furrow_sink sink, void *context)
{
    furrow_error error = {0};
    furrow_run_options run = session_run_options(session->options);
    uint64_t start = session->output ? output_position(session->output) : 0;
    run.plan = *plan;
    run.sink = sink;
    run.sink_context = context;
    if (session->output && output_has_offsets(session->output))
        run.write_at = output_write_at;
    int status = open_writer(&run.writer, session, sink, context);
    if (status == FURROW_OK)
        status = run_with(session, outcome, run, &error);
    /* Whole records are written whatever happened; the document is ended unless the sink failed. */
    int finished = run.writer ? furrow_writer_finish(run.writer) : FURROW_OK;
    furrow_writer_free(run.writer);
    status = status ? status : finished;
    session->ended = status == FURROW_OK;
    if (session->ended)
        return outcome->failed > 0 ? DRIVER_FAILED : DRIVER_OK;
    explain(session, status, outcome->items, &error);
    if (status != -EPIPE) { /* a reader that closes the pipe wants no message */
        log_error(session->kernel->name, &error);
        cut_output(session, start, outcome->items);
    }
    return outcome->halted ? DRIVER_HALTED : ending_code(status);
}

int session_tell(struct session *session, furrow_moment moment)
{
    furrow_error error = {0};
    FILE *log = session->options->quiet ? NULL : stderr;
    int status = furrow_kernel_tell(session->kernel, session->state, moment, log, &error);
    if (status == FURROW_OK)
        return DRIVER_OK;
    error.code = status;
    log_error(session->kernel->name, &error);
    int code = ending_code(status); /* a file cannot be written */
    return code == DRIVER_FAILED ? DRIVER_ENVIRONMENT : code;
}

int session_verify(struct session *session, const furrow_run_outcome *outcome)
{
    furrow_error error = {0};
    if (!session->kernel->verify) {
        fprintf(stderr, "furrow: %s: this kernel cannot verify its results\n",
                session->kernel->name);
        return DRIVER_OK;
    }
    bool whole = session->options->shards <= 1 || (session->format && session->format->open);
    if (!outcome->whole || !whole) {
        fprintf(stderr, "furrow: %s: not verified: only %zu of all items were run\n",
                session->kernel->name, outcome->items);
        return DRIVER_OK;
    }
    int status = session->kernel->verify(session->state, &error);
    if (status == FURROW_OK)
        return DRIVER_OK;
    error.code = status;
    log_error(session->kernel->name, &error);
    return DRIVER_FAILED;
}

int session_report(const struct document *document, const struct options *options)
{
    furrow_error error;
    int status = output_document(document, options->format, options->output, &error);
    if (status && status != -EPIPE)
        log_error(options->kernel->name, &error);
    return ending_code(status && status != -EPIPE ? FURROW_EIO : status);
}

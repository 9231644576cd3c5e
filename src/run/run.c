#include <furrow/run.h>

#include <stdbool.h>
#include <stdint.h>

#include <furrow/clock.h>
#include <furrow/cpu.h>

#include "base/openmp.h"
#include "feed.h"
#include "run_state.h"
#include "variant.h"

/* The first window: all that the most threads for waiting items need, and cheap to have. */
static const size_t first_capacity = 4 * FURROW_PLAN_MAX_THREADS;
/* Or so much of what is known to come: more would not stay in a cache until it is handed on. */
static const size_t first_bytes = (size_t)1 << 20;

/* From this many blocks on only whole ones are handed out: none is missed then. */
static const size_t many_blocks = 128;

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static double mean_wait(const furrow_run_options *options)
{
    double sum = 0;
    for (size_t i = 0; i < options->wait_count; i++)
        sum += options->waits[i];
    return options->wait_count ? sum / (double)options->wait_count : 0;
}

furrow_plan_facts furrow_run_facts(const furrow_shape *shape, const furrow_run_options *options)
{
    return (furrow_plan_facts){
        .cpus = options->cpus ? options->cpus : furrow_cpu_count(),
        .thread_limit = options->thread_limit ? options->thread_limit : furrow_cpu_thread_limit(),
        .no_openmp = !FURROW__OPENMP,
        .grain = shape->grain,
        .wait = mean_wait(options),
        .costs = options->costs,
    };
}

furrow_part furrow_run_part(const furrow_shape *shape, const furrow_run_options *options)
{
    size_t shards = options->shards;
    return furrow_part_of(shape->items, shards ? options->shard : 1, shards ? shards : 1);
}

/* Room for four chunks a thread, where the chunk is asked for. */
static size_t room_for_chunks(const furrow_plan *request, int cpus)
{
    int asked = request->backend == FURROW_BACKEND_SERIAL ? 1 : request->threads;
    size_t threads = asked > 0 ? (size_t)asked : cpus > 0 ? (size_t)cpus : 1;
    size_t chunk = request->chunk;
    return chunk <= SIZE_MAX / (4 * threads) ? 4 * threads * chunk : SIZE_MAX;
}

/* Of items that are handed on as they finish, many may be taken at once. */
static size_t capacity_at_first(const furrow__run_state *run)
{
    size_t known = 0;
    size_t result_size = run->window.result_size;
    if (!run->kernel->next && furrow__window_streams(&run->window))
        known = smaller(run->part.end - run->part.begin,
                        run->blocks.own_slots ? SIZE_MAX
                                              : first_bytes / (result_size ? result_size : 1));
    return larger(larger(first_capacity, known),
                  room_for_chunks(&run->options->plan, run->facts.cpus));
}

/* How many items there will be, as far as is known; 0: it is not. */
static size_t count_items(const furrow__run_state *run)
{
    size_t most = run->options->max_items, items = run->part.end - run->part.begin;
    if (run->shape.items == FURROW_UNKNOWN)
        items = most;
    return most ? smaller(items, most) : items;
}

/* How records are emitted: as asked, or by the first entry that needs not be opened. */
static const furrow_kernel_format *record_format(const furrow__run_state *run)
{
    const furrow_kernel_format *format = run->options->format;
    if (!run->options->writer)
        return NULL;
    if (!format)
        while ((format = furrow_kernel_format_next(run->kernel, format)) != NULL)
            if (format->emit && !format->open)
                break;
    return format && format->emit ? format : NULL;
}

/* Results that partials alone want need no more slots than blocks that run; where a run halts, what
 * lies before is wanted as well. */
static void begin_blocks(furrow__run_state *run)
{
    const furrow_kernel *kernel = run->kernel;
    const furrow_run_options *options = run->options;
    size_t result_size = run->shape.result_size;
    run->blocks = (furrow__blocks){
        .partial = run->bytes.format ? NULL : kernel->partial,
        .state = run->state,
        .items = furrow__blocks_items(result_size),
        .result_size = result_size,
        .fills = kernel->flags & FURROW_KERNEL_FILLS,
        .own_slots = kernel->partial && result_size > 0 && !kernel->combine && !options->journal &&
                     !options->halt && !record_format(run),
    };
    if (run->blocks.own_slots && run->shape.items / run->blocks.items >= many_blocks)
        run->facts.grain = run->blocks.items;
}

/* Where the results of a window lie, and where they go. */
static int begin_window(furrow__run_state *run)
{
    const bool slots = !run->blocks.own_slots && !run->bytes.format;
    furrow__window *window = &run->window;
    int status = furrow__window_init(window, run->kernel, run->state,
                                     slots ? run->shape.result_size : 0, &run->recorder);
    run->blocks.faults = window->faults;
    if (status == FURROW_OK && run->kernel->next)
        status = furrow__feed_new(&run->feed, window->faults);
    window->unordered = run->options->unordered && !run->bytes.format;
    window->bytes = run->bytes.format ? &run->bytes : NULL;
    window->feed = run->feed;
    window->format = record_format(run);
    window->writer = run->options->writer;
    return status;
}

static int begin_workers(furrow__run_state *run)
{
    const furrow__blocks *blocks = &run->blocks;
    run->own_workers = (furrow__run_workers){
        .kernel = run->kernel,
        .state = run->state,
        .block_size = blocks->own_slots ? blocks->items * blocks->result_size : 0,
    };
    run->items = (furrow__items){
        .kernel = run->kernel,
        .state = run->state,
        .options = run->options,
        .feed = run->feed,
        .blocks = &run->blocks,
        .result_size = run->shape.result_size,
    };
    return furrow_scratch_new(&run->scratch, furrow__run_worker_new, furrow__run_worker_free,
                              &run->own_workers);
}

static int begin_run(furrow__run_state *run)
{
    const furrow_run_options *options = run->options;
    run->shape = furrow_kernel_shape(run->kernel, run->state);
    run->facts = furrow_run_facts(&run->shape, options);
    run->site = options->site ? options->site : &run->own_site;
    run->part = furrow_run_part(&run->shape, options);
    run->next = run->part.begin;
    furrow__recorder_init(&run->recorder, options->journal, run->part.begin);
    furrow__progress_init(&run->progress, options->progress, options->progress_context,
                          count_items(run));
    int status = furrow__bytes_init(&run->bytes, run->state, &run->part, options);
    if (status)
        return status;
    begin_blocks(run);
    status = begin_window(run);
    if (status == FURROW_OK)
        status = begin_workers(run);
    run->capacity = capacity_at_first(run);
    return status;
}

static void end_run(furrow__run_state *run)
{
    furrow__run_workers_phases(run->outcome->phases, &run->own_workers);
    furrow_scratch_free(run->scratch);
    furrow__feed_free(run->feed);
    furrow__blocks_clear(&run->blocks);
    furrow__bytes_clear(&run->bytes);
    furrow__window_clear(&run->window);
    furrow__recorder_clear(&run->recorder);
}

/* How many items the next window may have: within memory, and within max_items. */
static size_t allowed(const furrow__run_state *run)
{
    size_t capacity = smaller(run->capacity, furrow__window_max_items(&run->window));
    if (run->bytes.format)
        capacity = furrow__bytes_max_items(&run->bytes);
    size_t block = run->blocks.items, most = run->options->max_items;
    if (run->blocks.partial) {
        size_t before = run->next % block; /* windows end where blocks do */
        capacity = larger(smaller(capacity, furrow__blocks_max_items(&run->blocks)), block);
        capacity -= (before + capacity) % block;
    }
    return most ? smaller(capacity, most - (run->next - run->part.begin)) : capacity;
}

/* The next at most `capacity` items that the kernel feeds. When it fails, what it fed before runs
 * first. */
static int feed_batch(furrow__run_state *run, size_t capacity, size_t *count, furrow_error *error)
{
    furrow_error *failure = &run->feed_failure;
    *count = 0;
    if (!failure->code) {
        furrow__feed_open(run->feed, run->next, capacity);
        *failure = (furrow_error){.item = FURROW_NO_ITEM};
        failure->code = run->kernel->next(run->state, run->feed, capacity, failure);
        *count = furrow_feed_count(run->feed);
    }
    if (*count > 0 || !failure->code)
        return FURROW_OK;
    if (error && failure->text[0])
        *error = *failure;
    return failure->code;
}

static int next_batch(furrow__run_state *run, size_t capacity, size_t *count, furrow_error *error)
{
    if (run->feed)
        return feed_batch(run, capacity, count, error);
    *count = smaller(capacity, run->part.end - run->next);
    return FURROW_OK;
}

/* Whether there are no more items than have run, as far as the kernel knows beforehand. */
static bool is_at_end(const furrow__run_state *run)
{
    return run->part.end == run->next;
}

/* The end of the input, of which the journal should not have more. */
static int end_windows(furrow__run_state *run, furrow_error *error)
{
    size_t recorded = 0;
    int status = furrow__recorder_peek(&recorded, &run->recorder, run->next, error);
    run->outcome->whole = status == FURROW_OK && recorded == 0;
    if (status || recorded == 0)
        return status;
    return furrow_error_set(error, FURROW_ECHANGED,
                            "the input has changed: it ends after %zu item%s, and the journal has "
                            "more; give the same input, or remove the journal to begin anew",
                            run->next, run->next == 1 ? "" : "s");
}

/* `*ended`: there is nothing more to run. */
static int run_next(furrow__run_state *run, bool *ended, furrow_error *error)
{
    size_t count = 0, capacity = allowed(run);
    *ended = capacity == 0;
    if (*ended) {
        run->outcome->whole = is_at_end(run);
        return FURROW_OK;
    }
    int status = next_batch(run, capacity, &count, error);
    if (status)
        return status;
    *ended = count == 0;
    return *ended ? end_windows(run, error) : furrow__run_window(run, count, error);
}

static int run_windows(furrow__run_state *run, furrow_error *error)
{
    bool ended = false;
    int status = run->bytes.format && run->part.begin == run->part.end
                     ? furrow__bytes_write_none(&run->bytes)
                     : FURROW_OK;
    while (status == FURROW_OK && !ended)
        status = furrow_cancel_requested(run->options->cancel) ? FURROW_ECANCELED
                                                               : run_next(run, &ended, error);
    return status;
}

/* Records that are whole go out, and what only all results together make, whatever stopped the run.
 */
static int end_output(const furrow__run_state *run)
{
    const furrow_run_options *options = run->options;
    if (options->writer)
        return furrow_writer_flush(options->writer);
    if (options->sink && options->format && options->format->finish)
        return options->format->finish(run->state, options->sink, options->sink_context);
    return FURROW_OK;
}

static int run_whole(furrow__run_state *run, furrow_error *error)
{
    int status = begin_run(run);
    if (status == FURROW_OK)
        status = run_windows(run, error);
    int ended = end_output(run);
    status = status ? status : ended;
    furrow__progress_end(&run->progress);
    run->outcome->recorded = run->recorder.recorded - run->part.begin;
    if (status && error && status == run->recorder.error.code)
        *error = run->recorder.error;
    if (status && error && status == run->window.error.code)
        *error = run->window.error;
    if (status && error && status == run->bytes.error.code)
        *error = run->bytes.error;
    end_run(run);
    return status;
}

/* Whether the kernel can be run as asked. */
static int check(const furrow__run_state *run, furrow_error *error)
{
    const furrow_kernel *kernel = run->kernel;
    const furrow_run_options *options = run->options;
    bool any_order = !kernel->combine || kernel->flags & FURROW_KERNEL_ANY_ORDER;
    if (options->variant && options->journal)
        return furrow_error_set(error, FURROW_ENOTSUP, "a variant keeps no journal");
    if (!options->variant && !(kernel->body && (kernel->shape || kernel->next)))
        return FURROW_ENOTSUP;
    if (options->shards > 1 && kernel->next)
        return furrow_error_set(error, FURROW_ENOTSUP,
                                "%s: its items are not known beforehand, and have no parts",
                                kernel->name);
    if (options->unordered && (options->journal || options->halt))
        return furrow_error_set(error, FURROW_ENOTSUP,
                                "results that come unordered have no first part, which a journal "
                                "keeps and a failed item ends");
    if (options->unordered && !any_order)
        return furrow_error_set(error, FURROW_ENOTSUP,
                                "%s: its results build on one another and cannot come unordered",
                                kernel->name);
    return FURROW_OK;
}

/* The plan is that of the largest window; what it is said to have been chosen by is the run's. */
static void ground_plan(furrow_run_outcome *outcome)
{
    furrow_reason *reason = &outcome->plan.reason;
    if (reason->took <= 0 || outcome->usage.items == 0)
        return;
    reason->items = outcome->usage.items;
    reason->serial = outcome->usage.wall;
    reason->item = outcome->usage.wall / (double)outcome->usage.items;
    reason->took = outcome->wall;
}

int furrow_run(furrow_run_outcome *outcome, const furrow_kernel *kernel, void *state,
               const furrow_run_options *options, furrow_error *error)
{
    static const furrow_run_options defaults = {0};
    furrow_run_outcome unread = {0};
    furrow__run_state run = {
        .kernel = kernel,
        .state = state,
        .options = options ? options : &defaults,
        .outcome = outcome ? outcome : &unread,
    };
    *run.outcome = (furrow_run_outcome){0};
    if (error)
        *error = (furrow_error){.item = FURROW_NO_ITEM};
    int status = check(&run, error);
    double start = furrow_clock_wall();
    if (status == FURROW_OK && run.options->variant)
        status = furrow__variant_run(run.outcome, kernel, state, run.options, error);
    else if (status == FURROW_OK)
        status = run_whole(&run, error);
    run.outcome->wall = furrow_clock_wall() - start;
    run.outcome->whole = run.outcome->whole && status == FURROW_OK;
    ground_plan(run.outcome);
    if (status && error && error->code == FURROW_OK)
        furrow_error_set(error, status, "stopped after %zu item%s: %s", run.outcome->items,
                         run.outcome->items == 1 ? "" : "s", furrow_status_text(status));
    return status;
}

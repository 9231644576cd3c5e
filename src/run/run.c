#include <furrow/run.h>

#include <stdbool.h>
#include <stdint.h>

#include <furrow/clock.h>
#include <furrow/cpu.h>

#include "course.h"
#include "feed.h"
#include "openmp.h"
#include "variant.h"

/* The first window: all that the most threads for waiting items need, and cheap to have. */
static const size_t first_capacity = 4 * FURROW_PLAN_MOST_THREADS;
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
static size_t capacity_at_first(const furrow__course *course)
{
    size_t known = 0;
    size_t result_size = course->window.result_size;
    if (!course->kernel->next && furrow__window_streams(&course->window))
        known = smaller(course->part.end - course->part.begin,
                        course->blocks.own_slots ? SIZE_MAX
                                                 : first_bytes / (result_size ? result_size : 1));
    return larger(larger(first_capacity, known),
                  room_for_chunks(&course->options->plan, course->facts.cpus));
}

/* How many items there will be, as far as is known; 0: it is not. */
static size_t count_items(const furrow__course *course)
{
    size_t most = course->options->most_items, items = course->part.end - course->part.begin;
    if (course->shape.items == FURROW_UNKNOWN)
        items = most;
    return most ? smaller(items, most) : items;
}

/* How records are emitted: as asked, or by the first entry that needs not be opened. */
static const furrow_kernel_format *record_format(const furrow__course *course)
{
    const furrow_kernel_format *format = course->options->format;
    if (!course->options->writer)
        return NULL;
    if (!format)
        while ((format = furrow_kernel_format_next(course->kernel, format)) != NULL)
            if (format->emit && !format->open)
                break;
    return format && format->emit ? format : NULL;
}

/* Results that partials alone want need no more slots than blocks that run; where a run halts, what
 * lies before is wanted as well. */
static void begin_blocks(furrow__course *course)
{
    const furrow_kernel *kernel = course->kernel;
    const furrow_run_options *options = course->options;
    size_t result_size = course->shape.result_size;
    course->blocks = (furrow__blocks){
        .partial = course->bytes.format ? NULL : kernel->partial,
        .state = course->state,
        .items = furrow__blocks_items(result_size),
        .result_size = result_size,
        .fills = kernel->flags & FURROW_KERNEL_FILLS,
        .own_slots = kernel->partial && result_size > 0 && !kernel->combine && !options->journal &&
                     !options->halt && !record_format(course),
    };
    if (course->blocks.own_slots && course->shape.items / course->blocks.items >= many_blocks)
        course->facts.grain = course->blocks.items;
}

/* Where the results of a window lie, and where they go. */
static int begin_window(furrow__course *course)
{
    const bool slots = !course->blocks.own_slots && !course->bytes.format;
    furrow__window *window = &course->window;
    int status = furrow__window_init(window, course->kernel, course->state,
                                     slots ? course->shape.result_size : 0, &course->recorder);
    course->blocks.faults = window->faults;
    if (status == FURROW_OK && course->kernel->next)
        status = furrow__feed_new(&course->feed, window->faults);
    window->unordered = course->options->unordered && !course->bytes.format;
    window->bytes = course->bytes.format ? &course->bytes : NULL;
    window->feed = course->feed;
    window->format = record_format(course);
    window->writer = course->options->writer;
    return status;
}

static int begin_workers(furrow__course *course)
{
    const furrow__blocks *blocks = &course->blocks;
    course->slots = (furrow__slots){
        .kernel = course->kernel,
        .state = course->state,
        .block_size = blocks->own_slots ? blocks->items * blocks->result_size : 0,
    };
    course->items = (furrow__items){
        .kernel = course->kernel,
        .state = course->state,
        .options = course->options,
        .feed = course->feed,
        .blocks = &course->blocks,
        .result_size = course->shape.result_size,
    };
    return furrow_workers_new(&course->workers, furrow__slot_new, furrow__slot_free,
                              &course->slots);
}

static int begin_course(furrow__course *course)
{
    const furrow_run_options *options = course->options;
    course->shape = furrow_kernel_shape(course->kernel, course->state);
    course->facts = furrow_run_facts(&course->shape, options);
    course->site = options->site ? options->site : &course->own_site;
    course->part = furrow_run_part(&course->shape, options);
    course->next = course->part.begin;
    furrow__recorder_init(&course->recorder, options->journal, course->part.begin);
    furrow__tally_init(&course->tally, options->progress, options->progress_context,
                       count_items(course));
    int status = furrow__bytes_init(&course->bytes, course->state, &course->part, options);
    if (status)
        return status;
    begin_blocks(course);
    status = begin_window(course);
    if (status == FURROW_OK)
        status = begin_workers(course);
    course->capacity = capacity_at_first(course);
    return status;
}

static void end_course(furrow__course *course)
{
    furrow__slots_phases(course->outcome->phases, &course->slots);
    furrow_workers_free(course->workers);
    furrow__feed_free(course->feed);
    furrow__blocks_clear(&course->blocks);
    furrow__bytes_clear(&course->bytes);
    furrow__window_clear(&course->window);
    furrow__recorder_clear(&course->recorder);
}

/* How many items the next window may have: within memory, and within most_items. */
static size_t allowed(const furrow__course *course)
{
    size_t capacity = smaller(course->capacity, furrow__window_most(&course->window));
    if (course->bytes.format)
        capacity = furrow__bytes_most(&course->bytes);
    size_t block = course->blocks.items, most = course->options->most_items;
    if (course->blocks.partial) {
        size_t before = course->next % block; /* windows end where blocks do */
        capacity = larger(smaller(capacity, furrow__blocks_most(&course->blocks)), block);
        capacity -= (before + capacity) % block;
    }
    return most ? smaller(capacity, most - (course->next - course->part.begin)) : capacity;
}

/* The next at most `capacity` items that the kernel feeds. When it fails, what it fed before runs
 * first. */
static int feed_batch(furrow__course *course, size_t capacity, size_t *count, furrow_error *error)
{
    furrow_error *failure = &course->feed_failure;
    *count = 0;
    if (!failure->code) {
        furrow__feed_open(course->feed, course->next, capacity);
        *failure = (furrow_error){.item = FURROW_NO_ITEM};
        failure->code = course->kernel->next(course->state, course->feed, capacity, failure);
        *count = furrow_feed_count(course->feed);
    }
    if (*count > 0 || !failure->code)
        return FURROW_OK;
    if (error && failure->text[0])
        *error = *failure;
    return failure->code;
}

static int next_batch(furrow__course *course, size_t capacity, size_t *count, furrow_error *error)
{
    if (course->feed)
        return feed_batch(course, capacity, count, error);
    *count = smaller(capacity, course->part.end - course->next);
    return FURROW_OK;
}

/* Whether there are no more items than have run, as far as the kernel knows beforehand. */
static bool is_at_end(const furrow__course *course)
{
    return course->part.end == course->next;
}

/* The end of the input, of which the journal should not have more. */
static int end_windows(furrow__course *course, furrow_error *error)
{
    size_t recorded = 0;
    int status = furrow__recorder_peek(&recorded, &course->recorder, course->next, error);
    course->outcome->whole = status == FURROW_OK && recorded == 0;
    if (status || recorded == 0)
        return status;
    return furrow_error_set(error, FURROW_ECHANGED,
                            "the input has changed: it ends after %zu item%s, and the journal has "
                            "more; give the same input, or remove the journal to begin anew",
                            course->next, course->next == 1 ? "" : "s");
}

/* `*ended`: there is nothing more to run. */
static int run_next(furrow__course *course, bool *ended, furrow_error *error)
{
    size_t count = 0, capacity = allowed(course);
    *ended = capacity == 0;
    if (*ended) {
        course->outcome->whole = is_at_end(course);
        return FURROW_OK;
    }
    int status = next_batch(course, capacity, &count, error);
    if (status)
        return status;
    *ended = count == 0;
    return *ended ? end_windows(course, error) : furrow__course_turn(course, count, error);
}

static int run_windows(furrow__course *course, furrow_error *error)
{
    bool ended = false;
    int status = course->bytes.format && course->part.begin == course->part.end
                     ? furrow__bytes_write_none(&course->bytes)
                     : FURROW_OK;
    while (status == FURROW_OK && !ended)
        status = furrow_cancel_requested(course->options->cancel) ? FURROW_ECANCELED
                                                                  : run_next(course, &ended, error);
    return status;
}

/* Records that are whole go out, and what only all results together make, whatever stopped the run.
 */
static int end_output(const furrow__course *course)
{
    const furrow_run_options *options = course->options;
    if (options->writer)
        return furrow_writer_flush(options->writer);
    if (options->sink && options->format && options->format->finish)
        return options->format->finish(course->state, options->sink, options->sink_context);
    return FURROW_OK;
}

static int run_course(furrow__course *course, furrow_error *error)
{
    int status = begin_course(course);
    if (status == FURROW_OK)
        status = run_windows(course, error);
    int ended = end_output(course);
    status = status ? status : ended;
    furrow__tally_end(&course->tally);
    course->outcome->recorded = course->recorder.recorded - course->part.begin;
    if (status && error && status == course->recorder.error.code)
        *error = course->recorder.error;
    if (status && error && status == course->window.error.code)
        *error = course->window.error;
    if (status && error && status == course->bytes.error.code)
        *error = course->bytes.error;
    end_course(course);
    return status;
}

/* Whether the kernel can be run as asked. */
static int check(const furrow__course *course, furrow_error *error)
{
    const furrow_kernel *kernel = course->kernel;
    const furrow_run_options *options = course->options;
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
    furrow_grounds *grounds = &outcome->plan.grounds;
    if (grounds->took <= 0 || outcome->usage.items == 0)
        return;
    grounds->items = outcome->usage.items;
    grounds->serial = outcome->usage.wall;
    grounds->item = outcome->usage.wall / (double)outcome->usage.items;
    grounds->took = outcome->wall;
}

int furrow_run(furrow_run_outcome *outcome, const furrow_kernel *kernel, void *state,
               const furrow_run_options *options, furrow_error *error)
{
    static const furrow_run_options defaults = {0};
    furrow_run_outcome unread = {0};
    furrow__course course = {
        .kernel = kernel,
        .state = state,
        .options = options ? options : &defaults,
        .outcome = outcome ? outcome : &unread,
    };
    *course.outcome = (furrow_run_outcome){0};
    if (error)
        *error = (furrow_error){.item = FURROW_NO_ITEM};
    int status = check(&course, error);
    double start = furrow_clock_wall();
    if (status == FURROW_OK && course.options->variant)
        status = furrow__variant_run(course.outcome, kernel, state, course.options, error);
    else if (status == FURROW_OK)
        status = run_course(&course, error);
    course.outcome->wall = furrow_clock_wall() - start;
    course.outcome->whole = course.outcome->whole && status == FURROW_OK;
    ground_plan(course.outcome);
    if (status && error && error->code == FURROW_OK)
        furrow_error_set(error, status, "stopped after %zu item%s: %s", course.outcome->items,
                         course.outcome->items == 1 ? "" : "s", furrow_status_text(status));
    return status;
}

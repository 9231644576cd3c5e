#include "course.h"

#include <math.h>
#include <stdint.h>

#include <furrow/clock.h>
#include <furrow/cpu.h>

/* Windows grow until they last so long: starting one then costs well below 1 % of it; or until
 * their results would no longer be in a cache when they are used again. */
static const double window_time = 0.1;
static const size_t cached_bytes = (size_t)4 << 20;
static const double most_growth = 16;

static void report_faults(const furrow__course *course)
{
    furrow_error fault;
    for (size_t i = 0; furrow_faults_at(course->window.faults, i, &fault); i++) {
        char label[256];
        furrow__items_label(&course->items, fault.item, label, sizeof label);
        if (course->options->item_failed)
            course->options->item_failed(&fault, label, course->options->context);
    }
}

/* What follows a window, whole or cut short: its faults are counted, told and forgotten. */
static void settle(furrow__course *course)
{
    course->outcome->failed += furrow_faults_count(course->window.faults);
    atomic_store(&course->tally.failed, course->outcome->failed);
    report_faults(course);
    furrow_faults_clear(course->window.faults);
}

static void account(furrow__course *course, const furrow_parallel_outcome *done, size_t count)
{
    furrow_run_outcome *outcome = course->outcome;
    outcome->usage.items += done->usage.items;
    outcome->usage.wall += done->usage.wall;
    outcome->usage.cpu += done->usage.cpu;
    outcome->usage.waits += done->usage.waits;
    if (count >= course->largest) {
        course->largest = count;
        outcome->plan = done->plan;
    }
}

static int finished(size_t begin, size_t end, void *context)
{
    furrow__course *course = context;
    const furrow_batch all = furrow__window_batch(&course->window);
    int status = furrow__blocks_finished(&course->blocks, begin, end, &all);
    if (status == FURROW_OK)
        status = furrow__window_finished(begin, end, &course->window);
    furrow__tally_add(&course->tally, end - begin);
    return status;
}

/* Bytes are handed out piece by piece. In order one worker writes while others make, so much
 * quicker than that that more than three would only wait for one another; and who reads a pipe
 * needs a CPU too. */
static void ask_for_pieces(furrow_plan *plan, const furrow__bytes *bytes)
{
    const furrow_run_options *options = bytes->options;
    int cpus = options->cpus ? options->cpus : furrow_cpu_count();
    if (plan->threads == 0 && !options->write_at && !options->checks)
        cpus = cpus > 3 ? 3 : cpus - 1;
    if (plan->threads == 0)
        plan->threads = cpus > 1 ? cpus : 1;
    if (plan->schedule == FURROW_SCHEDULE_AUTO && plan->backend != FURROW_BACKEND_TASKLOOP)
        plan->schedule = FURROW_SCHEDULE_DYNAMIC;
    if (plan->chunk == 0)
        plan->chunk = bytes->piece_items;
}

/* The items of the window from `begin` on. */
static int run_window(furrow__course *course, size_t begin, furrow_parallel_outcome *done)
{
    const furrow_run_options *options = course->options;
    furrow__window *window = &course->window;
    size_t count = window->first + window->count - begin;
    size_t offset = (begin - window->first) * window->result_size;
    furrow_parallel_options parallel = {
        .plan = options->plan,
        .facts = course->facts,
        .first = begin,
        .results = window->result_size ? window->results + offset : NULL,
        .result_size = window->result_size,
        .faults = window->faults,
        .workers = course->workers,
        .cancel = options->cancel,
        .trace = options->trace,
        .site = course->site,
        .pool = options->pool,
        .finished = finished,
        .finished_context = course,
        .outcome = done,
    };
    if (course->bytes.format) {
        ask_for_pieces(&parallel.plan, &course->bytes);
        return furrow_parallel_for(&parallel, count, furrow__bytes_body, &course->bytes);
    }
    return furrow_parallel_for(&parallel, count, furrow__items_body, &course->items);
}

/* The next window: larger while this one, which was full, was over too soon or held too few chunks.
 */
static void grow(furrow__course *course, size_t count, double elapsed, const furrow_plan *plan)
{
    bool few = count < 4 * (size_t)plan->threads * plan->chunk;
    size_t bytes = count * course->window.result_size;
    bool large = bytes >= (plan->threads > 1 ? cached_bytes : cached_bytes / 4);
    if (count < course->capacity || ((elapsed >= window_time || large) && !few))
        return;
    double growth = fmin(fmax(window_time / elapsed, 2), most_growth);
    double grown = growth * (double)course->capacity;
    course->capacity = grown < (double)(SIZE_MAX / 2) ? (size_t)grown : SIZE_MAX / 2;
}

/* What the partials of the window's items below `end` come to. */
static int fold(furrow__course *course, size_t end)
{
    const furrow_batch all = furrow__window_batch(&course->window);
    return furrow__blocks_fold(&course->blocks, course->state, end, &all);
}

/* Ends a run that halts at failed items, at the first of this window: what lies before it is handed
 * on. Returns the item's own code. */
static int halt(furrow__course *course, furrow_error *error)
{
    furrow__window *window = &course->window;
    furrow_error first = {0};
    furrow_faults_at(window->faults, 0, &first);
    int status = furrow__window_close_before(window, first.item);
    if (status == FURROW_OK)
        status = fold(course, first.item);
    furrow_faults_clear(window->faults);
    if (status)
        return status;
    furrow_faults_add(window->faults, &first); /* its memory was kept, so that this cannot fail */
    course->outcome->items = first.item + 1 - course->part.begin;
    course->outcome->halted = true;
    furrow_error_set(error, first.code, "stopped at item %zu, the first that failed", first.item);
    if (error)
        error->item = first.item;
    return first.code;
}

/* What remains to be done with a window whose items have run, or ended with `status`. */
static int close_window(furrow__course *course, int status, furrow_error *error)
{
    if (status == FURROW_OK) {
        status = furrow__window_close(&course->window);
        if (status == FURROW_OK)
            status = fold(course, course->next + course->window.count);
    } else if (status == FURROW__HALTED)
        status = halt(course, error);
    settle(course);
    return status;
}

/* The first items of the window from the journal, as if they had run. */
static int replay(furrow__course *course, size_t *end, furrow_error *error)
{
    furrow_error first = {.item = SIZE_MAX};
    int status = furrow__course_replay(course, end, error);
    if (status || *end == course->next)
        return status;
    course->outcome->resumed = *end - course->part.begin;
    course->window.replayed = *end;
    furrow_faults_at(course->window.faults, 0, &first);
    if (course->options->halt && first.item < *end)
        return FURROW__HALTED;
    return finished(course->next, *end, course);
}

/* The window from the journal, as far as that goes, and from there on by its bodies. */
static int fill_window(furrow__course *course, furrow_parallel_outcome *done, furrow_error *error)
{
    size_t end = course->next;
    int status = replay(course, &end, error);
    size_t left = course->window.first + course->window.count - end;
    if (status || left == 0)
        return status;
    status = run_window(course, end, done);
    account(course, done, left);
    return status;
}

int furrow__course_turn(furrow__course *course, size_t count, furrow_error *error)
{
    furrow_parallel_outcome done = {0};
    int status = furrow__window_open(&course->window, course->next, count);
    if (status == FURROW_OK)
        status = furrow__blocks_open(&course->blocks, course->next, count);
    double start = furrow_clock_wall();
    course->items.identities = course->window.identities;
    course->items.first = course->next;
    if (status == FURROW_OK)
        status = fill_window(course, &done, error);
    status = close_window(course, status, error);
    if (status && !course->outcome->halted)
        course->outcome->items = furrow__window_emitted(&course->window) - course->part.begin;
    if (status)
        return status;
    grow(course, count, furrow_clock_wall() - start, &done.plan);
    course->next += count;
    course->outcome->items = course->next - course->part.begin;
    return FURROW_OK;
}

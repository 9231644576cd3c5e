#include "run_state.h"

#include <math.h>
#include <stdint.h>

#include <furrow/clock.h>
#include <furrow/cpu.h>

/* Windows grow until one lasts this long: starting it then costs well below 1 % of it. Or they grow
 * until their results would leave the cache before the slots are used again. */
static const double window_time = 0.1;
static const size_t cached_bytes = (size_t)4 << 20;
static const double max_growth = 16;

static void report_faults(const furrow__run_state *run)
{
    furrow_error fault;
    for (size_t i = 0; furrow_faults_at(run->window.faults, i, &fault); i++) {
        char label[256];
        furrow__items_label(&run->items, fault.item, label, sizeof label);
        if (run->options->item_failed)
            run->options->item_failed(&fault, label, run->options->context);
    }
}

/* Counts, reports and forgets the faults of a window, whole or cut short. */
static void settle(furrow__run_state *run)
{
    run->outcome->failed += furrow_faults_count(run->window.faults);
    atomic_store(&run->progress.failed, run->outcome->failed);
    report_faults(run);
    furrow_faults_clear(run->window.faults);
}

static void account(furrow__run_state *run, const furrow_parallel_outcome *done, size_t count)
{
    furrow_run_outcome *outcome = run->outcome;
    outcome->usage.items += done->usage.items;
    outcome->usage.wall += done->usage.wall;
    outcome->usage.cpu += done->usage.cpu;
    outcome->usage.waits += done->usage.waits;
    if (count >= run->largest) {
        run->largest = count;
        outcome->plan = done->plan;
    }
}

static int finished(size_t begin, size_t end, void *context)
{
    furrow__run_state *run = context;
    const furrow_batch all = furrow__window_batch(&run->window);
    int status = furrow__blocks_finished(&run->blocks, begin, end, &all);
    if (status == FURROW_OK)
        status = furrow__window_finished(begin, end, &run->window);
    furrow__progress_add(&run->progress, end - begin);
    return status;
}

/* Plans the writing of bytes, piece by piece. In order one worker writes while the others make
 * pieces. Making is so much quicker than writing that more than three workers would only wait for
 * one another, and the reader of a pipe needs a CPU too. */
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

/* Runs the items of the window from `begin` on. */
static int run_items(furrow__run_state *run, size_t begin, furrow_parallel_outcome *done)
{
    const furrow_run_options *options = run->options;
    furrow__window *window = &run->window;
    size_t count = window->first + window->count - begin;
    size_t offset = (begin - window->first) * window->result_size;
    furrow_parallel_options parallel = {
        .plan = options->plan,
        .facts = run->facts,
        .first = begin,
        .results = window->result_size ? window->results + offset : NULL,
        .result_size = window->result_size,
        .faults = window->faults,
        .scratch = run->scratch,
        .cancel = options->cancel,
        .trace = options->trace,
        .site = run->site,
        .pool = options->pool,
        .finished = finished,
        .finished_context = run,
        .outcome = done,
    };
    if (run->bytes.format) {
        ask_for_pieces(&parallel.plan, &run->bytes);
        return furrow_parallel_for(&parallel, count, furrow__items_bytes_body, &run->bytes);
    }
    return furrow_parallel_for(&parallel, count, furrow__items_body, &run->items);
}

/* Makes the next window larger if this one was full and was too short, or had too few chunks. */
static void grow(furrow__run_state *run, size_t count, double elapsed, const furrow_plan *plan)
{
    bool few = count < 4 * (size_t)plan->threads * plan->chunk;
    size_t bytes = count * run->window.result_size;
    bool large = bytes >= (plan->threads > 1 ? cached_bytes : cached_bytes / 4);
    if (count < run->capacity || ((elapsed >= window_time || large) && !few))
        return;
    double growth = fmin(fmax(window_time / elapsed, 2), max_growth);
    double grown = growth * (double)run->capacity;
    run->capacity = grown < (double)(SIZE_MAX / 2) ? (size_t)grown : SIZE_MAX / 2;
}

/* Folds the partials of the window's items below `end`. */
static int fold(furrow__run_state *run, size_t end)
{
    const furrow_batch all = furrow__window_batch(&run->window);
    return furrow__blocks_fold(&run->blocks, run->state, end, &all);
}

/* Ends a run that halts at failed items, at the first failed item of this window. The items before
 * are handed on. Returns the code of that item. */
static int halt(furrow__run_state *run, furrow_error *error)
{
    furrow__window *window = &run->window;
    furrow_error first = {0};
    furrow_faults_at(window->faults, 0, &first);
    int status = furrow__window_close_before(window, first.item);
    if (status == FURROW_OK)
        status = fold(run, first.item);
    furrow_faults_clear(window->faults);
    if (status)
        return status;
    furrow_faults_add(window->faults, &first); /* cannot fail: the memory was kept */
    run->outcome->items = first.item + 1 - run->part.begin;
    run->outcome->halted = true;
    furrow_error_set(error, first.code, "stopped at item %zu, the first that failed", first.item);
    if (error)
        error->item = first.item;
    return first.code;
}

/* Finishes a window whose items have run, or ended with `status`. */
static int close_window(furrow__run_state *run, int status, furrow_error *error)
{
    if (status == FURROW_OK) {
        status = furrow__window_close(&run->window);
        if (status == FURROW_OK)
            status = fold(run, run->next + run->window.count);
    } else if (status == FURROW__HALTED)
        status = halt(run, error);
    settle(run);
    return status;
}

/* Takes the first items of the window from the journal, as if they had run. */
static int take_recorded(furrow__run_state *run, size_t *end, furrow_error *error)
{
    furrow_error first = {.item = SIZE_MAX};
    int status = furrow__run_replay(run, end, error);
    if (status || *end == run->next)
        return status;
    run->outcome->resumed = *end - run->part.begin;
    run->window.replayed = *end;
    furrow_faults_at(run->window.faults, 0, &first);
    if (run->options->halt && first.item < *end)
        return FURROW__HALTED;
    return finished(run->next, *end, run);
}

/* Takes from the journal the items that it has, and runs the others. */
static int fill_window(furrow__run_state *run, furrow_parallel_outcome *done, furrow_error *error)
{
    size_t end = run->next;
    int status = take_recorded(run, &end, error);
    size_t left = run->window.first + run->window.count - end;
    if (status || left == 0)
        return status;
    status = run_items(run, end, done);
    account(run, done, left);
    return status;
}

int furrow__run_window(furrow__run_state *run, size_t count, furrow_error *error)
{
    furrow_parallel_outcome done = {0};
    int status = furrow__window_open(&run->window, run->next, count);
    if (status == FURROW_OK)
        status = furrow__blocks_open(&run->blocks, run->next, count);
    double start = furrow_clock_wall();
    run->items.identities = run->window.identities;
    run->items.first = run->next;
    if (status == FURROW_OK)
        status = fill_window(run, &done, error);
    status = close_window(run, status, error);
    if (status && !run->outcome->halted)
        run->outcome->items = furrow__window_emitted(&run->window) - run->part.begin;
    if (status)
        return status;
    grow(run, count, furrow_clock_wall() - start, &done.plan);
    run->next += count;
    run->outcome->items = run->next - run->part.begin;
    return FURROW_OK;
}

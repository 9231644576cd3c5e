#include <furrow/run.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include <furrow/clock.h>
#include <furrow/cpu.h>

#include "items.h"
#include "on_pool.h"
#include "tally.h"
#include "variant.h"
#include "window.h"

/* The first window: all that the most threads for waiting items need, and cheap to have. */
static const size_t first_capacity = 4 * FURROW_PLAN_MOST_THREADS;
/* Or so much of what is known to come: more would not stay in a cache until it is handed on. */
static const size_t first_bytes = (size_t)1 << 20;
/* Windows grow until they last so long: starting one then costs well below 1 % of it. */
static const double window_time = 0.1;
static const double most_growth = 16;

/* A run while it goes on. */
struct course {
    const furrow_kernel *kernel;
    void *state;
    const furrow_run_options *options;
    furrow_run_outcome *outcome;
    furrow__window window;
    furrow__items items;
    furrow_workers *workers;
    furrow_plan_facts facts;
    furrow__tally tally;
    furrow_site *site; /* the caller's, or this run's own */
    furrow_site own_site;
    size_t capacity; /* of the next window */
    size_t next;     /* the first item of the next window */
    size_t largest;  /* the most items in a window so far */
};

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static double mean_wait(const furrow_run_options *options)
{
    double sum = 0;
    for (size_t i = 0; i < options->wait_count; i++)
        sum += options->waits[i];
    return options->wait_count ? sum / (double)options->wait_count : 0;
}

furrow_plan_facts furrow_run_facts(const furrow_kernel *kernel, const furrow_run_options *options)
{
    return (furrow_plan_facts){
        .cpus = options->cpus ? options->cpus : furrow_cpu_count(),
        .thread_limit = options->thread_limit ? options->thread_limit : furrow_cpu_thread_limit(),
        .grain = kernel->grain,
        .wait = mean_wait(options),
        .costs = options->costs,
    };
}

/* Room for four chunks a thread, where the chunk is asked for. */
static size_t room_for_chunks(const furrow_plan *request, int cpus)
{
    int asked = request->backend == FURROW_BACKEND_SERIAL ? 1 : request->threads;
    size_t threads = asked > 0 ? (size_t)asked : cpus > 0 ? (size_t)cpus : 1;
    size_t chunk = request->chunk;
    return chunk <= SIZE_MAX / (4 * threads) ? 4 * threads * chunk : SIZE_MAX;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Of items that are handed on as they finish, many may be taken at once. */
static size_t capacity_at_first(const struct course *course)
{
    size_t known = 0;
    size_t result_size = course->window.result_size;
    if (course->kernel->items && furrow__window_streams(&course->window))
        known = smaller(course->kernel->items(course->state),
                        first_bytes / (result_size ? result_size : 1));
    return larger(larger(first_capacity, known),
                  room_for_chunks(&course->options->plan, course->facts.cpus));
}

/* How many items there will be, as far as is known; 0: it is not. */
static size_t count_items(const struct course *course)
{
    const furrow_kernel *kernel = course->kernel;
    size_t most = course->options->most_items;
    size_t items = kernel->items ? kernel->items(course->state) : most;
    return most ? smaller(items, most) : items;
}

static int begin_course(struct course *course)
{
    const furrow_kernel *kernel = course->kernel;
    const furrow_run_options *options = course->options;
    course->facts = furrow_run_facts(kernel, options);
    course->own_site.calls = 1; /* of other items: no window comes twice, so none need be traced */
    course->site = options->site ? options->site : &course->own_site;
    int status = furrow__window_init(&course->window, kernel, course->state, options->writer);
    course->window.unordered = options->unordered;
    course->items = (furrow__items){kernel, course->state, options, course->window.result_size};
    course->capacity = capacity_at_first(course);
    furrow__tally_init(&course->tally, options->progress, options->progress_context,
                       count_items(course));
    if (status == FURROW_OK)
        status = furrow_workers_new(&course->workers, kernel->worker_new, kernel->worker_free,
                                    course->state);
    return status;
}

static void end_course(struct course *course)
{
    furrow_workers_free(course->workers);
    furrow__window_clear(&course->window);
}

/* How many items the next window may have: within memory, and within most_items. */
static size_t allowed(const struct course *course)
{
    size_t capacity = smaller(course->capacity, furrow__window_most(&course->window));
    size_t most = course->options->most_items;
    return most ? smaller(capacity, most - course->next) : capacity;
}

static void report_faults(const struct course *course)
{
    furrow_error fault;
    for (size_t i = 0; furrow_faults_at(course->window.faults, i, &fault); i++) {
        char label[256];
        furrow__items_label(&course->items, fault.item, label, sizeof label);
        if (course->options->item_failed)
            course->options->item_failed(&fault, label, course->options->context);
    }
}

static void account(struct course *course, const furrow_parallel_outcome *done, size_t count)
{
    furrow_run_outcome *outcome = course->outcome;
    outcome->failed += furrow_faults_count(course->window.faults);
    course->tally.failed = outcome->failed;
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
    struct course *course = context;
    int status = furrow__window_finished(begin, end, &course->window);
    furrow__tally_add(&course->tally, end - begin);
    return status;
}

static int run_window(struct course *course, size_t count, furrow_parallel_outcome *done)
{
    const furrow_run_options *options = course->options;
    furrow__window *window = &course->window;
    furrow_parallel_options parallel = {
        .plan = options->plan,
        .facts = course->facts,
        .first = course->next,
        .results = window->result_size ? window->results : NULL,
        .result_size = window->result_size,
        .faults = window->faults,
        .workers = course->workers,
        .cancel = options->cancel,
        .trace = options->trace,
        .site = course->site,
        .finished = finished,
        .finished_context = course,
        .outcome = done,
    };
    if (options->pool)
        return furrow__run_on_pool(options->pool, &parallel, count, &course->items);
    return furrow_parallel_for(&parallel, count, furrow__items_body, &course->items);
}

/* The next window: larger while this one, which was full, was over too soon or held too few chunks.
 */
static void grow(struct course *course, size_t count, double elapsed, const furrow_plan *plan)
{
    bool few = count < 4 * (size_t)plan->threads * plan->chunk;
    if (count < course->capacity || (elapsed >= window_time && !few))
        return;
    double growth = fmin(fmax(window_time / elapsed, 2), most_growth);
    double grown = growth * (double)course->capacity;
    course->capacity = grown < (double)(SIZE_MAX / 2) ? (size_t)grown : SIZE_MAX / 2;
}

/* One window, from the first body to the last emit. */
static int turn(struct course *course, size_t count)
{
    furrow_parallel_outcome done = {0};
    int status = furrow__window_open(&course->window, course->next, count);
    double start = furrow_clock_wall();
    if (status == FURROW_OK)
        status = run_window(course, count, &done);
    account(course, &done, count);
    if (status == FURROW_OK)
        status = furrow__window_close(&course->window);
    report_faults(course);
    furrow_faults_clear(course->window.faults);
    if (status)
        return status;
    grow(course, count, furrow_clock_wall() - start, &done.plan);
    course->next += count;
    course->outcome->items = course->next;
    return FURROW_OK;
}

/* The next at most `capacity` items, from the kernel or from what it said there are. */
static int next_batch(const struct course *course, size_t capacity, size_t *count,
                      furrow_error *error)
{
    const furrow_kernel *kernel = course->kernel;
    *count = 0;
    if (kernel->items) {
        *count = smaller(capacity, kernel->items(course->state) - course->next);
        return FURROW_OK;
    }
    int status = kernel->next(course->state, capacity, count, error);
    if (status == FURROW_OK && *count > capacity)
        return furrow_error_set(error, FURROW_ERANGE, "%s: next gave %zu items of at most %zu",
                                kernel->name, *count, capacity);
    return status;
}

/* Whether there are no more items than have run, as far as the kernel knows beforehand. */
static bool is_at_end(const struct course *course)
{
    const furrow_kernel *kernel = course->kernel;
    return kernel->items && kernel->items(course->state) == course->next;
}

static int run_windows(struct course *course, furrow_error *error)
{
    for (;;) {
        if (furrow_cancel_requested(course->options->cancel))
            return FURROW_ECANCELED;
        size_t capacity = allowed(course);
        size_t count = 0;
        if (capacity == 0) {
            course->outcome->whole = is_at_end(course);
            return FURROW_OK;
        }
        int status = next_batch(course, capacity, &count, error);
        if (status || count == 0) {
            course->outcome->whole = count == 0;
            return status;
        }
        status = turn(course, count);
        if (status)
            return status;
    }
}

static int run_course(struct course *course, furrow_error *error)
{
    int status = begin_course(course);
    if (status == FURROW_OK)
        status = run_windows(course, error);
    if (course->options->writer) {
        int flushed = furrow_writer_flush(course->options->writer);
        status = status ? status : flushed;
    }
    furrow__tally_end(&course->tally);
    end_course(course);
    return status;
}

/* Whether the kernel can be run as asked. */
static int check_order(const struct course *course, furrow_error *error)
{
    const furrow_kernel *kernel = course->kernel;
    bool any = !kernel->combine || kernel->flags & FURROW_KERNEL_ANY_ORDER;
    if (!course->options->unordered || any)
        return FURROW_OK;
    return furrow_error_set(error, FURROW_ENOTSUP,
                            "%s: its results build on one another and cannot come unordered",
                            kernel->name);
}

int furrow_run(furrow_run_outcome *outcome, const furrow_kernel *kernel, void *state,
               const furrow_run_options *options, furrow_error *error)
{
    static const furrow_run_options defaults = {0};
    furrow_run_outcome unread = {0};
    struct course course = {
        .kernel = kernel,
        .state = state,
        .options = options ? options : &defaults,
        .outcome = outcome ? outcome : &unread,
    };
    *course.outcome = (furrow_run_outcome){0};
    if (error)
        *error = (furrow_error){.item = FURROW_NO_ITEM};
    int status = FURROW_ENOTSUP;
    double start = furrow_clock_wall();
    if (course.options->variant)
        status = furrow__variant_run(course.outcome, kernel, state, course.options, error);
    else if (kernel->body && (kernel->items || kernel->next))
        status = check_order(&course, error);
    if (status == FURROW_OK && !course.options->variant)
        status = run_course(&course, error);
    course.outcome->wall = furrow_clock_wall() - start;
    course.outcome->whole = course.outcome->whole && status == FURROW_OK;
    if (status && error && error->code == FURROW_OK)
        furrow_error_set(error, status, "stopped after %zu item%s: %s", course.outcome->items,
                         course.outcome->items == 1 ? "" : "s", furrow_status_text(status));
    return status;
}

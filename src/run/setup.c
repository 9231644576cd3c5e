#include "run_state.h"

#include <stdint.h>

#include <furrow/cpu.h>

#include "base/openmp.h"

#include "feed.h"

/* The first window has at least enough items for the most threads that waiting items get. */
static const size_t first_capacity = 4 * FURROW_PLAN_MAX_THREADS;
/* Where the number of items is known, the first window has as many as fit these bytes of results:
 * more would leave the cache before they are handed on. */
static const size_t first_bytes = (size_t)1 << 20;

/* From this number of blocks on only whole blocks are handed out. A fraction of a block that is
 * lost to balance does not matter then. */
static const size_t many_blocks = 128;

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

/* The items of four chunks for each thread, where a chunk size is asked for. */
static size_t room_for_chunks(const furrow_plan *request, int cpus)
{
    int asked = request->backend == FURROW_BACKEND_SERIAL ? 1 : request->threads;
    size_t threads = asked > 0 ? (size_t)asked : cpus > 0 ? (size_t)cpus : 1;
    size_t chunk = request->chunk;
    return chunk <= SIZE_MAX / (4 * threads) ? 4 * threads * chunk : SIZE_MAX;
}

/* The items of the first window: many, where finished items are handed on while others run. */
static size_t first_window(const furrow__run_state *run)
{
    size_t known = 0;
    size_t result_size = run->window.result_size;
    if (!run->kernel->next && furrow__window_streams(&run->window))
        known = furrow__smaller(
            run->part.end - run->part.begin,
            run->blocks.own_slots ? SIZE_MAX : first_bytes / (result_size ? result_size : 1));
    return furrow__larger(furrow__larger(first_capacity, known),
                          room_for_chunks(&run->options->plan, run->facts.cpus));
}

/* The number of items of the run; 0 if it is not known. */
static size_t count_items(const furrow__run_state *run)
{
    size_t most = run->options->max_items, items = run->part.end - run->part.begin;
    if (run->shape.items == FURROW_UNKNOWN)
        items = most;
    return most ? furrow__smaller(items, most) : items;
}

/* The format that emits records: the one asked for, or the first that need not be opened. */
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

/* Where only partials use the results, slots are kept only for the blocks that run now. A run that
 * may halt keeps all slots, for the items before the one that failed. */
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

/* Sets up where the results of a window lie, and where they go. */
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
    run->workers = (furrow__run_workers){
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
                              &run->workers);
}

int furrow__run_begin(furrow__run_state *run)
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
    run->capacity = first_window(run);
    return status;
}

void furrow__run_end(furrow__run_state *run)
{
    furrow__run_workers_phases(run->outcome->phases, &run->workers);
    furrow_scratch_free(run->scratch);
    furrow__feed_free(run->feed);
    furrow__blocks_clear(&run->blocks);
    furrow__bytes_clear(&run->bytes);
    furrow__window_clear(&run->window);
    furrow__recorder_clear(&run->recorder);
}

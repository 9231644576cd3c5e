/*
 * loops.c: the kernel in plain OpenMP. It shows the constructs that Furrow's backends are made of,
 * and can be timed beside them.
 *
 * All names are gathered first, and all results are kept, so memory grows with the input. Threads
 * take blocks of pictures, since a call of the nets is fastest with many.
 */
#include <stdlib.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "digits.h"

static int thread_number(void)
{
#ifdef _OPENMP
    return omp_get_thread_num();
#else
    return 0;
#endif
}

/* All items of the run, and their results. */
struct loop {
    struct digits *digits;
    furrow_item *items;
    size_t count, room;
    char *results;
    size_t result_size;
    furrow_faults *faults;
    size_t block, blocks; /* pictures of a block, and number of blocks */
    void **workers;       /* scratch, by thread */
    int threads, status;
};

static int add_item(struct loop *loop, const char *path)
{
    if (loop->count == loop->room) {
        size_t room = 2 * loop->room + 64;
        furrow_item *grown = realloc(loop->items, room * sizeof *grown);
        if (!grown)
            return FURROW_ENOMEM;
        loop->items = grown;
        loop->room = room;
    }
    char *own = path ? strdup(path) : NULL;
    loop->items[loop->count++] = (furrow_item){own, path ? strlen(path) + 1 : 0};
    return path && !own ? FURROW_ENOMEM : FURROW_OK;
}

static int gather(struct loop *loop)
{
    struct digits *digits = loop->digits;
    const size_t images = digits->samples.count * (size_t)digits->repeat;
    const char *path = NULL;
    int status = FURROW_OK;
    for (size_t i = 0; i < images && !digits->paths && !status; i++)
        status = add_item(loop, NULL);
    while (digits->paths && !status) {
        status = furrow__digits_next_path(digits, &path, NULL);
        if (status || !path)
            break;
        status = add_item(loop, path);
    }
    digits->given = loop->count;
    digits->ended = status == FURROW_OK;
    return status;
}

static int prepare(struct loop *loop)
{
    int status = gather(loop);
    loop->result_size = sizeof(struct result) + (loop->digits->explains ? FURROW_DIGITS_PIXELS : 0);
    loop->block = loop->count / (4 * (size_t)loop->threads) + 1;
    if (loop->block > GRAIN)
        loop->block = GRAIN;
    loop->blocks = loop->count / loop->block + (loop->count % loop->block != 0);
    loop->results = calloc(loop->count + 1, loop->result_size);
    loop->workers = calloc((size_t)loop->threads, sizeof *loop->workers);
    if (!loop->results || !loop->workers)
        return FURROW_ENOMEM;
    if (status == FURROW_OK)
        status = furrow_faults_new(&loop->faults);
    for (int i = 0; i < loop->threads && !status; i++)
        status = furrow__digits_worker_new(&loop->workers[i], loop->digits);
    return status;
}

static void clear(struct loop *loop)
{
    for (size_t i = 0; i < loop->count; i++)
        free((char *)(uintptr_t)loop->items[i].bytes);
    for (int i = 0; loop->workers && i < loop->threads; i++)
        furrow__digits_worker_free(loop->workers[i]);
    free(loop->workers);
    free(loop->items);
    free(loop->results);
    furrow_faults_free(loop->faults);
}

/* Runs the body on one block. */
static void run_block(struct loop *loop, size_t block, int thread)
{
    size_t begin = block * loop->block, left = loop->count - begin;
    const furrow_range range = {
        .begin = begin,
        .end = begin + (left < loop->block ? left : loop->block),
        .worker = thread,
        .items = loop->items + begin,
        .results = loop->results + begin * loop->result_size,
        .result_size = loop->result_size,
        .scratch = loop->workers[thread],
        .faults = loop->faults,
    };
    int status = furrow__digits_body(&range, loop->digits);
    if (status)
#pragma omp atomic write
        loop->status = status;
}

/* Dynamic, since pictures, and so blocks, take different times. */
static void run_parallel_for(struct loop *loop)
{
#pragma omp parallel for num_threads(loop->threads) schedule(dynamic, 1) default(none) shared(loop)
    for (size_t block = 0; block < loop->blocks; block++)
        run_block(loop, block, thread_number());
}

/* One thread makes a task of each block. The other threads run the tasks, and it joins them. */
static void run_tasks(struct loop *loop)
{
#pragma omp parallel num_threads(loop->threads) default(none) shared(loop)
#pragma omp single
    for (size_t block = 0; block < loop->blocks; block++) {
#pragma omp task default(none) firstprivate(block) shared(loop)
        run_block(loop, block, thread_number());
    }
}

static int run(void *state, const furrow_plan *plan, void (*blocks)(struct loop *loop))
{
    struct loop loop = {.digits = state, .threads = plan->threads};
    int status = prepare(&loop);
    if (status == FURROW_OK) {
        blocks(&loop);
        status = loop.status;
    }
    const furrow_batch all = {
        .end = loop.count,
        .items = loop.items,
        .results = loop.results,
        .result_size = loop.result_size,
        .faults = loop.faults,
    };
    if (status == FURROW_OK)
        status = furrow__digits_combine(state, &all);
    clear(&loop);
    return status;
}

static int run_by_parallel_for(void *state, const furrow_plan *plan)
{
    return run(state, plan, run_parallel_for);
}

static int run_by_tasks(void *state, const furrow_plan *plan)
{
    return run(state, plan, run_tasks);
}

const furrow_variant furrow__digits_variants[] = {
    {"parallel-for", "omp parallel for over blocks of pictures", run_by_parallel_for},
    {"tasks", "an OpenMP task for each block of pictures", run_by_tasks},
    {0},
};

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
struct item_table {
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

static int add_item(struct item_table *table, const char *path)
{
    if (table->count == table->room) {
        size_t room = 2 * table->room + 64;
        furrow_item *grown = realloc(table->items, room * sizeof *grown);
        if (!grown)
            return FURROW_ENOMEM;
        table->items = grown;
        table->room = room;
    }
    char *own = path ? strdup(path) : NULL;
    table->items[table->count++] = (furrow_item){own, path ? strlen(path) + 1 : 0};
    return path && !own ? FURROW_ENOMEM : FURROW_OK;
}

static int gather(struct item_table *table)
{
    struct digits *digits = table->digits;
    const size_t images = digits->samples.count * (size_t)digits->repeat;
    const char *path = NULL;
    int status = FURROW_OK;
    for (size_t i = 0; i < images && !digits->paths && !status; i++)
        status = add_item(table, NULL);
    while (digits->paths && !status) {
        status = furrow__digits_next_path(digits, &path, NULL);
        if (status || !path)
            break;
        status = add_item(table, path);
    }
    digits->given = table->count;
    digits->ended = status == FURROW_OK;
    return status;
}

static int prepare(struct item_table *table)
{
    int status = gather(table);
    table->result_size =
        sizeof(struct result) + (table->digits->explains ? FURROW_DIGITS_PIXELS : 0);
    table->block = table->count / (4 * (size_t)table->threads) + 1;
    if (table->block > GRAIN)
        table->block = GRAIN;
    table->blocks = table->count / table->block + (table->count % table->block != 0);
    table->results = calloc(table->count + 1, table->result_size);
    table->workers = calloc((size_t)table->threads, sizeof *table->workers);
    if (!table->results || !table->workers)
        return FURROW_ENOMEM;
    if (status == FURROW_OK)
        status = furrow_faults_new(&table->faults);
    for (int i = 0; i < table->threads && !status; i++)
        status = furrow__digits_worker_new(&table->workers[i], table->digits);
    return status;
}

static void clear(struct item_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        free((char *)(uintptr_t)table->items[i].bytes);
    for (int i = 0; table->workers && i < table->threads; i++)
        furrow__digits_worker_free(table->workers[i]);
    free(table->workers);
    free(table->items);
    free(table->results);
    furrow_faults_free(table->faults);
}

/* Runs the body on one block. */
static void run_block(struct item_table *table, size_t block, int thread)
{
    size_t begin = block * table->block, left = table->count - begin;
    const furrow_range range = {
        .begin = begin,
        .end = begin + (left < table->block ? left : table->block),
        .worker = thread,
        .items = table->items + begin,
        .results = table->results + begin * table->result_size,
        .result_size = table->result_size,
        .scratch = table->workers[thread],
        .faults = table->faults,
    };
    int status = furrow__digits_body(&range, table->digits);
    if (status)
#pragma omp atomic write
        table->status = status;
}

/* Dynamic, since pictures, and so blocks, take different times. */
static void run_parallel_for(struct item_table *table)
{
#pragma omp parallel for num_threads(table->threads) schedule(dynamic, 1) default(none)            \
    shared(table)
    for (size_t block = 0; block < table->blocks; block++)
        run_block(table, block, thread_number());
}

/* One thread makes a task of each block. The other threads run the tasks, and it joins them. */
static void run_tasks(struct item_table *table)
{
#pragma omp parallel num_threads(table->threads) default(none) shared(table)
#pragma omp single
    for (size_t block = 0; block < table->blocks; block++) {
#pragma omp task default(none) firstprivate(block) shared(table)
        run_block(table, block, thread_number());
    }
}

static int run(void *state, const furrow_plan *plan, void (*blocks)(struct item_table *table))
{
    struct item_table table = {.digits = state, .threads = plan->threads};
    int status = prepare(&table);
    if (status == FURROW_OK) {
        blocks(&table);
        status = table.status;
    }
    const furrow_batch all = {
        .end = table.count,
        .items = table.items,
        .results = table.results,
        .result_size = table.result_size,
        .faults = table.faults,
    };
    if (status == FURROW_OK)
        status = furrow__digits_combine(state, &all);
    clear(&table);
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

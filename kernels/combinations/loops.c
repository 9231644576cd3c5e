/*
 * loops.c: the rows of a single input and their sum as loops, without what runs kernels: what to
 * compare that with.
 */
#include "state.h"

/* Rows of a block: as much as stays in a cache from the making to the adding. */
enum { BLOCK_SIZE = 16384 };

static bool is_one_input(const struct combinations *all)
{
    return !all->many && !all->ranks && all->inputs[0].k * all->element_size <= BLOCK_SIZE;
}

/* How many rows a block has; of empty ones it is full with all. */
static size_t rows_of_block(const struct combinations *all)
{
    const size_t k = all->inputs[0].k;
    return k > 0 ? BLOCK_SIZE / (k * all->element_size) : all->rows + 1;
}

/* Makes block `block` and adds up its elements. */
static int add_block(uint64_t *sum, const struct combinations *all, size_t block)
{
    _Alignas(64) unsigned char rows[BLOCK_SIZE];
    const size_t most = rows_of_block(all), begin = block * most, left = all->rows - begin;
    const size_t count = most < left ? most : left;
    int status = furrow__combinations_rows(rows, all, all->maker, begin, count);
    if (status == FURROW_OK)
        *sum += furrow__combinations_sum_of(rows, all->element_size, count * all->inputs[0].k);
    return status;
}

static size_t count_blocks(const struct combinations *all)
{
    const size_t most = rows_of_block(all);
    return all->rows / most + (all->rows % most != 0);
}

int furrow__combinations_plainly(void *state, const furrow_plan *plan)
{
    struct combinations *all = state;
    uint64_t sum = 0;
    int status = is_one_input(all) ? FURROW_OK : FURROW_ENOTSUP;
    (void)plan;
    for (size_t block = 0; !status && block < count_blocks(all); block++)
        status = add_block(&sum, all, block);
    all->sum = sum;
    return status;
}

/* Blocks are all alike, so each thread gets a share beforehand. */
int furrow__combinations_by_parallel_for(void *state, const furrow_plan *plan)
{
    struct combinations *all = state;
    int threads = plan->threads, failed = FURROW_OK;
    uint64_t sum = 0;
    (void)threads;
    if (!is_one_input(all))
        return FURROW_ENOTSUP;
    const size_t blocks = count_blocks(all);
#pragma omp parallel for num_threads(threads) schedule(static) default(none)                        \
    shared(all, blocks) reduction(+ : sum) reduction(min : failed)
    for (size_t block = 0; block < blocks; block++) {
        int status = add_block(&sum, all, block);
        failed = status < failed ? status : failed;
    }
    all->sum = sum;
    return failed;
}

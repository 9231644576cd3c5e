/*
 * loops.c: the rows of a single input and their sum as plain loops, to compare Furrow's runs with.
 */
#include "state.h"

/* Bytes of a block of rows, which stays in a cache until its elements are added up. */
enum { BLOCK_SIZE = 16384 };

static bool is_one_input(const struct combinations *all)
{
    return !all->many && !all->ranks && all->inputs[0].k * all->element_size <= BLOCK_SIZE;
}

/* The number of rows in a block; empty rows are all in one. */
static size_t rows_of_block(const struct combinations *all)
{
    const size_t k = all->inputs[0].k;
    return k > 0 ? BLOCK_SIZE / (k * all->element_size) : all->rows + 1;
}

/* Makes block number `block` and adds up its elements. */
static int add_block(uint64_t *sum, const struct combinations *all, size_t block)
{
    _Alignas(64) unsigned char rows[BLOCK_SIZE];
    const size_t max = rows_of_block(all), begin = block * max, left = all->rows - begin;
    const size_t count = max < left ? max : left;
    int status = furrow__combinations_rows(rows, all, all->maker, begin, count);
    if (status == FURROW_OK)
        *sum += furrow__combinations_sum_of(rows, all->element_size, count * all->inputs[0].k);
    return status;
}

static size_t count_blocks(const struct combinations *all)
{
    const size_t max = rows_of_block(all);
    return all->rows / max + (all->rows % max != 0);
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

/* All blocks take the same time, so that a static schedule is best. */
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

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

int furrow__combinations_plainly(void *state, const furrow_plan *plan)
{
    struct combinations *all = state;
    _Alignas(64) unsigned char block[BLOCK_SIZE];
    const size_t k = all->inputs[0].k;
    const size_t most = k > 0 ? BLOCK_SIZE / (k * all->element_size) : all->rows;
    uint64_t sum = 0;
    (void)plan;
    if (!is_one_input(all))
        return FURROW_ENOTSUP;
    for (size_t begin = 0, count; begin < all->rows; begin += count) {
        count = most < all->rows - begin ? most : all->rows - begin;
        int status = furrow__combinations_rows(block, all, all->maker, begin, count);
        if (status)
            return status;
        sum += furrow__combinations_sum_of(block, all->element_size, count * k);
    }
    all->sum = sum;
    return FURROW_OK;
}

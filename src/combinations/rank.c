#include <furrow/combinations.h>

#include <furrow/status.h>

#include "combinations/internal.h"

furrow__unranking furrow__unranking_begin(uint32_t n, uint32_t k, uint64_t rank)
{
    return (furrow__unranking){
        .rest = furrow__choose(n, k) - 1 - rank, .n = n, .bound = n, .left = k};
}

uint32_t furrow__unranking_next(furrow__unranking *unranking)
{
    /* The largest m < bound with C(m, left) <= rest; C(left-1, left) = 0 always is. */
    uint32_t low = unranking->left - 1, high = unranking->bound;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (furrow__choose(middle, unranking->left) <= unranking->rest)
            low = middle;
        else
            high = middle;
    }
    unranking->rest -= furrow__choose(low, unranking->left);
    unranking->bound = low;
    unranking->left--;
    return unranking->n - 1 - low;
}

int furrow_combinations_unrank(uint32_t *row, uint32_t n, uint32_t k, uint64_t rank)
{
    uint64_t count;
    int status = furrow_combinations_count(&count, n, k);
    if (status)
        return status;
    if (rank >= count)
        return FURROW_ERANGE;
    furrow__unranking unranking = furrow__unranking_begin(n, k, rank);
    for (uint32_t i = 0; i < k; i++)
        row[i] = furrow__unranking_next(&unranking);
    return FURROW_OK;
}

static bool is_row(const uint32_t *row, uint32_t n, uint32_t k)
{
    for (uint32_t i = 0; i < k; i++)
        if (row[i] >= n || (i > 0 && row[i] <= row[i - 1]))
            return false;
    return true;
}

int furrow_combinations_rank(uint64_t *rank, const uint32_t *row, uint32_t n, uint32_t k)
{
    uint64_t count;
    if (!is_row(row, n, k))
        return FURROW_EINVAL;
    int status = furrow_combinations_count(&count, n, k);
    if (status)
        return status;
    *rank = count - 1;
    for (uint32_t i = 0; i < k; i++)
        *rank -= furrow__choose(n - 1 - row[i], k - i);
    return FURROW_OK;
}

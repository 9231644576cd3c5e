#include <furrow/combinations/combinations.h>

#include <furrow/status.h>

#include "unranking.h"

furrow__unranking furrow__unranking_begin(uint32_t n, uint32_t k, uint64_t rank)
{
    uint64_t count = furrow__choose(n, k);
    return (furrow__unranking){
        .rest = count - 1 - rank,
        .ways = n > 0 ? furrow__scale(count, n - k, n) : 0,
        .n = n,
        .most = n - 1,
        .left = k,
        .dense = n / 8 <= (uint64_t)k * k, /* n steps, or k * log(n) binomials of up to k steps */
    };
}

/* Both lower `most` to the largest m with C(m, left) <= rest. */

static void walk(furrow__unranking *unranking)
{
    while (unranking->ways > unranking->rest) {
        uint32_t most = unranking->most--;
        unranking->ways = furrow__scale(unranking->ways, most - unranking->left, most);
    }
}

static void bisect(furrow__unranking *unranking)
{
    uint32_t low = unranking->left - 1, high = unranking->most; /* C(left-1, left) is 0 */
    while (low < high) {
        uint32_t middle = high - (high - low) / 2;
        if (furrow__choose(middle, unranking->left) <= unranking->rest)
            low = middle;
        else
            high = middle - 1;
    }
    unranking->most = low;
    unranking->ways = furrow__choose(low, unranking->left);
}

uint32_t furrow__unranking_next(furrow__unranking *unranking)
{
    if (unranking->dense)
        walk(unranking);
    else
        bisect(unranking);
    uint32_t element = unranking->n - 1 - unranking->most;
    unranking->rest -= unranking->ways;
    if (unranking->left > 1) /* C(m-1, left-1), by which the next starts */
        unranking->ways = furrow__scale(unranking->ways, unranking->left, unranking->most);
    unranking->most--;
    unranking->left--;
    return element;
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

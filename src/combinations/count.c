#include <furrow/combinations/combinations.h>

#include <furrow/status.h>

#include "unranking.h"

static bool fits(uint64_t count, uint32_t factor, uint32_t divisor)
{
    uint64_t part = count % divisor * factor / divisor;
    return count / divisor <= (UINT64_MAX - part) / factor;
}

int furrow_combinations_count(uint64_t *count, uint32_t n, uint32_t k)
{
    *count = k <= n;
    if (k > n)
        return FURROW_OK;
    if (k > n - k)
        k = n - k;
    /* C(n-k+i, i) grows with i: what overflows on the way overflows in the end. */
    for (uint32_t i = 1; i <= k; i++) {
        if (!fits(*count, n - k + i, i)) {
            *count = UINT64_MAX;
            return FURROW_EOVERFLOW;
        }
        *count = furrow__scale(*count, n - k + i, i);
    }
    return FURROW_OK;
}

uint64_t furrow__choose(uint32_t n, uint32_t k)
{
    uint64_t count;
    furrow_combinations_count(&count, n, k);
    return count;
}

/* The sum of all elements of all k-subsets of {first, ..., n-1}: each element is in as many as
 * there are ways to choose the others. Modulo 2^64. */
static uint64_t sum_from(uint32_t first, uint32_t n, uint32_t k)
{
    if (k == 0 || first >= n)
        return 0;
    uint64_t members = (uint64_t)n - first;
    uint64_t ends = (uint64_t)n - 1 + first;
    uint64_t elements = members % 2 ? members * (ends / 2) : members / 2 * ends;
    return furrow__choose(n - first - 1, k - 1) * elements;
}

/* The sum over the rows before `rank`. They fall into k groups: those of group i share with row
 * `rank` the elements before position i, and have a smaller one, of [first, element), there. */
static uint64_t sum_before(uint32_t n, uint32_t k, uint64_t rank)
{
    furrow__unranking unranking = furrow__unranking_begin(n, k, rank);
    uint64_t sum = 0, shared = 0;
    uint32_t first = 0;
    for (uint32_t left = k; left > 0; left--) {
        uint32_t element = furrow__unranking_next(&unranking);
        uint64_t rows = furrow__choose(n - first, left) - furrow__choose(n - element, left);
        sum += shared * rows + sum_from(first, n, left) - sum_from(element, n, left);
        shared += element;
        first = element + 1;
    }
    return sum;
}

int furrow_combinations_sum(uint64_t *sum, uint32_t n, uint32_t k, uint64_t from, uint64_t to)
{
    uint64_t count;
    int status = furrow_combinations_count(&count, n, k);
    if (status)
        return status;
    if (from > to || to > count)
        return FURROW_ERANGE;
    uint64_t all = sum_from(0, n, k);
    *sum =
        (to < count ? sum_before(n, k, to) : all) - (from < count ? sum_before(n, k, from) : all);
    return FURROW_OK;
}

#include <furrow/combinations/combinations.h>

#include <furrow/status.h>

#include "selection/internal.h"

int furrow_combinations_count(uint64_t *count, uint32_t n, uint32_t k)
{
    furrow__u128 rows;
    furrow__binomial(&rows, n, k);
    *count = rows > UINT64_MAX ? UINT64_MAX : (uint64_t)rows;
    return rows > UINT64_MAX ? FURROW_EOVERFLOW : FURROW_OK;
}

/* C(n, k) where it fits. */
static uint64_t choose(uint32_t n, uint32_t k)
{
    furrow__u128 count;
    furrow__binomial(&count, n, k);
    return (uint64_t)count;
}

/* The sum of all elements of all k-subsets of {first, ..., n-1}, modulo 2^64. Each element is in
 * C(n-first-1, k-1) of them. */
static uint64_t sum_from(uint32_t first, uint32_t n, uint32_t k)
{
    if (k == 0 || first >= n)
        return 0;
    uint64_t members = (uint64_t)n - first;
    uint64_t ends = (uint64_t)n - 1 + first;
    uint64_t elements = members % 2 ? members * (ends / 2) : members / 2 * ends;
    return choose(n - first - 1, k - 1) * elements;
}

/* The sum over the rows before `rank`, in k groups. The rows of group i have the elements of row
 * `rank` before position i, and at position i a smaller one, of [first, element). */
static uint64_t sum_before(uint32_t n, uint32_t k, uint64_t rank)
{
    furrow__unranking unranking = furrow__unranking_begin(n, k, rank);
    uint64_t sum = 0, shared = 0;
    uint32_t first = 0;
    for (uint32_t left = k; left > 0; left--) {
        uint32_t element = (uint32_t)furrow__unranking_next(&unranking);
        uint64_t rows = choose(n - first, left) - choose(n - element, left);
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
        row[i] = (uint32_t)furrow__unranking_next(&unranking);
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
        *rank -= choose(n - 1 - row[i], k - i);
    return FURROW_OK;
}

/* Two loops for each type of element:
 *
 * step: the last element that can grow does, and the ones behind it become its successors.
 * fill: unranks the first row, then copies and steps. count is at least 1. */
#define DEFINE_ROWS(type)                                                                          \
    static bool step_##type(type *row, uint32_t n, uint32_t k)                                     \
    {                                                                                              \
        uint32_t i = k;                                                                            \
        while (i > 0 && row[i - 1] == n - k + i - 1)                                               \
            i--;                                                                                   \
        if (i == 0)                                                                                \
            return false;                                                                          \
        uint32_t element = row[--i];                                                               \
        for (; i < k; i++)                                                                         \
            row[i] = (type)++element;                                                              \
        return true;                                                                               \
    }                                                                                              \
                                                                                                   \
    static void fill_##type(type *row, uint32_t n, uint32_t k, uint64_t from, size_t count)        \
    {                                                                                              \
        furrow__unranking unranking = furrow__unranking_begin(n, k, from);                         \
        for (uint32_t i = 0; i < k; i++)                                                           \
            row[i] = (type)furrow__unranking_next(&unranking);                                     \
        for (; count > 1; count--, row += k) {                                                     \
            for (uint32_t i = 0; i < k; i++)                                                       \
                row[k + i] = row[i];                                                               \
            step_##type(row + k, n, k);                                                            \
        }                                                                                          \
    }

DEFINE_ROWS(uint8_t)
DEFINE_ROWS(uint16_t)
DEFINE_ROWS(uint32_t)
#undef DEFINE_ROWS

bool furrow_combinations_next(uint32_t *row, uint32_t n, uint32_t k)
{
    return step_uint32_t(row, n, k);
}

size_t furrow_combinations_element_size(uint32_t n)
{
    return n <= UINT8_MAX + 1u ? 1 : n <= UINT16_MAX + 1u ? 2 : 4;
}

static int check(size_t element_size, uint32_t n, uint32_t k, uint64_t from, size_t count)
{
    uint64_t rows;
    if (element_size != 1 && element_size != 2 && element_size != 4)
        return FURROW_EINVAL;
    if (element_size < furrow_combinations_element_size(n))
        return FURROW_EINVAL;
    int status = furrow_combinations_count(&rows, n, k);
    if (status)
        return status;
    return from > rows || count > rows - from ? FURROW_ERANGE : FURROW_OK;
}

int furrow_combinations_fill(void *rows, size_t element_size, uint32_t n, uint32_t k, uint64_t from,
                             size_t count)
{
    int status = check(element_size, n, k, from, count);
    if (status || count == 0)
        return status;
    if (element_size == 1)
        fill_uint8_t(rows, n, k, from, count);
    else if (element_size == 2)
        fill_uint16_t(rows, n, k, from, count);
    else
        fill_uint32_t(rows, n, k, from, count);
    return FURROW_OK;
}

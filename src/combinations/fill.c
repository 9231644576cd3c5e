#include <furrow/combinations/combinations.h>

#include <furrow/status.h>

#include "unranking.h"

/* The two loops, for each type of element:
 *
 * step: the last element that can still grow does, and those behind it follow on its heels.
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

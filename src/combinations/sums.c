#include <stdlib.h>

#include <furrow/status.h>

#include "internal.h"

/* Bytes of the table. Its hot part stays in the first level cache. */
static const size_t max_table = (size_t)256 << 10;

static size_t rows_at(const furrow_combinations_sums *sums, uint32_t depth)
{
    furrow_wide rows;
    furrow_selection suffixes = {.n = sums->selection.n - sums->selection.k + depth, .k = depth};
    int status = furrow_selection_count(&rows, &suffixes);
    return status || rows.high || rows.low > SIZE_MAX / 64 ? SIZE_MAX / 64 : rows.low;
}

/* Makes the table of the sums of one more element. */
static int deepen(furrow_combinations_sums *sums)
{
    uint32_t n = sums->selection.n, depth = sums->depth + 1;
    size_t rows = rows_at(sums, depth);
    int32_t *table = malloc(rows * sizeof *table), *to = table;
    if (!table)
        return FURROW_ENOMEM;
    for (uint32_t element = sums->selection.k - depth; element <= n - depth; element++) {
        size_t tail = sums->tails[n - 1 - element];
        const int32_t *from = sums->table + sums->table_rows - tail;
        for (size_t i = 0; i < tail; i++)
            *to++ = from[i] + sums->weights[element];
    }
    free(sums->table);
    sums->table = table;
    sums->table_rows = rows;
    sums->depth = depth;
    uint64_t above = 0; /* C(m, t) of C(m, t-1) */
    for (uint32_t m = 0; m <= n; m++) {
        uint64_t before = sums->tails[m];
        sums->tails[m] = above;
        above += before;
    }
    return FURROW_OK;
}

static int init_tables(furrow_combinations_sums *sums)
{
    uint32_t n = sums->selection.n, k = sums->selection.k;
    sums->tails = malloc(((size_t)n + 1) * sizeof *sums->tails);
    sums->table = calloc(1, sizeof *sums->table);
    if (!sums->tails || !sums->table)
        return FURROW_ENOMEM;
    sums->table_rows = 1;
    for (uint32_t m = 0; m <= n; m++)
        sums->tails[m] = 1;
    int status = FURROW_OK;
    while (!status && sums->depth < k && sums->depth < FURROW__MAX_ROW && sums->rows > 0 &&
           (sums->depth == 0 || rows_at(sums, sums->depth + 1) * sizeof *sums->table <= max_table))
        status = deepen(sums);
    return status;
}

/* Where sums fit 16 bits, a vector holds twice as many. */
static int init_narrow(furrow_combinations_sums *sums, int64_t max)
{
    if (max > INT16_MAX)
        return FURROW_OK;
    sums->narrow = malloc(sums->table_rows * sizeof *sums->narrow);
    if (!sums->narrow)
        return FURROW_ENOMEM;
    for (size_t i = 0; i < sums->table_rows; i++)
        sums->narrow[i] = (int16_t)sums->table[i];
    return FURROW_OK;
}

static int set_weights(furrow_combinations_sums *sums, const int32_t *weights, int64_t *max)
{
    uint32_t n = sums->selection.n, k = sums->selection.k;
    sums->weights = malloc(((size_t)n + 1) * sizeof *weights);
    if (!sums->weights)
        return FURROW_ENOMEM;
    for (uint32_t i = 0; i < n; i++) {
        int64_t size = weights[i] < 0 ? -(int64_t)weights[i] : weights[i];
        if (k > 0 && size > INT32_MAX / (int64_t)k)
            return FURROW_EOVERFLOW;
        sums->weights[i] = weights[i];
        *max = size * k > *max ? size * k : *max;
    }
    return FURROW_OK;
}

int furrow_combinations_sums_new(furrow_combinations_sums **sums, uint32_t n, uint32_t k,
                                 const int32_t *weights)
{
    furrow_selection selection = {.n = n, .k = k};
    furrow_wide rows;
    *sums = NULL;
    int status = furrow_selection_count(&rows, &selection);
    if (status)
        return status;
    furrow_combinations_sums *fresh = calloc(1, sizeof *fresh);
    if (!fresh)
        return FURROW_ENOMEM;
    fresh->selection = selection;
    fresh->rows = furrow__u128_of(rows);
    fresh->isa = furrow__combinations_isa_find(NULL);
    int64_t max = 0;
    status = set_weights(fresh, weights, &max);
    if (status == FURROW_OK)
        status = init_tables(fresh);
    if (status == FURROW_OK)
        status = init_narrow(fresh, max);
    if (status)
        furrow_combinations_sums_free(fresh);
    else
        *sums = fresh;
    return status;
}

void furrow_combinations_sums_free(furrow_combinations_sums *sums)
{
    if (!sums)
        return;
    free(sums->weights);
    free(sums->tails);
    free(sums->table);
    free(sums->narrow);
    free(sums);
}

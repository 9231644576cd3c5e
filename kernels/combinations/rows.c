/* rows.c: rows of a single input, by range or drawn. */
#include <stdlib.h>
#include <string.h>

#include "state.h"

static furrow_wide rank_of(const struct combinations *all, size_t row)
{
    furrow_wide rank = {row, 0};
    if (all->sampled)
        furrow_selection_shuffle(&rank, all->range, rank, all->seed);
    furrow_wide_add(&rank, rank, all->from);
    return rank;
}

int furrow__combinations_rows(void *rows, const struct combinations *all,
                              const furrow_combinations *maker, size_t begin, size_t count)
{
    static const furrow_plan alone = {.threads = 1};
    unsigned char *to = rows;
    int status = FURROW_OK;
    if (!all->sampled)
        return furrow_combinations_write(rows, maker, rank_of(all, begin), count, &alone);
    for (size_t i = 0; !status && i < count; i++, to += furrow_combinations_row_size(maker))
        status = furrow_combinations_write(to, maker, rank_of(all, begin + i), 1, &alone);
    return status;
}

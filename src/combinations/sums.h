/* sums.h: what a furrow_combinations_sums holds. sums.c makes it, sums_reduce.c goes through it. */
#ifndef FURROW__COMBINATIONS_SUMS_H
#define FURROW__COMBINATIONS_SUMS_H

#include <furrow/combinations/rows.h>

#include "internal.h"

struct furrow_combinations_sums {
    furrow_selection selection;
    furrow__u128 rows;
    const furrow__combinations_isa *isa;
    int32_t *weights;
    uint32_t depth;  /* t: elements whose sums are in the table */
    uint64_t *tails; /* C(m, t), m = 0 ... n */
    int32_t *table;  /* of all t-subsets of the last n-k+t elements, in order */
    size_t table_rows;
    int16_t *narrow; /* the same as the table; NULL: it does not fit */
};

#endif

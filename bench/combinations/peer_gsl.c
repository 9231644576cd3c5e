#include "bench.h"

#include <gsl/gsl_combination.h>

bool peer_gsl(uint8_t *rows, uint32_t n, uint32_t k)
{
    gsl_combination *combination = gsl_combination_calloc(n, k);
    do
        for (uint32_t i = 0; i < k; i++)
            *rows++ = (uint8_t)gsl_combination_get(combination, i);
    while (gsl_combination_next(combination) == GSL_SUCCESS);
    gsl_combination_free(combination);
    return true;
}

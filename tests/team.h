/* team.h: how many threads OpenMP gives, for tests whose items wait for one another. */
#ifndef FURROW_TESTS_TEAM_H
#define FURROW_TESTS_TEAM_H

#include <stdbool.h>

#include "base/openmp.h"

/* Whether a team of that size is really given, each time: not above OMP_THREAD_LIMIT, and under
 * OMP_DYNAMIC=true only where nothing else runs. */
static inline bool gives_threads(int wanted)
{
    int threads = 0;
#ifdef _OPENMP
    if (omp_get_dynamic() && wanted > 1)
        return false;
#endif
#pragma omp parallel default(none) reduction(+ : threads) num_threads(wanted)
    threads++;
    return threads == wanted;
}

#endif

/* openmp.h: <omp.h>, or a serial version of the functions used here, for builds without OpenMP. */
#ifndef FURROW_BASE_OPENMP_H
#define FURROW_BASE_OPENMP_H

#ifdef _OPENMP
#include <omp.h>
#define FURROW__OPENMP 1
#else
#define FURROW__OPENMP 0
static inline int omp_get_thread_num(void)
{
    return 0;
}
static inline int omp_get_num_threads(void)
{
    return 1;
}
static inline int omp_get_active_level(void)
{
    return 0;
}
static inline int omp_get_max_active_levels(void)
{
    return 0; /* every region is one too many */
}
#endif

#endif

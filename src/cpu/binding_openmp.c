#include "internal.h"

#include <omp.h>

/* libgomp binds the initial thread as it is loaded: with OMP_PROC_BIND=true that thread's mask is
 * one place, and the process would seem to have one CPU. */
int furrow__cpu_before_binding(void)
{
    return omp_get_proc_bind() == omp_proc_bind_false ? 0 : omp_get_num_procs();
}

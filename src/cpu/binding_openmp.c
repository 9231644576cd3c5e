#include "internal.h"

#include <omp.h>
#include <stdlib.h>

#include "threads.h"

/* libgomp binds the initial thread when it is loaded: with OMP_PROC_BIND=true the mask of that
 * thread is one place, and the process would seem to have one CPU. */
int furrow__cpu_before_binding(void)
{
    return omp_get_proc_bind() == omp_proc_bind_false ? 0 : omp_get_num_procs();
}

bool furrow__cpu_place(cpu_set_t *cpus, int number)
{
    int places = omp_get_num_places();
    if (omp_get_proc_bind() == omp_proc_bind_false || places < 1)
        return false;
    int place = number % places, count = omp_get_place_num_procs(place);
    int *processors = calloc((size_t)count + 1, sizeof *processors);
    if (!processors)
        return false;
    omp_get_place_proc_ids(place, processors);
    CPU_ZERO(cpus);
    for (int i = 0; i < count; i++)
        if (processors[i] >= 0 && processors[i] < CPU_SETSIZE)
            CPU_SET((size_t)processors[i], cpus);
    free(processors);
    return CPU_COUNT(cpus) > 0;
}

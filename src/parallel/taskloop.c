#include "backends.h"
#include "openmp.h"

/* A thread without a task waits for one inside the region, so unlike the other backends its usage
 * includes that idling. */
void furrow__backend_taskloop(furrow__job *job, const furrow_plan *plan)
{
    size_t chunks = job->turn;
#pragma omp parallel num_threads(plan->threads) default(none) shared(job, chunks)
    {
        furrow__meter meter = furrow__job_enter(job);
#pragma omp single
#pragma omp taskloop grainsize(1) default(none) shared(job) firstprivate(chunks)
        for (size_t i = 0; i < chunks; i++)
            furrow__job_chunk(job, i, omp_get_thread_num());
        furrow__job_leave(job, &meter);
    }
}

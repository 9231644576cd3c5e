#include "backends.h"
#include "openmp.h"

/* OpenMP takes the schedule's kind at compile time (schedule(runtime) would read a setting of the
 * whole program), so each has its loop. The index is a chunk's, hence the 1 in each schedule. The
 * pieces of a guided schedule are cut beforehand and handed out like any chunks: their sizes do not
 * depend on who takes them, and so a body sees a whole piece at once. */

static void run_static(furrow__job *job, int threads)
{
#pragma omp parallel num_threads(threads) default(none) shared(job)
    {
        furrow__meter meter = furrow__job_enter(job);
#pragma omp for schedule(static, 1) nowait
        for (size_t i = 0; i < job->turn; i++)
            furrow__job_chunk(job, i, omp_get_thread_num());
        furrow__job_leave(job, &meter);
    }
}

static void run_dynamic(furrow__job *job, int threads)
{
#pragma omp parallel num_threads(threads) default(none) shared(job)
    {
        furrow__meter meter = furrow__job_enter(job);
#pragma omp for schedule(dynamic, 1) nowait
        for (size_t i = 0; i < job->turn; i++)
            furrow__job_chunk(job, i, omp_get_thread_num());
        furrow__job_leave(job, &meter);
    }
}

void furrow__backend_for(furrow__job *job, const furrow_plan *plan)
{
    if (plan->schedule == FURROW_SCHEDULE_STATIC)
        run_static(job, plan->threads);
    else
        run_dynamic(job, plan->threads);
}

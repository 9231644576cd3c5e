#include "backends.h"
#include "openmp.h"

/* OpenMP takes the schedule's kind at compile time (schedule(runtime) would read a setting of the
 * whole program), so each has its loop. The index is a chunk's, hence the 1 in each schedule. */

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

static void run_guided(furrow__job *job, int threads)
{
#pragma omp parallel num_threads(threads) default(none) shared(job)
    {
        furrow__meter meter = furrow__job_enter(job);
#pragma omp for schedule(guided, 1) nowait
        for (size_t i = 0; i < job->turn; i++)
            furrow__job_chunk(job, i, omp_get_thread_num());
        furrow__job_leave(job, &meter);
    }
}

void furrow__backend_for(furrow__job *job, const furrow_plan *plan)
{
    switch (plan->schedule) {
    case FURROW_SCHEDULE_STATIC:
        run_static(job, plan->threads);
        break;
    case FURROW_SCHEDULE_GUIDED:
        run_guided(job, plan->threads);
        break;
    default:
        run_dynamic(job, plan->threads);
        break;
    }
}

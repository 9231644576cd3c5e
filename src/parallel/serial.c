#include "backends.h"

void furrow__backend_serial(furrow__job *job, const furrow_plan *plan)
{
    (void)plan;
    furrow__meter meter = furrow__job_enter(job);
    for (size_t i = 0; i < job->turn && !furrow__job_stopped(job); i++)
        furrow__job_chunk(job, i, 0);
    furrow__job_leave(job, &meter);
}

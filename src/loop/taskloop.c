#include "backends.h"
#include "base/openmp.h"
#include "cut.h"

/* A thread without a task waits for one inside the region, so unlike the other backends its usage
 * includes that idling. */
static void run_tasks(furrow__cut *cut, int threads)
{
    size_t chunks = cut->turn;
#pragma omp parallel num_threads(threads) default(none) shared(cut, chunks)
    {
        furrow__clocks meter = furrow__loop_enter(cut->loop);
#pragma omp single
#pragma omp taskloop grainsize(1) default(none) shared(cut) firstprivate(chunks)
        for (size_t i = 0; i < chunks; i++)
            furrow__cut_run(cut, i, omp_get_thread_num());
        furrow__loop_leave(cut->loop, &meter);
    }
}

static void run(void *context, const furrow_plan *plan)
{
    furrow__cut *cut = context;
    while (furrow__cut_next_turn(cut, plan->threads))
        run_tasks(cut, plan->threads);
}

int furrow__backend_taskloop(furrow__loop *loop, const furrow_plan *plan)
{
    return furrow__run_in_regions(loop, plan, run);
}

#include "backends.h"
#include "base/openmp.h"
#include "cut.h"

/* OpenMP takes the schedule's kind at compile time (schedule(runtime) would read a setting of the
 * whole program), so each has its loop. The index is a chunk's, hence the 1 in each schedule. The
 * pieces of a guided schedule are cut beforehand and handed out like any chunks: their sizes do not
 * depend on who takes them, and so a body sees a whole piece at once. */

static void run_static(furrow__cut *cut, int threads)
{
#pragma omp parallel num_threads(threads) default(none) shared(cut)
    {
        furrow__clocks meter = furrow__loop_enter(cut->loop);
#pragma omp for schedule(static, 1) nowait
        for (size_t i = 0; i < cut->turn; i++)
            furrow__cut_run(cut, i, omp_get_thread_num());
        furrow__loop_leave(cut->loop, &meter);
    }
}

static void run_dynamic(furrow__cut *cut, int threads)
{
#pragma omp parallel num_threads(threads) default(none) shared(cut)
    {
        furrow__clocks meter = furrow__loop_enter(cut->loop);
#pragma omp for schedule(dynamic, 1) nowait
        for (size_t i = 0; i < cut->turn; i++)
            furrow__cut_run(cut, i, omp_get_thread_num());
        furrow__loop_leave(cut->loop, &meter);
    }
}

static void run(void *context, const furrow_plan *plan)
{
    furrow__cut *cut = context;
    while (furrow__cut_next_turn(cut, plan->threads))
        if (plan->schedule == FURROW_SCHEDULE_STATIC)
            run_static(cut, plan->threads);
        else
            run_dynamic(cut, plan->threads);
}

int furrow__backend_for(furrow__loop *loop, const furrow_plan *plan)
{
    return furrow__run_in_regions(loop, plan, run);
}

#include "backends.h"

#include <pthread.h>

#include "base/openmp.h"
#include "cut.h"
#include "fork.h"

/* In a child that was forked, libgomp's region on the thread that forked would wait for threads
 * that stayed with the parent; a new thread has a team of its own. clang's libomp starts anew by
 * itself, and version 14 breaks where threads end that ran tasks. */
#ifdef __clang__
enum { NEEDS_THREAD = false };
#else
enum { NEEDS_THREAD = FURROW__OPENMP };
#endif

struct regions {
    furrow__regions run;
    furrow__cut *cut;
    const furrow_plan *plan;
};

static void *run_elsewhere(void *context)
{
    const struct regions *regions = context;
    regions->run(regions->cut, regions->plan);
    return NULL;
}

int furrow__run_in_regions(furrow__loop *loop, const furrow_plan *plan, furrow__regions run)
{
    furrow__cut cut;
    int status = furrow__cut_make(&cut, loop, plan);
    if (status)
        return status;
    struct regions regions = {run, &cut, plan};
    pthread_t thread;
    if (!NEEDS_THREAD || furrow__fork_generation() == 0)
        run(&cut, plan);
    else if ((status = -pthread_create(&thread, NULL, run_elsewhere, &regions)) == 0)
        pthread_join(thread, NULL);
    furrow__cut_clear(&cut);
    return status;
}

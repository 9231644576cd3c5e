#include "loop.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/openmp.h"
#include "plan/simulate.h"

/*
 * OpenMP's `for` and `taskloop` as backends. The loop is cut into chunks beforehand, and OpenMP
 * hands out the numbers of the chunks.
 */

/* The chunks of one region: starting a region costs far below 1 % of handing them out. Passing over
 * as many after a stop takes a millisecond, and tasks for all of them fit into memory. */
static const size_t max_chunks = 65536;

enum { FEW_ENDS = 96 };

struct cut {
    furrow__loop *loop;
    size_t chunk;         /* items of a chunk; 0: `chunks` blocks of nearly the same size */
    size_t *ends;         /* where the pieces of a guided schedule end; NULL: chunks are alike */
    size_t chunks;        /* of the loop */
    size_t first;         /* the first chunk of this region */
    size_t count;         /* chunks of this region */
    size_t few[FEW_ENDS]; /* room for ends: 10^9 items on 2 threads need 84 */
};

/* ---- chunks ---- */

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Cuts the items into the pieces of a guided schedule and returns how many there are. The ends of
 * the first `room` pieces are stored. */
static size_t cut_guided(size_t *ends, size_t room, size_t items, size_t chunk, int threads)
{
    size_t count = 0;
    for (size_t end = 0; end < items; count++) {
        end += furrow__schedule_share(items - end, threads, chunk);
        if (count < room)
            ends[count] = end;
    }
    return count;
}

static int cut_pieces(struct cut *cut, const furrow_plan *plan)
{
    size_t items = cut->loop->n;
    cut->ends = cut->few;
    cut->chunks = cut_guided(cut->ends, FEW_ENDS, items, plan->chunk, plan->threads);
    if (cut->chunks <= FEW_ENDS)
        return FURROW_OK;
    cut->ends = malloc(cut->chunks * sizeof *cut->ends);
    if (!cut->ends)
        return FURROW_ENOMEM;
    cut_guided(cut->ends, cut->chunks, items, plan->chunk, plan->threads);
    return FURROW_OK;
}

static int make_cut(struct cut *cut, furrow__loop *loop, const furrow_plan *plan)
{
    cut->loop = loop;
    cut->chunk = plan->chunk;
    cut->ends = NULL;
    cut->first = cut->count = 0;
    if (plan->schedule == FURROW_SCHEDULE_GUIDED && plan->backend == FURROW_BACKEND_FOR)
        return cut_pieces(cut, plan);
    if (cut->chunk == 0)
        cut->chunks = smaller(loop->n, (size_t)plan->threads);
    else
        cut->chunks = loop->n / cut->chunk + (loop->n % cut->chunk != 0);
    return FURROW_OK;
}

static void clear_cut(struct cut *cut)
{
    if (cut->ends != cut->few)
        free(cut->ends);
}

/* Goes on to the chunks of the next region: a multiple of the threads, so that a static schedule
 * goes on in turn. False when no chunk is left, or none may start any more. */
static bool next_region(struct cut *cut, int threads)
{
    size_t team = (size_t)threads;
    size_t most = max_chunks > team ? max_chunks - max_chunks % team : team;
    cut->first += cut->count;
    cut->count = smaller(most, cut->chunks - cut->first);
    return cut->count > 0 && !furrow__loop_is_stopped(cut->loop);
}

static void bounds_of(size_t *begin, size_t *end, const struct cut *cut, size_t index)
{
    size_t items = cut->loop->n;
    if (cut->ends) {
        *begin = index > 0 ? cut->ends[index - 1] : 0;
        *end = cut->ends[index];
    } else if (cut->chunk == 0) {
        size_t whole = items / cut->chunks;
        size_t rest = items % cut->chunks;
        *begin = index * whole + smaller(index, rest);
        *end = *begin + whole + (index < rest);
    } else {
        *begin = index * cut->chunk;
        *end = *begin + smaller(cut->chunk, items - *begin);
    }
}

/* Runs chunk `index` of the region, unless the loop was cancelled or stopped below it. */
static void run_chunk(struct cut *cut, size_t index, int worker)
{
    size_t begin, end;
    bounds_of(&begin, &end, cut, cut->first + index);
    furrow__loop_run_alone(cut->loop, begin, end, worker);
}

/* ---- regions ---- */

/* OpenMP takes a schedule's kind at compile time, so each kind has its loop: schedule(runtime)
 * would read a setting of the whole program. The index is that of a chunk, hence the 1 in each
 * schedule. The pieces of a guided schedule are handed out like other chunks: their sizes do not
 * depend on the thread that takes them, and a body sees a whole piece at once. */

static void run_static(struct cut *cut, int threads)
{
#pragma omp parallel num_threads(threads) default(none) shared(cut)
    {
        furrow__clocks clocks = furrow__loop_enter(cut->loop);
#pragma omp for schedule(static, 1) nowait
        for (size_t i = 0; i < cut->count; i++)
            run_chunk(cut, i, omp_get_thread_num());
        furrow__loop_leave(cut->loop, &clocks);
    }
}

static void run_dynamic(struct cut *cut, int threads)
{
#pragma omp parallel num_threads(threads) default(none) shared(cut)
    {
        furrow__clocks clocks = furrow__loop_enter(cut->loop);
#pragma omp for schedule(dynamic, 1) nowait
        for (size_t i = 0; i < cut->count; i++)
            run_chunk(cut, i, omp_get_thread_num());
        furrow__loop_leave(cut->loop, &clocks);
    }
}

/* A thread without a task waits for one inside the region, so that its usage includes that wait,
 * unlike with other backends. */
static void run_tasks(struct cut *cut, int threads)
{
    size_t chunks = cut->count;
#pragma omp parallel num_threads(threads) default(none) shared(cut, chunks)
    {
        furrow__clocks clocks = furrow__loop_enter(cut->loop);
#pragma omp single
#pragma omp taskloop grainsize(1) default(none) shared(cut) firstprivate(chunks)
        for (size_t i = 0; i < chunks; i++)
            run_chunk(cut, i, omp_get_thread_num());
        furrow__loop_leave(cut->loop, &clocks);
    }
}

/* ---- the thread that opens them ---- */

/* In a forked child, libgomp's region on the thread that forked would wait for threads that stayed
 * with the parent; a new thread has a team of its own. clang's libomp starts anew by itself, and
 * version 14 breaks where threads end that ran tasks. */
#ifdef __clang__
enum { NEEDS_THREAD = false };
#else
enum { NEEDS_THREAD = FURROW__OPENMP };
#endif

struct regions {
    void (*run)(struct cut *cut, int threads);
    struct cut *cut;
    int threads;
};

static void *run_regions(void *context)
{
    const struct regions *regions = context;
    while (next_region(regions->cut, regions->threads))
        regions->run(regions->cut, regions->threads);
    return NULL;
}

static int run_on_team(furrow__loop *loop, const furrow_plan *plan,
                       void (*run)(struct cut *cut, int threads))
{
    struct cut cut;
    int status = make_cut(&cut, loop, plan);
    if (status)
        return status;
    struct regions regions = {run, &cut, plan->threads};
    pthread_t thread;
    if (!NEEDS_THREAD || furrow__fork_generation() == 0)
        run_regions(&regions);
    else if ((status = -pthread_create(&thread, NULL, run_regions, &regions)) == 0)
        pthread_join(thread, NULL);
    clear_cut(&cut);
    return status;
}

int furrow__backend_for(furrow__loop *loop, furrow_plan *plan)
{
    bool is_static = plan->schedule == FURROW_SCHEDULE_STATIC;
    return run_on_team(loop, plan, is_static ? run_static : run_dynamic);
}

int furrow__backend_taskloop(furrow__loop *loop, furrow_plan *plan)
{
    return run_on_team(loop, plan, run_tasks);
}

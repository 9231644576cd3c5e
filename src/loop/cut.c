#include "cut.h"
#include "plan/simulate.h"

#include <stdlib.h>

/* Chunks of one turn: starting a region for it is far below 1 % of handing them out. */
static const size_t max_chunks = 65536;

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The pieces of a guided schedule, of which the first `room` are written down; returns how many
 * there are. */
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

static int cut_pieces(furrow__cut *cut, const furrow_plan *plan)
{
    size_t items = cut->loop->n;
    cut->ends = cut->few_ends;
    cut->chunks = cut_guided(cut->ends, FURROW__FEW_ENDS, items, plan->chunk, plan->threads);
    if (cut->chunks <= FURROW__FEW_ENDS)
        return FURROW_OK;
    cut->ends = malloc(cut->chunks * sizeof *cut->ends);
    if (!cut->ends)
        return FURROW_ENOMEM;
    cut_guided(cut->ends, cut->chunks, items, plan->chunk, plan->threads);
    return FURROW_OK;
}

int furrow__cut_make(furrow__cut *cut, furrow__loop *loop, const furrow_plan *plan)
{
    cut->loop = loop;
    cut->chunk = plan->chunk;
    cut->ends = NULL;
    cut->dealt = cut->turn = 0;
    if (plan->schedule == FURROW_SCHEDULE_GUIDED && plan->backend == FURROW_BACKEND_FOR)
        return cut_pieces(cut, plan);
    if (cut->chunk == 0)
        cut->chunks = smaller(loop->n, (size_t)plan->threads);
    else
        cut->chunks = loop->n / cut->chunk + (loop->n % cut->chunk != 0);
    return FURROW_OK;
}

void furrow__cut_clear(furrow__cut *cut)
{
    if (cut->ends != cut->few_ends)
        free(cut->ends);
}

/* A multiple of the threads, so that static goes on dealing in turn. */
bool furrow__cut_next_turn(furrow__cut *cut, int threads)
{
    size_t team = (size_t)threads;
    size_t most = max_chunks > team ? max_chunks - max_chunks % team : team;
    cut->dealt += cut->turn;
    cut->turn = smaller(most, cut->chunks - cut->dealt);
    return cut->turn > 0 && !furrow__loop_is_stopped(cut->loop);
}

static void bounds_of(size_t *begin, size_t *end, const furrow__cut *cut, size_t index)
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

void furrow__cut_run(furrow__cut *cut, size_t index, int worker)
{
    size_t begin, end;
    bounds_of(&begin, &end, cut, cut->dealt + index);
    furrow__loop_run_alone(cut->loop, begin, end, worker);
}

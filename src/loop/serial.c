#include "loop.h"

#include <stdint.h>

#include <furrow/clock.h>

/* After a range that took less than this the size is doubled, after one that took 8 times as long
 * halved. The clock then costs nothing, and results are still in the cache when they are handed
 * on. */
static const double short_range = 50e-6;

static size_t adapt(size_t size, size_t least, double elapsed)
{
    if (elapsed < short_range)
        return size <= SIZE_MAX / 2 ? 2 * size : size;
    return elapsed > 8 * short_range && size / 2 >= least ? size / 2 : size;
}

static bool is_watched(const furrow__loop *loop)
{
    return loop->finished || loop->cancel.others[0] || loop->cancel.others[1] || loop->trace;
}

/* The items that fit into a short range by the planned cost of an item; `least` if unknown. */
static size_t first_size(size_t least, const furrow_plan *plan)
{
    double fitting = plan->reason.item > 0 ? short_range / plan->reason.item : 0;
    return fitting > (double)least && fitting < 1e15 ? (size_t)fitting : least;
}

static void run_adapting(furrow__loop *loop, const furrow_plan *plan)
{
    size_t least = loop->grain > 1 ? loop->grain : 1;
    size_t size = first_size(least, plan);
    for (size_t begin = 0; begin < loop->n && !furrow__loop_is_stopped(loop);) {
        size_t end = size < loop->n - begin ? begin + size : loop->n;
        double start = furrow_clock_wall();
        furrow__loop_run_alone(loop, begin, end, 0);
        size = adapt(size, least, furrow_clock_wall() - start);
        begin = end;
    }
}

static void run_evenly(furrow__loop *loop, size_t chunk)
{
    for (size_t begin = 0; begin < loop->n && !furrow__loop_is_stopped(loop);) {
        size_t end = chunk < loop->n - begin ? begin + chunk : loop->n;
        furrow__loop_run_alone(loop, begin, end, 0);
        begin = end;
    }
}

int furrow__backend_serial(furrow__loop *loop, furrow_plan *plan)
{
    furrow__clocks clocks = furrow__loop_enter(loop);
    if (plan->chunk == 0 && is_watched(loop) && loop->body)
        run_adapting(loop, plan);
    else
        run_evenly(loop, plan->chunk ? plan->chunk : loop->n);
    furrow__loop_leave(loop, &clocks);
    return FURROW_OK;
}

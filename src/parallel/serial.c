#include "serial.h"

#include <stdint.h>

#include <furrow/clock.h>

/* Ranges shorter than this are doubled, longer than 8 of it halved: long enough that the clock
 * costs nothing, short enough that results are still in the cache when combine and emit come for
 * them. */
static const double short_range = 50e-6;

static size_t adapt(size_t size, size_t least, double elapsed)
{
    if (elapsed < short_range)
        return size <= SIZE_MAX / 2 ? 2 * size : size;
    return elapsed > 8 * short_range && size / 2 >= least ? size / 2 : size;
}

static bool is_watched(const furrow__job *job)
{
    const furrow_parallel_options *options = job->options;
    return options->finished || options->cancel || options->trace || job->spans;
}

/* What fits into a short range, as far as is known. */
static size_t first_size(size_t least, const furrow_plan *plan)
{
    double fitting = plan->grounds.item > 0 ? short_range / plan->grounds.item : 0;
    return fitting > (double)least && fitting < 1e15 ? (size_t)fitting : least;
}

static void run_adapting(furrow__job *job, size_t begin, size_t end, const furrow_plan *plan)
{
    const furrow_plan_facts *facts = &job->options->facts;
    size_t least = facts->grain > 1 && !(facts->wait > 0) ? facts->grain : 1;
    size_t size = first_size(least, plan);
    while (begin < end && !furrow__job_stopped(job)) {
        size_t stop = size < end - begin ? begin + size : end;
        double start = furrow_clock_wall();
        furrow__job_range(job, begin, stop);
        size = adapt(size, least, furrow_clock_wall() - start);
        begin = stop;
    }
}

void furrow__serial(furrow__job *job, size_t begin, const furrow_plan *plan)
{
    size_t end = job->first + job->items;
    furrow__meter meter = furrow__job_enter(job);
    if (plan->chunk == 0 && is_watched(job)) {
        run_adapting(job, begin, end, plan);
    } else {
        size_t chunk = plan->chunk ? plan->chunk : job->items;
        while (begin < end && !furrow__job_stopped(job)) {
            size_t stop = chunk < end - begin ? begin + chunk : end;
            furrow__job_range(job, begin, stop);
            begin = stop;
        }
    }
    furrow__job_leave(job, &meter);
}

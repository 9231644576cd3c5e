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

void furrow__serial(furrow__job *job, size_t begin, size_t chunk)
{
    const furrow_plan_facts *facts = &job->options->facts;
    size_t end = job->first + job->items;
    size_t least = facts->grain > 1 && !(facts->wait > 0) ? facts->grain : 1;
    size_t size = chunk ? chunk : least;
    furrow__meter meter = furrow__job_enter(job);
    while (begin < end && !furrow__job_stopped(job)) {
        size_t stop = size < end - begin ? begin + size : end;
        double start = furrow_clock_wall();
        furrow__job_range(job, begin, stop, 0);
        if (chunk == 0)
            size = adapt(size, least, furrow_clock_wall() - start);
        begin = stop;
    }
    furrow__job_leave(job, &meter);
}

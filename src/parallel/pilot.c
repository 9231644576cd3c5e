#include "pilot.h"

#include <furrow/clock.h>

/* Enough to tell 10 us from 20 through a clock of 0.5 us; little next to a parallel region. Work
 * that is over within it was not worth sharing. */
static const double long_enough = 20e-6;

/* A whole grain where there are many: a part of one costs as much, and would look too dear. */
static size_t first_step(const furrow__job *job)
{
    size_t grain = job->options->facts.grain;
    return grain > 1 && grain <= job->items / 8 ? grain : 1;
}

size_t furrow__pilot(furrow__job *job, furrow_usage *total, furrow_usage *recent)
{
    size_t end = job->first + job->items;
    size_t next = job->first;
    size_t step = first_step(job);
    double start = furrow_clock_wall();
    double now = start;
    *total = (furrow_usage){.waits = furrow_clock_thread_waits(), .cpu = furrow_clock_thread_cpu()};
    do {
        size_t stop = step < end - next ? next + step : end;
        furrow__job_range(job, next, stop, 0);
        double before = now;
        now = furrow_clock_wall();
        *recent = (furrow_usage){.items = stop - next, .wall = now - before};
        next = stop;
        step *= 2;
    } while (now - start < long_enough && next < end && !furrow__job_stopped(job));
    total->items = next - job->first;
    total->wall = now - start;
    total->cpu = furrow_clock_thread_cpu() - total->cpu;
    total->waits = furrow_clock_thread_waits() - total->waits;
    recent->cpu = total->wall > 0 ? recent->wall * total->cpu / total->wall : 0;
    recent->waits = total->waits * recent->items / total->items;
    return next;
}

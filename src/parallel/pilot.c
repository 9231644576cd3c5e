#include "pilot.h"

#include <furrow/clock.h>

/* Enough to tell 10 us from 20 through a clock of 0.5 us; little next to a parallel region. */
static const double long_enough = 20e-6;

size_t furrow__pilot(furrow__job *job, furrow_usage *usage)
{
    size_t end = job->first + job->items;
    size_t limit = job->first + (job->items - 1) / 32 + 1;
    size_t next = job->first;
    size_t step = 1;
    *usage = (furrow_usage){.waits = furrow_clock_thread_waits(), .cpu = furrow_clock_thread_cpu()};
    double start = furrow_clock_wall();
    do {
        size_t stop = step < end - next ? next + step : end;
        furrow__job_range(job, next, stop, 0);
        next = stop;
        step *= 2;
        usage->wall = furrow_clock_wall() - start;
    } while (usage->wall < long_enough && next < limit && !furrow__job_stopped(job));
    usage->cpu = furrow_clock_thread_cpu() - usage->cpu;
    usage->waits = furrow_clock_thread_waits() - usage->waits;
    usage->items = next - job->first;
    return next;
}

#include "pilot.h"

#include <math.h>

#include <furrow/clock.h>

/* Reading what a thread has used takes 0.2 us: too much for fewer items, of which each may take
 * 50 ns, unless they turn out to be slow. */
static const size_t many_items = 64;
static const double slow_step = 20e-6;

/* The clocks of the caller, where they have been read. */
struct reading {
    bool taken;
    size_t from; /* the item at which they were */
    double wall, cpu;
    size_t waits;
};

static void take_reading(struct reading *reading, size_t from, double wall)
{
    *reading =
        (struct reading){true, from, wall, furrow_clock_thread_cpu(), furrow_clock_thread_waits()};
}

/* Corrects what the wall clock said by what the others say, as far as they were read. Not for quick
 * pilots: nothing can have waited, and the clocks would take as long. */
static void correct(furrow_usage *total, furrow_usage *recent, const struct reading *reading,
                    size_t next, double now)
{
    double wall = now - reading->wall;
    if (reading->from >= next || wall <= 0)
        return;
    double part = fmin((furrow_clock_thread_cpu() - reading->cpu) / wall, 1);
    size_t waits = furrow_clock_thread_waits() - reading->waits;
    total->cpu = part * total->wall;
    recent->cpu = part * recent->wall;
    total->waits = waits * total->items / (next - reading->from);
    recent->waits = waits * recent->items / (next - reading->from);
}

size_t furrow__pilot(furrow__job *job, const furrow_plan_facts *facts, furrow_usage *total,
                     furrow_usage *recent)
{
    struct reading reading = {0};
    size_t next = job->first;
    double start = furrow_clock_wall(), now = start;
    *total = *recent = (furrow_usage){0};
    if (job->items >= many_items)
        take_reading(&reading, next, now);
    for (size_t step; !furrow__job_stopped(job); next += step) {
        step = furrow_plan_pilot_step(facts, total, recent);
        bool slow = recent->wall >= slow_step && next < job->first + job->items;
        if (!reading.taken && slow) {
            take_reading(&reading, next, now);
            step = 1;
        }
        if (step == 0)
            break;
        furrow__job_range(job, next, next + step);
        double before = now;
        bool all = next + step == job->first + job->items;
        now = all && !job->spans && !job->metered ? now : furrow_clock_wall();
        *recent = (furrow_usage){.items = step, .wall = now - before, .cpu = now - before};
        total->items += step;
        total->wall = total->cpu = now - start;
    }
    if (reading.taken && now - start >= slow_step)
        correct(total, recent, &reading, next, now);
    return next;
}

/*
 * process: what processes and queues cost beside the bare system calls beneath them, and beside
 * Python's multiprocessing where python3 is found.
 *
 *     bench-process [stream] [wake] [start]
 *
 * Ways of a row take turns, round after round, in shuffled order (furrow/measure.h). Figures are
 * medians with their 95 % intervals.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/cpu.h>
#include <furrow/status.h>

#include "rows.h"

void must(int holds, const char *what)
{
    if (holds)
        return;
    perror(what);
    exit(4);
}

int run_way(furrow_run_outcome *outcome, void *context)
{
    const struct way *way = context;
    (void)outcome;
    return way->run(way->times);
}

/* Of one item or start, in seconds. */
static double median_of(const furrow_measurements *measured, const furrow_contender *contenders,
                        size_t i)
{
    const struct way *way = contenders[i].context;
    return measured->ways[i].wall_time.median / (double)way->times;
}

int compare(const char *title, furrow_contender *contenders, size_t count, double seconds)
{
    furrow_measurements measured;
    furrow_error error = {0};
    const furrow_measure_options options = {.seconds = seconds, .warm_ups = 1};
    int status = furrow_measure(&measured, contenders, count, &options, &error);
    if (status)
        fprintf(stderr, "%s: %s\n", title, error.text);
    else
        printf("%s, %zu rounds\n", title, measured.rounds);
    for (size_t i = 0; !status && i < count; i++) {
        const furrow_summary *time = &measured.ways[i].wall_time;
        double median = median_of(&measured, contenders, i);
        printf("  %-28s %9.3f us (%.3f to %.3f) %10.0f /s %8.2f x\n", contenders[i].name,
               1e6 * median, 1e6 * median * time->low / time->median,
               1e6 * median * time->high / time->median, 1 / median,
               median / median_of(&measured, contenders, 0));
    }
    furrow_measurements_clear(&measured);
    return status;
}

int main(int count, char **arguments)
{
    static const struct {
        const char *name;
        int (*run)(void);
    } rows[] = {{"stream", stream}, {"wake", wake}, {"start", start}};
    int status = 0;
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    printf("%d CPUs\n", furrow_cpu_count());
    for (int i = 0; !status && i < 3; i++) {
        int asked = count < 2;
        for (int a = 1; a < count; a++)
            asked |= strcmp(arguments[a], rows[i].name) == 0;
        if (asked)
            status = rows[i].run();
    }
    return status ? 4 : 0;
}

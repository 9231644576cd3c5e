/*
 * schedule.h: the three OpenMP schedules, their names, and what each would do: a simulator.
 *
 *     static   chunks dealt to the threads beforehand, in turn; chunk 0: one block each
 *     dynamic  a free thread takes the next chunk
 *     guided   a free thread takes a share of what remains, at least a chunk
 *              (C. D. Polychronopoulos and D. J. Kuck, 1987)
 *
 * All functions are pure and thread-safe.
 */
#ifndef FURROW_SCHEDULE_H
#define FURROW_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum furrow_schedule {
    FURROW_SCHEDULE_AUTO, /* the planner chooses */
    FURROW_SCHEDULE_STATIC,
    FURROW_SCHEDULE_DYNAMIC,
    FURROW_SCHEDULE_GUIDED
} furrow_schedule;

/* "auto", "static", "dynamic", "guided". Never NULL. */
const char *furrow_schedule_name(furrow_schedule schedule);

/* Reads "dynamic" or, as OMP_SCHEDULE has it, "dynamic,16" or "nonmonotonic:dynamic,16". `*chunk`
 * becomes 0 when none is given. False, and nothing changed, for anything else. */
bool furrow_schedule_parse(furrow_schedule *schedule, size_t *chunk, const char *text);

/* What it costs to run in parallel at all, in seconds. */
typedef struct furrow_costs {
    double region;   /* to start a team and wait for its end */
    double dispatch; /* to hand out one chunk */
} furrow_costs;

typedef struct furrow_simulation {
    double makespan;  /* seconds from the start of the region to its end */
    double imbalance; /* 1 - mean / maximum of the threads' busy times; 0 is perfect */
    size_t chunks;    /* chunks handed out */
} furrow_simulation;

/*
 * Plays `schedule` with `chunk` (0: 1; for static one block each) on `threads` ideal threads over
 * items that cost costs_of_items[0 ... items-1] seconds, in index order, ties to the lower thread.
 * FURROW_EINVAL: threads < 1, schedule AUTO, or a cost that is negative or not finite.
 * FURROW_ENOMEM. items 0 costs one region.
 */
int furrow_schedule_simulate(furrow_simulation *simulation, furrow_schedule schedule, size_t chunk,
                             int threads, const double *costs_of_items, size_t items,
                             const furrow_costs *costs);

#ifdef __cplusplus
}
#endif

#endif

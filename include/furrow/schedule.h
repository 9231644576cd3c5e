/*
 * schedule.h: the three OpenMP schedules, their names, and what each would do: a simulator.
 *
 *     static   chunks dealt to the threads beforehand, in turn; chunk 0: one block each
 *     dynamic  a free thread takes the next chunk
 *     guided   a free thread takes half its share of what remains, at least a chunk: begun by
 *              C. D. Polychronopoulos and D. J. Kuck (1987) with the whole share, which leaves
 *              nothing to even out a dear first piece with
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
    FURROW_SCHEDULE_GUIDED,
    FURROW_SCHEDULE_ADAPTIVE /* a pool's: as many as a thread has time for; no OpenMP schedule */
} furrow_schedule;

/* "auto", "static", "dynamic", "guided", "adaptive". Never NULL. */
const char *furrow_schedule_name(furrow_schedule schedule);

/* Reads "dynamic" or, as OMP_SCHEDULE has it, "dynamic,16" or "nonmonotonic:dynamic,16". `*chunk`
 * becomes 0 when none is given. False, and nothing changed, for anything else. */
bool furrow_schedule_parse(furrow_schedule *schedule, size_t *chunk, const char *text);

/* The next piece of a guided schedule: half of an even share of what remains, in whole chunks of
 * `chunk` (0: 1), at most all of it. So the sizes follow from the number of items alone, whoever
 * takes them. */
size_t furrow_schedule_share(size_t remaining, int threads, size_t chunk);

/* What it costs to run in parallel at all, in seconds. */
typedef struct furrow_costs {
    double region;    /* to start a team of two and wait for its end */
    double thread;    /* what each thread more adds to that */
    double extra;     /* what each thread beyond the CPUs adds, instead: it is made, or woken */
    double share;     /* what handing out, rather than dealing, adds to a region */
    double deal;      /* to begin a chunk that was dealt beforehand */
    double dispatch;  /* to take and begin a chunk that nobody else asks for */
    double contended; /* from one chunk to the next when all ask at once */
} furrow_costs;

/* Seconds that a region of `threads` threads costs, each with a CPU of its own. */
double furrow_costs_of_region(const furrow_costs *costs, int threads);

/* What items cost along their index: the first i * items / parts of them take until[i] - until[0]
 * seconds, 0 <= i <= parts; within a part, each the same. */
typedef struct furrow_profile {
    size_t items;
    size_t parts; /* 1 ... items */
    const double *until;
} furrow_profile;

typedef struct furrow_simulation {
    double makespan;  /* seconds from the start of the region to its end */
    double imbalance; /* 1 - mean / maximum of the threads' busy times; 0 is perfect */
    size_t chunks;    /* chunks handed out */
} furrow_simulation;

/*
 * Plays `schedule` with `chunk` (0: 1; for static one block each) on `threads` ideal threads, in
 * index order, ties to the lower thread. Who takes a chunk that is not dealt beforehand first waits
 * for a counter that hands out one every `contended` seconds, then pays `dispatch`. items 0 costs
 * one region. Takes about 20 ns a chunk.
 * FURROW_EINVAL: threads < 1, schedule AUTO, or a profile that decreases or is not finite.
 * FURROW_ERANGE: more than 2^24 chunks. FURROW_ENOMEM.
 */
int furrow_schedule_simulate(furrow_simulation *simulation, furrow_schedule schedule, size_t chunk,
                             int threads, const furrow_profile *profile, const furrow_costs *costs);

#ifdef __cplusplus
}
#endif

#endif

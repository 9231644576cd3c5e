/*
 * plan.h: how many threads, which schedule, what chunk; and why.
 *
 * The planner is pure: what is known goes in, a plan comes out, the same for the same facts. It
 * never measures and never looks at the machine; parallel.h and run.h do, and hand it the facts.
 */
#ifndef FURROW_PLAN_H
#define FURROW_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include <furrow/schedule.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The most threads that waiting items get, however long they wait. */
#define FURROW_PLAN_MOST_THREADS 256

typedef enum furrow_backend {
    FURROW_BACKEND_AUTO,    /* serial or for, as planned */
    FURROW_BACKEND_SERIAL,  /* on the caller, in order, without OpenMP */
    FURROW_BACKEND_FOR,     /* omp parallel for, with a schedule */
    FURROW_BACKEND_TASKLOOP /* omp taskloop: chunks become tasks of a team, run in any order */
} furrow_backend;

/* "auto", "serial", "for", "taskloop". Never NULL. */
const char *furrow_backend_name(furrow_backend backend);

/* A plan, and a request for one: in a request, what is 0 is the planner's to choose. */
typedef struct furrow_plan {
    int threads;
    furrow_backend backend;
    furrow_schedule schedule;
    size_t chunk;     /* items handed out at a time; with static, 0 is one block each; serially,
                       * 0 is as many as take about 0.1 ms */
    char reason[192]; /* one sentence; ignored in a request */
} furrow_plan;

/* What running some items took, added up over the workers that ran them. */
typedef struct furrow_usage {
    size_t items;
    double wall;  /* seconds that workers spent in bodies */
    double cpu;   /* of these, seconds on a CPU */
    size_t waits; /* how often they gave up the CPU by themselves */
} furrow_usage;

/* What the planner knows. What is 0 is unknown. */
typedef struct furrow_plan_facts {
    size_t items;       /* still to run */
    int cpus;           /* usable; 0 counts as 1 */
    int thread_limit;   /* OMP_THREAD_LIMIT; 0: none */
    size_t grain;       /* the body is quickest on multiples of it */
    double wait;        /* seconds that each item is known to wait */
    furrow_usage usage; /* of items that have run: the pilot, earlier batches */
    furrow_costs costs; /* 0: FURROW_PLAN_TYPICAL_COSTS */
} furrow_plan_facts;

/* Used for costs that are not known: on the safe side of what bench/overhead prints for GNU's
 * runtime on two cores (1 to 2 us and 30 to 60 ns with a team that is awake; waking one takes up to
 * 60 us). */
#define FURROW_PLAN_TYPICAL_COSTS ((furrow_costs){.region = 4e-6, .dispatch = 1e-7})

/*
 * Chooses what `request` (NULL: everything) leaves open:
 *
 * - threads: all CPUs, at most one an item, where that saves more than the region costs; else 1,
 *   inline. Items that wait (facts wait, or voluntary switches and little CPU) get more:
 *   cpus * wall / cpu, at most min(items, 256, thread_limit).
 * - chunk: the smallest whose dispatch is at most 1 % of its time, at most items / (8 * threads);
 *   then rounded up to the grain, but not beyond items / threads; 1 for items that wait.
 * - schedule: dynamic.
 *
 * An explicit request always wins, up to thread_limit, and the reason says that it did.
 * FURROW_EINVAL: a negative count, or an enum out of its range.
 */
int furrow_plan_choose(furrow_plan *plan, const furrow_plan *request,
                       const furrow_plan_facts *facts);

/* Whether choosing needs usage: something is open that depends on what items cost. Not with up to
 * four items a CPU: running one first could cost more than any choice then saves. `request` may be
 * NULL here too. False for what furrow_plan_choose refuses. */
bool furrow_plan_needs_pilot(const furrow_plan *request, const furrow_plan_facts *facts);

#ifdef __cplusplus
}
#endif

#endif

/*
 * plan.h: how many threads, which schedule, what chunk; and why.
 *
 * The planner is pure: what is known goes in, a plan comes out, the same for the same facts. It
 * never measures and never looks at the machine; parallel.h, site.h and calibrate.h do, and hand it
 * the facts.
 *
 * What it knows decides how it chooses. Of items that nobody has run it knows nothing, so a few are
 * tried first (a pilot, whose results count). From their mean cost follows whether sharing pays at
 * all, which matters more than anything else, and the smallest chunk worth handing out; a guided
 * schedule then stands up best to what the mean does not tell. With a profile, the trace of an
 * earlier call, the candidates are played on it (schedule.h) and the best is taken.
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

/* What decided the number of threads. */
typedef enum furrow_cause {
    FURROW_CAUSE_NONE,      /* nothing has been planned */
    FURROW_CAUSE_EMPTY,     /* there is nothing to do */
    FURROW_CAUSE_DONE,      /* the pilot did it all */
    FURROW_CAUSE_SERIAL,    /* the serial loop was asked for */
    FURROW_CAUSE_REQUEST,   /* so many were asked for */
    FURROW_CAUSE_LIMIT,     /* more were asked for than OMP_THREAD_LIMIT allows */
    FURROW_CAUSE_ONE_ITEM,  /* there is one item */
    FURROW_CAUSE_ONE_CPU,   /* there is one CPU */
    FURROW_CAUSE_NESTED,    /* inside a region, where OpenMP starts no further one */
    FURROW_CAUSE_NO_OPENMP, /* built without it */
    FURROW_CAUSE_UNKNOWN,   /* too few items to try one first: one thread a CPU */
    FURROW_CAUSE_SMALL,     /* sharing would cost more than it saves */
    FURROW_CAUSE_WORK,      /* enough work for so many */
    FURROW_CAUSE_WAIT,      /* items wait: more threads than CPUs */
    FURROW_CAUSE_VARIANT,   /* a kernel's variant cuts its own work */
    FURROW_CAUSE_POOL       /* a pool has so many workers, and hands out work as it sees fit */
} furrow_cause;

/* What a plan was chosen by: enough to say it in words. */
typedef struct furrow_grounds {
    furrow_cause cause;
    bool environment; /* the schedule is that of OMP_SCHEDULE, */
    bool requested;   /* or was asked for; or the chunk was */
    int cpus;         /* usable */
    int asked;        /* threads asked for */
    size_t items;     /* still to run */
    size_t calls;     /* earlier calls whose trace was played; 0: none */
    double item;      /* seconds that an item takes; 0: unknown */
    double region;    /* seconds that starting such a team costs */
    double serial;    /* seconds that one thread would take, as foretold; 0: unknown */
    double predicted; /* seconds that this plan will take, as foretold; 0: unknown */
} furrow_grounds;

/* A plan, and a request for one: in a request, what is 0 is the planner's to choose. */
typedef struct furrow_plan {
    int threads;
    furrow_backend backend;
    furrow_schedule schedule;
    size_t chunk;           /* items handed out at a time, with guided at least; with static, 0 is
                             * one block each; serially, 0 is as many as take about 0.1 ms */
    furrow_grounds grounds; /* of a plan; of a request, only `environment` counts */
} furrow_plan;

#define FURROW_PLAN_REASON_SIZE 256

/* Why the plan is as it is, in one sentence: "2 threads for 2 CPUs: 30 ms of work in items of 3 us;
 * guided, at least 14 items at a time". "" for a plan that was not chosen. Returns text. */
const char *furrow_plan_reason(char text[FURROW_PLAN_REASON_SIZE], const furrow_plan *plan);

/* What running some items took, added up over the workers that ran them. */
typedef struct furrow_usage {
    size_t items;
    double wall;  /* seconds that workers spent in bodies */
    double cpu;   /* of these, seconds on a CPU */
    size_t waits; /* how often they gave up the CPU by themselves */
} furrow_usage;

/* Whether these items mostly wait: they gave up their CPU by themselves, one in two at least, and
 * for more than half of the time. A machine that is merely busy makes them late without either. */
bool furrow_plan_waits(const furrow_usage *usage);

/* Classes of thread counts: class i is more than 2^(i-1), and up to 2^i threads. */
#define FURROW_PLAN_CLASSES 9

/* The class of `threads`, at most the last. */
int furrow_plan_class(int threads);

/* What the planner knows. What is 0 is unknown. */
typedef struct furrow_plan_facts {
    size_t items;                          /* still to run */
    int cpus;                              /* usable; 0 counts as 1 */
    int thread_limit;                      /* OMP_THREAD_LIMIT; 0: none */
    size_t grain;                          /* the body is quickest on multiples of it */
    double wait;                           /* seconds that each item is known to wait */
    furrow_usage usage;                    /* of items that have run: the pilot, earlier batches */
    furrow_costs costs;                    /* 0: FURROW_PLAN_TYPICAL_COSTS */
    furrow_profile profile;                /* of earlier calls with the same items; parts 0: none */
    size_t calls;                          /* how many calls the profile was taken from */
    bool traced;                           /* this call will be: fine chunks teach the most */
    double inflation[FURROW_PLAN_CLASSES]; /* how much longer than in the profile items take on
                                            * such a number of threads */
} furrow_plan_facts;

/* Used for costs that are not known: on the safe side of what furrow_calibrate finds for GNU's
 * runtime on two cores. */
#define FURROW_PLAN_TYPICAL_COSTS                                                                  \
    ((furrow_costs){.region = 4e-6,                                                                \
                    .thread = 2e-7,                                                                \
                    .extra = 1e-5,                                                                 \
                    .share = 2e-7,                                                                 \
                    .deal = 1e-8,                                                                  \
                    .dispatch = 1e-7,                                                              \
                    .contended = 5e-8})

/*
 * Chooses what `request` (NULL: everything) leaves open.
 *
 * Where nothing but the mean cost of an item is known:
 *
 * - threads: of 1 (inline), 2, 4, ... and all CPUs, at most one an item, what takes the least time:
 *   the work shared, and the region. Items that wait (facts wait, or voluntary switches and little
 *   CPU) get more than CPUs, at most min(items, 256, thread_limit).
 * - schedule: static blocks for at most one item a thread, or where handing out would take longer
 *   than blocks a quarter longer than their share; dynamic for items that wait, or of which nothing
 *   is known; dynamic with 64 chunks a thread (more, if they took over 10 ms each) where such a
 *   chunk is worth 100 dispatches; else guided.
 * - chunk: the smallest whose dispatch is at most 1 % of its time, at most items / (16 * threads);
 *   then rounded up to the grain, but not beyond items / threads; 1 for items that wait.
 *
 * With a profile: of all candidates (below) the one that is foretold to take the least time, and of
 * those within 2 % of it the one that copes best with surprises: guided, then dynamic; static has
 * to be 5 % better.
 *
 * An explicit request always wins, up to thread_limit, and the reason says that it did.
 * FURROW_EINVAL: a negative count, or an enum out of its range. FURROW_ENOMEM.
 */
int furrow_plan_choose(furrow_plan *plan, const furrow_plan *request,
                       const furrow_plan_facts *facts);

/* Whether choosing needs usage: something is open that depends on what items cost. Not with at most
 * one item a CPU: running one first could double the time. `request` may be
 * NULL here too. False for what furrow_plan_choose refuses. */
bool furrow_plan_needs_pilot(const furrow_plan *request, const furrow_plan_facts *facts);

/*
 * How many of the items left a pilot should run next, on the caller, after it ran `total`, of which
 * the last step was `recent`; 0: it has seen enough. Goes on while what is left is not worth a
 * region; else, and on one CPU, until it has taken 3 % of the time that all will take, at most
 * 20 us: less could be a cold start, more could have been shared. A step is three times the last
 * while going on, else twice. `facts->items` counts all items, those run included.
 */
size_t furrow_plan_pilot_step(const furrow_plan_facts *facts, const furrow_usage *total,
                              const furrow_usage *recent);

/* What a pilot's last step lets expect of the `left` items left, told as usage: the same, or more
 * where costs have been rising along a line. */
furrow_usage furrow_plan_expect(const furrow_usage *total, const furrow_usage *recent, size_t left);

/*
 * Every plan that choosing with a profile considers for this request: threads 1, 2, 4, ...; static
 * blocks, one each or, unless static was asked for, 8 or 32; dynamic with 2 to 64 chunks a thread;
 * guided; each with grounds.predicted. Writes at most `capacity` of them into `plans`, and how many
 * there are in `*count`. Without a profile items are taken to cost the mean of facts->usage each;
 * without that either, there are none.
 * As furrow_plan_choose.
 */
int furrow_plan_candidates(furrow_plan *plans, size_t capacity, size_t *count,
                           const furrow_plan *request, const furrow_plan_facts *facts);

#ifdef __cplusplus
}
#endif

#endif

/*
 * plan.h: how to run a loop: by which backend, on how many threads, with which schedule and chunk
 * size; and why.
 *
 * The planner is pure: facts go in, a plan comes out, the same for the same facts. It measures
 * nothing and does not look at the machine; parallel.h does, and gives it the facts.
 *
 * An unknown loop goes to a pool, whose threads are given as many items as they have time for. No
 * item has to run first to find out what items cost, and a late thread keeps no other waiting. What
 * earlier calls have shown decides whether sharing pays at all, which matters more than anything
 * else. OpenMP's own worksharing is for loops that are known to be long: it costs the least for
 * each item.
 */
#ifndef FURROW_PLAN_H
#define FURROW_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The limit of threads for items that wait, however long they wait. */
#define FURROW_PLAN_MAX_THREADS 256

typedef enum furrow_backend {
    FURROW_BACKEND_AUTO,     /* serial, pool or for, as planned */
    FURROW_BACKEND_SERIAL,   /* on the caller, in order, without OpenMP */
    FURROW_BACKEND_FOR,      /* omp parallel for, with a schedule */
    FURROW_BACKEND_TASKLOOP, /* omp taskloop: chunks are tasks of a team */
    FURROW_BACKEND_POOL,     /* the process's own threads, each given what it has time for */
    FURROW_BACKENDS          /* the number of backends */
} furrow_backend;

/*
 * The three schedules of OpenMP, and that of a pool:
 *
 *     static   chunks are dealt to the threads beforehand, in turn; chunk 0: one block each
 *     dynamic  a free thread takes the next chunk
 *     guided   a free thread takes half its share of the remaining items, at least a chunk.
 *              (C. D. Polychronopoulos and D. J. Kuck, 1987, take the whole share, which leaves
 *              nothing to balance a costly first piece with.)
 *     adaptive a thread takes as many items as it has time for (pools only)
 */
typedef enum furrow_schedule {
    FURROW_SCHEDULE_AUTO, /* the planner chooses */
    FURROW_SCHEDULE_STATIC,
    FURROW_SCHEDULE_DYNAMIC,
    FURROW_SCHEDULE_GUIDED,
    FURROW_SCHEDULE_ADAPTIVE
} furrow_schedule;

/* "auto", "static", "dynamic", "guided", "adaptive". Never NULL. */
const char *furrow_schedule_name(furrow_schedule schedule);

/* Parses "dynamic", or "dynamic,16" or "nonmonotonic:dynamic,16" as in OMP_SCHEDULE. `*chunk` is 0
 * when the text has none. False, and nothing is changed, for any other text. */
bool furrow_schedule_parse(furrow_schedule *schedule, size_t *chunk, const char *text);

/* What running in parallel costs, in seconds. */
typedef struct furrow_costs {
    double region;    /* to start a team of two and wait for its end */
    double thread;    /* what each further thread adds to that */
    double extra;     /* what each thread beyond the CPUs adds instead: it is created, or woken */
    double share;     /* what handing out chunks, rather than dealing them, adds to a region */
    double deal;      /* to begin a chunk that was dealt beforehand */
    double dispatch;  /* to take and begin a chunk while no other thread asks for one */
    double contended; /* from one chunk to the next while all threads ask at once */
} furrow_costs;

/* What items cost along their index: the first i * items / parts items take until[i] - until[0]
 * seconds, 0 <= i <= parts. Within a part all items cost the same. */
typedef struct furrow_profile {
    size_t items;
    size_t parts; /* 1 ... items */
    const double *until;
} furrow_profile;

/* What decided the number of threads. */
typedef enum furrow_cause {
    FURROW_CAUSE_NONE,      /* nothing has been planned */
    FURROW_CAUSE_EMPTY,     /* there is nothing to do */
    FURROW_CAUSE_SERIAL,    /* the serial loop was asked for */
    FURROW_CAUSE_REQUEST,   /* this number was asked for */
    FURROW_CAUSE_LIMIT,     /* more were asked for than OMP_THREAD_LIMIT allows */
    FURROW_CAUSE_ONE_ITEM,  /* there is one item */
    FURROW_CAUSE_ONE_CPU,   /* there is one CPU */
    FURROW_CAUSE_NESTED,    /* inside a region, where OpenMP starts no second one */
    FURROW_CAUSE_NO_OPENMP, /* built without OpenMP */
    FURROW_CAUSE_UNKNOWN,   /* nothing was known about the items: one thread a CPU */
    FURROW_CAUSE_SMALL,     /* sharing would cost more than it saves */
    FURROW_CAUSE_LOSS,      /* earlier calls took no less time when they were shared */
    FURROW_CAUSE_WORK,      /* there is enough work for these threads */
    FURROW_CAUSE_WAIT,      /* items wait, which more threads than CPUs make quicker */
    FURROW_CAUSE_VARIANT,   /* a kernel's variant cuts its own work */
    FURROW_CAUSE_POOL       /* the caller's pool has this number of workers */
} furrow_cause;

/* Whether, and when, a caller shares its loop with other threads. */
typedef enum furrow_sharing {
    FURROW_SHARING_UNDECIDED,
    FURROW_SHARING_NONE, /* the caller runs it: there is nothing to gain */
    FURROW_SHARING_LATE, /* after the caller has run for as long as waking a thread takes */
    FURROW_SHARING_NOW
} furrow_sharing;

/* Why a plan is as it is: what furrow_plan_reason puts in words. */
typedef struct furrow_reason {
    furrow_cause cause;
    furrow_sharing sharing; /* for a pool */
    bool environment;       /* the schedule is that of OMP_SCHEDULE */
    bool requested;         /* schedule or chunk were asked for */
    int cpus;               /* usable */
    int asked;              /* threads asked for */
    size_t items;           /* of the loop */
    size_t calls;           /* earlier calls whose profile was used; 0: none */
    double item;            /* seconds that an item takes; 0: unknown */
    double region;          /* seconds that starting a team costs */
    double serial;          /* seconds of work; 0: unknown */
    double predicted;       /* seconds that the plan is predicted to take; 0: unknown */
    double took;            /* seconds that the loop took; item and serial are then measured; 0: it
                             * has not run */
} furrow_reason;

/* A plan, or a request for one. In a request, the planner chooses the fields that are 0. */
typedef struct furrow_plan {
    int threads;
    furrow_backend backend;
    furrow_schedule schedule;
    size_t chunk;         /* items handed out at a time; guided: at least; static: 0 is one block
                           * for each thread; serial: 0 is as many as take about 0.1 ms */
    furrow_reason reason; /* of a plan; in a request only `environment` counts */
} furrow_plan;

#define FURROW_PLAN_REASON_SIZE 256

/* Writes why the plan is as it is, in one sentence: "2 threads for 2 CPUs: 30 ms of work in items
 * of 3 us; guided, at least 14 items at a time". "" for a plan that was not chosen. Returns text.
 */
const char *furrow_plan_reason(char text[FURROW_PLAN_REASON_SIZE], const furrow_plan *plan);

/* What running some items took, summed over the workers that ran them. */
typedef struct furrow_usage {
    size_t items;
    double wall;  /* seconds that workers spent in bodies */
    double cpu;   /* seconds of `wall` on a CPU */
    size_t waits; /* how often workers gave up the CPU by themselves */
} furrow_usage;

/* Whether items mostly wait: at least one in two gave up its CPU by itself, and items were off the
 * CPU for more than half of the time. Items on a machine that is merely busy do neither. */
bool furrow_plan_waits(const furrow_usage *usage);

/* ---- whether to share a loop at all ---- */

/* Seconds that waking a sleeping thread takes: 50 to 110 us on virtual machines, where the first
 * half is spent by the thread that wakes it. */
#define FURROW_PLAN_WAKE 50e-6

/* A furrow_history as the planner takes it. Seconds are of one item; 0 is unknown. */
typedef struct furrow_plan_history {
    unsigned calls, loss;
    double alone, first_items, shared, on_cpu, waits;
} furrow_plan_history;

/* How soon another thread would help. */
typedef enum furrow_readiness {
    FURROW_READY_ASLEEP,   /* after it has been woken */
    FURROW_READY_WATCHING, /* within a millisecond, by itself */
    FURROW_READY_AWAKE     /* at once */
} furrow_readiness;

/* Whether items wait most of their time, so that more threads than CPUs help. */
bool furrow_plan_history_waits(const furrow_plan_history *history);

/*
 * Whether to share `items` items among `threads` threads.
 *
 * - An unknown loop is shared: late where a thread comes by itself within a millisecond, else now.
 * - A loop is not shared where sharing costs more than it saves.
 * - Nor is a loop shared that took as long shared as on one thread; but every 64th call is, and the
 *   third, since the first call may have been slow because it was the first.
 * - A loop that has only been shared runs alone once, to measure what one thread takes: if it takes
 *   at most 0.5 ms; or at most 0.1 s, where the first items took as long alone as all items took
 *   when shared. Longer loops begin alone in one call, to measure the first items.
 */
furrow_sharing furrow_plan_sharing(const furrow_plan_history *history, size_t items, int threads,
                                   furrow_readiness readiness);

/* Seconds that sharing would save if the other threads were awake. */
double furrow_plan_gain(const furrow_plan_history *history, size_t items, int threads);

/* Whether the next call should read the clocks of its threads, which takes each a microsecond. */
bool furrow_plan_is_worth_timing(const furrow_plan_history *history, size_t items);

/* What the planner is given. A field that is 0 is unknown. */
typedef struct furrow_plan_facts {
    size_t items;                /* to run */
    int cpus;                    /* usable; 0 counts as 1 */
    int thread_limit;            /* OMP_THREAD_LIMIT; 0: none */
    bool no_openmp;              /* built without OpenMP: no for, no taskloop */
    size_t grain;                /* the body is quickest on multiples of this number */
    double wait;                 /* seconds that each item is known to wait */
    furrow_usage usage;          /* of items that have run */
    furrow_plan_history history; /* of earlier calls */
    furrow_readiness readiness;  /* of other threads */
    furrow_costs costs;          /* 0: FURROW_PLAN_TYPICAL_COSTS */
    furrow_profile profile;      /* of earlier calls with the same items; parts 0: none */
    size_t calls;                /* how many calls the profile was taken from */
} furrow_plan_facts;

/* Used for unknown costs: on the safe side of what `furrow cpus --calibrate` measures for GNU's
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
 * Makes a plan: chooses all that `request` leaves open. NULL leaves everything open.
 *
 * Backend auto without a schedule:
 *
 * - serial for one item, for loops that furrow_plan_sharing does not share, and on one CPU where
 *   items do not wait;
 * - for, with a schedule as below, where earlier calls were shared nearly evenly and were so long
 *   that a late thread (some milliseconds) costs under 1 %;
 * - else pool, on one thread a CPU; where items wait, on the number of threads that takes the least
 *   time, at most min(items, 256, thread_limit).
 *
 * Backend for and taskloop, and auto with a schedule, where the mean cost of an item is known:
 *
 * - threads: of 1 (inline), 2, 4, ... and all CPUs, at most one an item, the number that takes the
 *   least time for its share of the work and the region. Items that wait get more than CPUs.
 * - schedule: static blocks for at most one item a thread, or where blocks are quicker than
 *   handing out even if they take a quarter longer than an even share; dynamic for items that wait
 *   or are unknown; dynamic with 64 chunks a thread (more, if a chunk took over 10 ms) where a
 *   chunk takes as long as 100 dispatches; else guided.
 * - chunk: the smallest whose dispatch is at most 1 % of its time, at most items / (16 * threads);
 *   then rounded up to the grain, but not beyond items / threads; 1 for items that wait.
 *
 * With a profile: of all candidates (below) the one that is predicted to take the least time. Of
 * those within 2 % of it the one that suffers least from surprises: guided, then dynamic; static
 * has to be 5 % better.
 *
 * An explicit request always wins, up to thread_limit, and the reason says so.
 * FURROW_EINVAL: a negative count, or an enum out of its range. FURROW_ENOMEM.
 */
int furrow_plan_choose(furrow_plan *plan, const furrow_plan *request,
                       const furrow_plan_facts *facts);

/*
 * Lists every plan that furrow_plan_choose considers for this request, each with reason.predicted:
 * threads 1, 2, 4, ...; static blocks, one each or, unless static was asked for, 8 or 32; dynamic
 * with 2 to 64 chunks a thread; guided; and a pool, which is predicted as a dynamic schedule of
 * small chunks. Writes at most `capacity` plans into `plans`, and the number of plans into
 * `*count`. Without a profile each item is taken to cost the mean of facts->usage; without usage
 * there are no candidates. The plan that is chosen is one of them, but need not be the quickest:
 * predictions do not know of busy neighbours, or of late threads. Returns as furrow_plan_choose.
 */
int furrow_plan_candidates(furrow_plan *plans, size_t capacity, size_t *count,
                           const furrow_plan *request, const furrow_plan_facts *facts);

/* ---- what is remembered of earlier calls ---- */

/*
 * What Furrow remembers of earlier calls of a loop.
 *
 * A loop that runs again costs about what it cost before: what an item takes on one thread, what
 * the whole loop takes when it is shared, and whether its items wait. Furrow remembers this for the
 * functions and bodies that it has run lately. Where one function stands for several loops, the
 * caller can give each loop a site, a plain value that remembers that loop alone:
 *
 *     static furrow_site site;                       // zero: nothing remembered
 *     furrow_parallel_options options = {.site = &site};
 *     for (int step = 0; step < steps; step++)
 *         furrow_parallel_for(&options, n, body, state);
 *
 * History never changes a result, only the plan. It is unlearned when calls take longer or shorter
 * than before, and loops over many more or fewer items have a history of their own. A site holds no
 * allocated memory. Calls on several threads may share a site: their figures then mix, which is
 * never an error.
 */

#define FURROW_SITE_SIZES 4

/* Loops over about the same number of items. Seconds are of one item; 0 is unknown. */
typedef struct furrow_history {
    unsigned key;   /* which loops; 0: none yet */
    unsigned calls; /* calls so far */
    unsigned loss;  /* the last calls, in a row, that ran on one thread as sharing had not helped */
    float alone;    /* what an item takes in calls that one thread ran whole */
    float first_items; /* what an item took before another thread joined the call */
    float shared;      /* what the whole loop takes for each item, when it is shared */
    float on_cpu;      /* the share of an item's time that is spent on a CPU */
    float waits;       /* how often an item gives up its CPU by itself */
} furrow_history;

/* {0} is a site that knows nothing. The fields may be read, and are Furrow's to write. */
typedef struct furrow_site {
    furrow_history sizes[FURROW_SITE_SIZES];
} furrow_site;

#ifdef __cplusplus
}
#endif

#endif

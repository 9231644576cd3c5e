/*
 * plan.h: which way to run a loop, how many threads, which schedule, what chunk; and why.
 *
 * The planner is pure: what is known goes in, a plan comes out, the same for the same facts. It
 * never measures and never looks at the machine; parallel.h does, and hand it
 * the facts.
 *
 * Where nothing else is asked for, a loop of which nothing is known goes to a pool, whose threads
 * are given as much as they turn out to have time for: nothing has to be tried first, and a thread
 * that comes late, or never, keeps nobody waiting. What is known decides whether sharing pays at
 * all, which matters more than anything else. OpenMP's own worksharing is for loops that are known
 * to be long, of which it has the least to say for each item.
 */
#ifndef FURROW_PLAN_H
#define FURROW_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The most threads that waiting items get, however long they wait. */
#define FURROW_PLAN_MAX_THREADS 256

typedef enum furrow_backend {
    FURROW_BACKEND_AUTO,     /* serial, pool or for, as planned */
    FURROW_BACKEND_SERIAL,   /* on the caller, in order, without OpenMP */
    FURROW_BACKEND_FOR,      /* omp parallel for, with a schedule */
    FURROW_BACKEND_TASKLOOP, /* omp taskloop: chunks become tasks of a team, run in any order */
    FURROW_BACKEND_POOL,     /* the process's own threads, each given what it has time for */
    FURROW_BACKENDS          /* the number of backends */
} furrow_backend;

/*
 * The three OpenMP schedules, and that of a pool:
 *
 *     static   chunks dealt to the threads beforehand, in turn; chunk 0: one block each
 *     dynamic  a free thread takes the next chunk
 *     guided   a free thread takes half its share of what remains, at least a chunk: begun by
 *              C. D. Polychronopoulos and D. J. Kuck (1987) with the whole share, which leaves
 *              nothing to even out a dear first piece with
 */
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

/* What items cost along their index: the first i * items / parts of them take until[i] - until[0]
 * seconds, 0 <= i <= parts; within a part, each the same. */
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
    FURROW_CAUSE_REQUEST,   /* that many were asked for */
    FURROW_CAUSE_LIMIT,     /* more were asked for than OMP_THREAD_LIMIT allows */
    FURROW_CAUSE_ONE_ITEM,  /* there is one item */
    FURROW_CAUSE_ONE_CPU,   /* there is one CPU */
    FURROW_CAUSE_NESTED,    /* inside a region, where OpenMP starts no further one */
    FURROW_CAUSE_NO_OPENMP, /* built without it */
    FURROW_CAUSE_UNKNOWN,   /* nothing was known of its items: one thread a CPU */
    FURROW_CAUSE_SMALL,     /* sharing would cost more than it saves */
    FURROW_CAUSE_LOSS,      /* earlier calls took no less time when they were shared */
    FURROW_CAUSE_WORK,      /* there is enough work for them */
    FURROW_CAUSE_WAIT,      /* items wait: more threads than CPUs */
    FURROW_CAUSE_VARIANT,   /* a kernel's variant cuts its own work */
    FURROW_CAUSE_POOL       /* a pool of the caller's has that many workers */
} furrow_cause;

/* Whether, and when, a caller shares its loop with other threads. */
typedef enum furrow_sharing {
    FURROW_SHARING_UNDECIDED,
    FURROW_SHARING_NONE, /* the caller runs it: there is nothing to gain */
    FURROW_SHARING_LATE, /* once the caller has run for as long as waking a thread takes */
    FURROW_SHARING_NOW
} furrow_sharing;

/* What a plan was chosen by: enough to say it in words. */
typedef struct furrow_reason {
    furrow_cause cause;
    furrow_sharing sharing; /* with a pool */
    bool environment;       /* the schedule is that of OMP_SCHEDULE, */
    bool requested;         /* or was asked for; or the chunk was */
    int cpus;               /* usable */
    int asked;              /* threads asked for */
    size_t items;           /* of the loop */
    size_t calls;           /* earlier calls whose trace was played; 0: none */
    double item;            /* seconds that an item takes; 0: unknown */
    double region;          /* seconds that starting such a team costs */
    double serial;          /* seconds of work; 0: unknown */
    double predicted;       /* seconds that this plan will take, as predicted; 0: unknown */
    double took;            /* seconds that it took, with item and serial measured; 0: unknown */
} furrow_reason;

/* A plan, and a request for one: in a request, what is 0 is the planner's to choose. */
typedef struct furrow_plan {
    int threads;
    furrow_backend backend;
    furrow_schedule schedule;
    size_t chunk;         /* items handed out at a time, with guided at least; with static, 0 is
                           * one block each; serially, 0 is as many as take about 0.1 ms */
    furrow_reason reason; /* of a plan; of a request, only `environment` counts */
} furrow_plan;

#define FURROW_PLAN_REASON_SIZE 256

/* Why the plan is as it is, in one sentence: "2 threads for 2 CPUs: 30 ms of work in items of 3 us;
 * guided, at least 14 items at a time". "" for a plan that was not chosen. Returns text. */
const char *furrow_plan_reason(char text[FURROW_PLAN_REASON_SIZE], const furrow_plan *plan);

/* What running some items took, added up over the workers that ran them. */
typedef struct furrow_usage {
    size_t items;
    double wall;  /* seconds that workers spent in bodies */
    double cpu;   /* seconds of `wall` on a CPU */
    size_t waits; /* how often they gave up the CPU by themselves */
} furrow_usage;

/* Whether these items mostly wait: they gave up their CPU by themselves, one in two at least, and
 * for more than half of the time. A machine that is merely busy makes them late without either. */
bool furrow_plan_waits(const furrow_usage *usage);

/* ---- whether to share a loop at all ---- */

/* Seconds that it takes to wake a thread that sleeps: 50 to 110 us of which the first half is the
 * waker's on virtual machines. */
#define FURROW_PLAN_WAKE 50e-6

/* What earlier calls of a loop have shown (site.h). Seconds are of one item; 0 is unknown. */
typedef struct furrow_plan_history {
    unsigned calls, loss;
    double alone, first_items, shared, on_cpu, waits;
} furrow_plan_history;

/* How soon another thread would help. */
typedef enum furrow_readiness {
    FURROW_READY_ASLEEP,   /* once it has been woken */
    FURROW_READY_WATCHING, /* within a millisecond, by itself */
    FURROW_READY_AWAKE     /* at once */
} furrow_readiness;

/* Whether items wait for most of their time, so that more threads than CPUs help. */
bool furrow_plan_history_waits(const furrow_plan_history *history);

/*
 * How to run `items` items that `threads` threads could share. Unknown loops are shared, at once
 * where nobody would come by himself; loops of which sharing costs more than it saves are not; nor
 * are those that took as long when they were shared as one thread takes, but for every 64th call,
 * and for the third, as the first may have been slow for being the first.
 * What one thread takes is seen in a call that it runs whole: one, of loops that have only been
 * shared, if they are over in 0.5 ms; or in 0.1 s, where the first items had taken no longer by
 * themselves than the whole loop took for each. What the first items take is seen where the caller
 * begins alone, as it does in one call of loops that are longer.
 */
furrow_sharing furrow_plan_sharing(const furrow_plan_history *history, size_t items, int threads,
                                   furrow_readiness readiness);

/* Seconds that sharing would save, were threads awake. */
double furrow_plan_gain(const furrow_plan_history *history, size_t items, int threads);

/* Whether the next call should read the clocks of its threads: it takes a microsecond of each. */
bool furrow_plan_is_worth_timing(const furrow_plan_history *history, size_t items);

/* What the planner knows. What is 0 is unknown. */
typedef struct furrow_plan_facts {
    size_t items;                /* still to run */
    int cpus;                    /* usable; 0 counts as 1 */
    int thread_limit;            /* OMP_THREAD_LIMIT; 0: none */
    bool no_openmp;              /* built without it: there is no for and no taskloop */
    size_t grain;                /* the body is quickest on multiples of it */
    double wait;                 /* seconds that each item is known to wait */
    furrow_usage usage;          /* of items that have run */
    furrow_plan_history history; /* of earlier calls */
    furrow_readiness readiness;  /* of other threads */
    furrow_costs costs;          /* 0: FURROW_PLAN_TYPICAL_COSTS */
    furrow_profile profile;      /* of earlier calls with the same items; parts 0: none */
    size_t calls;                /* how many calls the profile was taken from */
} furrow_plan_facts;

/* Used for costs that are not known: on the safe side of what furrow__calibrate finds for GNU's
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
 * Backend auto without a schedule:
 *
 * - serial for one item, for loops that furrow_plan_sharing does not share, and where there is one
 *   CPU and items do not wait;
 * - for, with a schedule as below, where earlier calls were so long that a late thread (some
 *   milliseconds) costs under 1 %, and were shared nearly evenly;
 * - else pool, on one thread a CPU; or, where items wait, on as many as make them take the least
 *   time, at most min(items, 256, thread_limit).
 *
 * Backend for and taskloop, and auto with a schedule, where the mean cost of an item is known:
 *
 * - threads: of 1 (inline), 2, 4, ... and all CPUs, at most one an item, what takes the least time:
 *   the work shared, and the region. Items that wait get more than CPUs.
 * - schedule: static blocks for at most one item a thread, or where handing out would take longer
 *   than blocks a quarter longer than their share; dynamic for items that wait, or of which nothing
 *   is known; dynamic with 64 chunks a thread (more, if they took over 10 ms each) where such a
 *   chunk is worth 100 dispatches; else guided.
 * - chunk: the smallest whose dispatch is at most 1 % of its time, at most items / (16 * threads);
 *   then rounded up to the grain, but not beyond items / threads; 1 for items that wait.
 *
 * With a profile: of all candidates (below) the one that is predicted to take the least time, and
 * of those within 2 % of it the one that copes best with surprises: guided, then dynamic; static
 * has to be 5 % better.
 *
 * An explicit request always wins, up to thread_limit, and the reason says that it did.
 * FURROW_EINVAL: a negative count, or an enum out of its range. FURROW_ENOMEM.
 */
int furrow_plan_choose(furrow_plan *plan, const furrow_plan *request,
                       const furrow_plan_facts *facts);

/*
 * Every plan that choosing considers for this request: threads 1, 2, 4, ...; static blocks, one
 * each or, unless static was asked for, 8 or 32; dynamic with 2 to 64 chunks a thread; guided; and
 * a pool, which is predicted as a dynamic schedule of small chunks; each with reason.predicted.
 * Writes at most `capacity` of them into `plans`, and how many there are in `*count`. Without a
 * profile items are taken to cost the mean of facts->usage each; without that either, there are
 * none. The plan that is chosen is one of them, but need not be the quickest: predictions know
 * nothing of busy neighbours, or of threads that come late.
 * As furrow_plan_choose.
 */
int furrow_plan_candidates(furrow_plan *plans, size_t capacity, size_t *count,
                           const furrow_plan *request, const furrow_plan_facts *facts);

#ifdef __cplusplus
}
#endif

#endif

#include <furrow/plan.h>

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include <furrow/status.h>

/* A chunk's dispatch may cost this share of the chunk. */
static const double dispatch_share = 0.01;
/* With the chunk at most this part of a thread's share, the last chunks even the threads out. */
static const size_t chunks_per_thread = 8;
/* With fewer items a CPU, running one first to see what it costs would itself cost too much. */
static const size_t pilot_pays = 4;

/* The facts with the unknown filled in, and what follows from them. */
struct picture {
    size_t items;
    int cpus, most_threads;
    bool known;        /* what items cost has been measured or declared */
    double item_time;  /* of one item alone on a CPU; 0 unless known */
    double wall_ratio; /* how many times longer than its CPU time an item takes; 1: it computes */
    furrow_costs costs;
};

/* What NULL asks for. */
static const furrow_plan everything = {0};

const char *furrow_backend_name(furrow_backend backend)
{
    static const char *const names[] = {"auto", "serial", "for", "taskloop"};
    return (unsigned)backend < sizeof names / sizeof *names ? names[backend] : "unknown";
}

/* Items wait when they gave up their CPU by themselves, and for more than half of the time:
 * a machine that is merely busy makes them late without either. */
static bool waits(const furrow_usage *usage)
{
    return 2 * usage->waits >= usage->items && usage->items > 0 && usage->cpu < 0.5 * usage->wall;
}

/* Seconds for each of `count` items; 0 for what is unknown or no time at all. */
static double mean(double seconds, size_t count)
{
    return count > 0 ? fmax(0, seconds / (double)count) : 0;
}

static struct picture see(const furrow_plan_facts *facts)
{
    struct picture picture = {
        .items = facts->items,
        .cpus = facts->cpus > 0 ? facts->cpus : 1,
        .most_threads = facts->thread_limit > 0 ? facts->thread_limit : INT_MAX,
        .known = facts->usage.items > 0 || facts->wait > 0,
        .wall_ratio = 1,
        .costs = facts->costs,
    };
    if (!(picture.costs.region > 0))
        picture.costs.region = FURROW_PLAN_TYPICAL_COSTS.region;
    if (!(picture.costs.dispatch > 0))
        picture.costs.dispatch = FURROW_PLAN_TYPICAL_COSTS.dispatch;
    double cpu = mean(facts->usage.cpu, facts->usage.items);
    double wall = mean(facts->usage.wall, facts->usage.items);
    if (facts->wait > 0) {
        picture.item_time = facts->wait + cpu;
        picture.wall_ratio = cpu > 0 ? picture.item_time / cpu : INFINITY;
    } else if (waits(&facts->usage)) {
        picture.item_time = wall;
        picture.wall_ratio = cpu > 0 ? wall / cpu : INFINITY;
    } else {
        picture.item_time = cpu;
    }
    return picture;
}

static int minimum(int a, int b)
{
    return a < b ? a : b;
}

static int at_most(int threads, size_t items)
{
    return items < (size_t)threads ? (int)items : threads;
}

__attribute__((format(printf, 2, 3))) static void say(furrow_plan *plan, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(plan->reason, sizeof plan->reason, format, arguments);
    va_end(arguments);
}

/* "12.3 us": three digits and a unit that fits. */
static const char *in_words(double seconds, char text[static 32])
{
    const char *unit = seconds < 1e-6 ? "ns" : seconds < 1e-3 ? "us" : seconds < 1 ? "ms" : "s";
    double scale = seconds < 1e-6 ? 1e9 : seconds < 1e-3 ? 1e6 : seconds < 1 ? 1e3 : 1;
    snprintf(text, 32, "%.3g %s", scale * seconds, unit);
    return text;
}

static void choose_waiting_threads(furrow_plan *plan, const struct picture *picture)
{
    double wanted = fmin(ceil(picture->cpus * picture->wall_ratio), FURROW_PLAN_MOST_THREADS);
    plan->threads = minimum(at_most((int)wanted, picture->items), picture->most_threads);
    char time[32];
    say(plan, "%d thread%s for %d CPU%s: each item takes %s and mostly waits", plan->threads,
        plan->threads == 1 ? "" : "s", picture->cpus, picture->cpus == 1 ? "" : "s",
        in_words(picture->item_time, time));
}

static void choose_computing_threads(furrow_plan *plan, const struct picture *picture)
{
    int threads = minimum(at_most(picture->cpus, picture->items), picture->most_threads);
    double work = picture->item_time * (double)picture->items;
    double saved = work * (1 - 1.0 / threads);
    char first[32], second[32];
    plan->threads = threads;
    if (threads == 1)
        say(plan, "1 thread: %s",
            picture->items == 1          ? "there is one item"
            : picture->most_threads == 1 ? "OMP_THREAD_LIMIT is 1"
                                         : "there is one usable CPU");
    else if (picture->known && saved <= picture->costs.region) {
        plan->threads = 1;
        say(plan, "1 thread: %s of work would gain less than the %s that a parallel region costs",
            in_words(work, first), in_words(picture->costs.region, second));
    } else if (picture->known)
        say(plan, "%d threads for %d CPUs: %s of work in items of %s", threads, picture->cpus,
            in_words(work, first), in_words(picture->item_time, second));
    else
        say(plan, "%d threads for %d CPUs: %zu items are too few to try one first", threads,
            picture->cpus, picture->items);
}

static void choose_threads(furrow_plan *plan, const furrow_plan *request,
                           const struct picture *picture)
{
    if (plan->backend == FURROW_BACKEND_SERIAL) {
        plan->threads = 1;
        say(plan, "1 thread: the serial loop, as asked");
    } else if (request->threads > picture->most_threads) {
        plan->threads = picture->most_threads;
        say(plan, "%d threads: %d as asked, but OMP_THREAD_LIMIT is %d", plan->threads,
            request->threads, picture->most_threads);
    } else if (request->threads > 0) {
        plan->threads = request->threads;
        say(plan, "%d thread%s, as asked", plan->threads, plan->threads == 1 ? "" : "s");
    } else if (picture->items == 0) {
        plan->threads = 1;
        say(plan, picture->item_time > 0
                      ? "1 thread: it was done before a region would have started"
                      : "1 thread: there is nothing to do");
    } else if (picture->wall_ratio > 1) {
        choose_waiting_threads(plan, picture);
    } else {
        choose_computing_threads(plan, picture);
    }
}

/* To the grain, since a part of one costs as much as a whole; but not beyond an even share. */
static size_t round_up(size_t chunk, size_t grain, size_t share)
{
    size_t rest = grain ? chunk % grain : 0;
    size_t missing = rest ? grain - rest : 0;
    if (chunk >= share)
        return chunk;
    return missing < share - chunk ? chunk + missing : share;
}

static size_t choose_chunk(int threads, size_t grain, const struct picture *picture)
{
    if (picture->wall_ratio > 1)
        return 1;
    size_t most = picture->items / (chunks_per_thread * (size_t)threads);
    double least = ceil(picture->costs.dispatch / (dispatch_share * picture->item_time));
    size_t chunk = least < (double)most ? (size_t)least : most;
    size_t share = picture->items / (size_t)threads + (picture->items % (size_t)threads != 0);
    return round_up(chunk ? chunk : 1, grain, share);
}

static bool can_be(const furrow_plan *request, const furrow_plan_facts *facts)
{
    return facts->cpus >= 0 && facts->thread_limit >= 0 && request->threads >= 0 &&
           (unsigned)request->backend <= FURROW_BACKEND_TASKLOOP &&
           (unsigned)request->schedule <= FURROW_SCHEDULE_GUIDED;
}

int furrow_plan_choose(furrow_plan *plan, const furrow_plan *request,
                       const furrow_plan_facts *facts)
{
    if (!request)
        request = &everything;
    *plan = (furrow_plan){.backend = request->backend, .schedule = request->schedule};
    if (!can_be(request, facts))
        return FURROW_EINVAL;
    struct picture picture = see(facts);
    choose_threads(plan, request, &picture);
    if (plan->backend == FURROW_BACKEND_AUTO)
        plan->backend = plan->threads == 1 ? FURROW_BACKEND_SERIAL : FURROW_BACKEND_FOR;
    if (request->chunk)
        plan->chunk = request->chunk;
    else if (plan->backend != FURROW_BACKEND_SERIAL && request->schedule != FURROW_SCHEDULE_STATIC)
        plan->chunk = choose_chunk(plan->threads, facts->grain, &picture);
    if (plan->schedule == FURROW_SCHEDULE_AUTO)
        plan->schedule = FURROW_SCHEDULE_DYNAMIC;
    return FURROW_OK;
}

bool furrow_plan_needs_pilot(const furrow_plan *request, const furrow_plan_facts *facts)
{
    if (!request)
        request = &everything;
    bool known = facts->usage.items > 0 || facts->wait > 0;
    if (!can_be(request, facts) || known || facts->items <= 1 ||
        request->backend == FURROW_BACKEND_SERIAL)
        return false;
    if (request->threads == 0)
        return facts->items > pilot_pays * (size_t)(facts->cpus > 0 ? facts->cpus : 1);
    if (request->threads == 1 || request->chunk || request->schedule == FURROW_SCHEDULE_STATIC)
        return false;
    size_t most = facts->items / (chunks_per_thread * (size_t)request->threads);
    return most > 1 || facts->grain > 1;
}

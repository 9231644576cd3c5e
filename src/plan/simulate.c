#include "simulate.h"

#include <math.h>
#include <stdlib.h>

#include <furrow/status.h>

/* Simulating more chunks would take longer than the loop itself. */
static const size_t max_chunks = (size_t)1 << 24;

/* A simulated thread, and when it is next free. */
struct thread {
    double free_at;
    int number;
};

/* The threads, and the counter that hands out chunks, which serves one thread at a time. The heap
 * is ordered by the time when a thread is free, ties by its number. */
struct team {
    struct thread *heap;
    int threads;
    const furrow_profile *profile;
    const furrow_costs *costs;
    double counter_free_at;
    size_t chunks;
};

/* Seconds that the items before `item` take. */
static double until(const furrow_profile *profile, size_t item)
{
    if (profile->parts == profile->items)
        return profile->until[item];
    double place = (double)item / (double)profile->items * (double)profile->parts;
    size_t part = (size_t)place;
    if (part >= profile->parts)
        return profile->until[profile->parts];
    double below = profile->until[part];
    return below + (place - (double)part) * (profile->until[part + 1] - below);
}

static int is_before(const struct thread *a, const struct thread *b)
{
    return a->free_at < b->free_at || (a->free_at == b->free_at && a->number < b->number);
}

/* Moves the top of the heap, whose time has grown, to its place. */
static void sink_top(struct thread *heap, int count)
{
    struct thread moved = heap[0];
    int place = 0;
    for (int child; (child = 2 * place + 1) < count; place = child) {
        if (child + 1 < count && is_before(&heap[child + 1], &heap[child]))
            child++;
        if (!is_before(&heap[child], &moved))
            break;
        heap[place] = heap[child];
    }
    heap[place] = moved;
}

/* The thread that is free first takes a chunk, after the counter has served earlier threads. */
static void take(struct team *team, double cost)
{
    struct thread *first = &team->heap[0];
    double served = fmax(first->free_at, team->counter_free_at);
    if (team->threads > 1)
        team->counter_free_at = served + team->costs->contended;
    first->free_at = served + team->costs->dispatch + cost;
    sink_top(team->heap, team->threads);
}

static int hand_out(struct team *team, furrow_schedule schedule, size_t chunk)
{
    size_t items = team->profile->items;
    double before = items ? until(team->profile, 0) : 0;
    for (size_t begin = 0; begin < items; team->chunks++) {
        if (team->chunks == max_chunks)
            return FURROW_ERANGE;
        size_t remaining = items - begin;
        size_t size = schedule == FURROW_SCHEDULE_GUIDED
                          ? furrow__schedule_share(remaining, team->threads, chunk)
                          : (chunk < remaining ? chunk : remaining);
        begin += size;
        double after = until(team->profile, begin);
        take(team, after - before);
        before = after;
    }
    return FURROW_OK;
}

/* Gives chunk i to thread i % threads, as a static schedule does beforehand. */
static void deal(struct team *team, size_t chunk)
{
    size_t items = team->profile->items;
    size_t threads = (size_t)team->threads;
    size_t whole = items / threads, rest = items % threads;
    double before = items ? until(team->profile, 0) : 0;
    for (size_t begin = 0; begin < items; team->chunks++) {
        size_t size = chunk ? chunk : whole + (team->chunks < rest);
        begin += size < items - begin ? size : items - begin;
        double after = until(team->profile, begin);
        team->heap[team->chunks % threads].free_at += team->costs->deal + after - before;
        before = after;
    }
}

static void conclude(furrow__simulation *simulation, const struct team *team,
                     furrow_schedule schedule)
{
    double longest = 0, sum = 0;
    for (int i = 0; i < team->threads; i++) {
        longest = fmax(longest, team->heap[i].free_at);
        sum += team->heap[i].free_at;
    }
    simulation->makespan = furrow__costs_of_region(team->costs, team->threads) + longest;
    if (schedule != FURROW_SCHEDULE_STATIC)
        simulation->makespan += team->costs->share;
    simulation->imbalance = longest > 0 ? 1 - sum / team->threads / longest : 0;
    simulation->chunks = team->chunks;
}

static int check_request(const furrow_profile *profile, furrow_schedule schedule, size_t chunk,
                         int threads)
{
    if (threads < 1 || schedule < FURROW_SCHEDULE_STATIC || schedule > FURROW_SCHEDULE_GUIDED)
        return FURROW_EINVAL;
    if (profile->items == 0)
        return FURROW_OK;
    if (profile->parts == 0 || profile->parts > profile->items)
        return FURROW_EINVAL;
    for (size_t i = 0; i < profile->parts; i++)
        if (!(profile->until[i] <= profile->until[i + 1]) || isinf(profile->until[i + 1]))
            return FURROW_EINVAL;
    bool blocks = schedule == FURROW_SCHEDULE_STATIC && chunk == 0;
    if (blocks || schedule == FURROW_SCHEDULE_GUIDED)
        return FURROW_OK;
    size_t size = chunk ? chunk : 1;
    return (profile->items - 1) / size >= max_chunks ? FURROW_ERANGE : FURROW_OK;
}

double furrow__costs_of_region(const furrow_costs *costs, int threads)
{
    return costs->region + (threads > 2 ? (threads - 2) * costs->thread : 0);
}

int furrow__schedule_simulate(furrow__simulation *simulation, furrow_schedule schedule,
                              size_t chunk, int threads, const furrow_profile *profile,
                              const furrow_costs *costs)
{
    *simulation = (furrow__simulation){0};
    int status = check_request(profile, schedule, chunk, threads);
    if (status)
        return status;
    struct team team = {.threads = threads, .profile = profile, .costs = costs};
    team.heap = malloc((size_t)threads * sizeof *team.heap);
    if (!team.heap)
        return FURROW_ENOMEM;
    for (int i = 0; i < threads; i++)
        team.heap[i] = (struct thread){0, i};
    if (schedule == FURROW_SCHEDULE_STATIC)
        deal(&team, chunk);
    else
        status = hand_out(&team, schedule, chunk ? chunk : 1);
    if (status == FURROW_OK)
        conclude(simulation, &team, schedule);
    free(team.heap);
    return status;
}

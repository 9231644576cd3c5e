#include "simulate.h"

#include <math.h>
#include <stdlib.h>

#include <furrow/status.h>

/* Beyond this a simulation would take longer than what it foretells. */
static const size_t max_chunks = (size_t)1 << 24;

/* A thread, and when it is next free. */
struct player {
    double free_at;
    int thread;
};

/* The threads: a heap by who is free first, ties to the lower thread; and the counter that hands
 * out chunks, which serves one of them at a time. */
struct game {
    struct player *heap;
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

static int is_before(const struct player *a, const struct player *b)
{
    return a->free_at < b->free_at || (a->free_at == b->free_at && a->thread < b->thread);
}

/* Puts the top of the heap, whose time has grown, where it now belongs. */
static void sink_top(struct player *heap, int count)
{
    struct player player = heap[0];
    int place = 0;
    for (int child; (child = 2 * place + 1) < count; place = child) {
        if (child + 1 < count && is_before(&heap[child + 1], &heap[child]))
            child++;
        if (!is_before(&heap[child], &player))
            break;
        heap[place] = heap[child];
    }
    heap[place] = player;
}

/* Who is free first takes [begin, end), once the counter has served those before. */
static void take(struct game *game, double cost)
{
    struct player *first = &game->heap[0];
    double served = fmax(first->free_at, game->counter_free_at);
    if (game->threads > 1)
        game->counter_free_at = served + game->costs->contended;
    first->free_at = served + game->costs->dispatch + cost;
    sink_top(game->heap, game->threads);
}

static int hand_out(struct game *game, furrow_schedule schedule, size_t chunk)
{
    size_t items = game->profile->items;
    double before = items ? until(game->profile, 0) : 0;
    for (size_t begin = 0; begin < items; game->chunks++) {
        if (game->chunks == max_chunks)
            return FURROW_ERANGE;
        size_t remaining = items - begin;
        size_t size = schedule == FURROW_SCHEDULE_GUIDED
                          ? furrow__schedule_share(remaining, game->threads, chunk)
                          : (chunk < remaining ? chunk : remaining);
        begin += size;
        double after = until(game->profile, begin);
        take(game, after - before);
        before = after;
    }
    return FURROW_OK;
}

/* Dealt beforehand, so nobody asks: chunk i is thread i % threads'. */
static void deal(struct game *game, size_t chunk)
{
    size_t items = game->profile->items;
    size_t threads = (size_t)game->threads;
    size_t whole = items / threads, rest = items % threads;
    double before = items ? until(game->profile, 0) : 0;
    for (size_t begin = 0; begin < items; game->chunks++) {
        size_t size = chunk ? chunk : whole + (game->chunks < rest);
        begin += size < items - begin ? size : items - begin;
        double after = until(game->profile, begin);
        game->heap[game->chunks % threads].free_at += game->costs->deal + after - before;
        before = after;
    }
}

static void conclude(furrow__simulation *simulation, const struct game *game,
                     furrow_schedule schedule)
{
    double longest = 0, sum = 0;
    for (int i = 0; i < game->threads; i++) {
        longest = fmax(longest, game->heap[i].free_at);
        sum += game->heap[i].free_at;
    }
    simulation->makespan = furrow__costs_of_region(game->costs, game->threads) + longest;
    if (schedule != FURROW_SCHEDULE_STATIC)
        simulation->makespan += game->costs->share;
    simulation->imbalance = longest > 0 ? 1 - sum / game->threads / longest : 0;
    simulation->chunks = game->chunks;
}

static int can_be_played(const furrow_profile *profile, furrow_schedule schedule, size_t chunk,
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
    int status = can_be_played(profile, schedule, chunk, threads);
    if (status)
        return status;
    struct game game = {.threads = threads, .profile = profile, .costs = costs};
    game.heap = malloc((size_t)threads * sizeof *game.heap);
    if (!game.heap)
        return FURROW_ENOMEM;
    for (int i = 0; i < threads; i++)
        game.heap[i] = (struct player){0, i};
    if (schedule == FURROW_SCHEDULE_STATIC)
        deal(&game, chunk);
    else
        status = hand_out(&game, schedule, chunk ? chunk : 1);
    if (status == FURROW_OK)
        conclude(simulation, &game, schedule);
    free(game.heap);
    return status;
}

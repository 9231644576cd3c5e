/* Owners and thieves of claims at the same time: exactly one of them begins each item. */
#include "harness.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include <furrow/clock.h>
#include <furrow/cpu.h>
#include <furrow/parallel.h>

#include "loop/loop.h"
#include "meeting.h"
#include "pool_helpers.h"

enum { MOST_ITEMS = 16, ROUNDS = 1000000 / SLOWNESS };

/* One thread opens this claim anew each round, and another thread takes tails of it. */
struct duel {
    furrow__loop loop;
    furrow_claim claim;
    atomic_uchar begun[MOST_ITEMS];
    atomic_size_t stolen; /* items of this round */
    atomic_size_t thefts; /* by the thief */
    atomic_bool over;
    unsigned random; /* the owner's */
};

static size_t mark(struct duel *duel, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++)
        atomic_fetch_add_explicit(&duel->begun[i], 1, memory_order_relaxed);
    return end - begin;
}

static void *steal(void *context)
{
    struct duel *duel = context;
    unsigned random = 3;
    size_t begin, end;
    while (!atomic_load(&duel->over)) {
        if (furrow__claim_take_tail(&duel->claim, &begin, &end)) {
            atomic_fetch_add(&duel->stolen, mark(duel, begin, end));
            duel->thefts++;
        }
        for (unsigned pause = next_random(&random) % 64; pause > 0; pause--)
            atomic_signal_fence(memory_order_seq_cst);
    }
    return NULL;
}

/* Drops the rest of the owner's claim; the owner still runs it. */
static size_t run_dropped(struct duel *duel)
{
    furrow__claim_drop(&duel->claim);
    size_t next = atomic_load_explicit(&duel->claim.next, memory_order_relaxed);
    return mark(duel, next, duel->claim.dropped);
}

/* Runs items one by one, several at a time, or by skipping some; returns how many it ran. */
static size_t own_round(struct duel *duel, size_t n)
{
    size_t ran = 0;
    bool whole = next_random(&duel->random) % 2;
    furrow__claim_open(&duel->claim, 0, n, whole);
    for (size_t at = 0; at < n;) {
        unsigned way = next_random(&duel->random) % 8;
        size_t end = at + (way < 6 ? 1 : 1 + next_random(&duel->random) % 4);
        if (end > n)
            end = n;
        if (way == 7 && at > 0) {
            size_t last = furrow__claim_skip(&duel->claim, end);
            ran += mark(duel, at, last);
            if (last < end)
                return ran;
        } else if (furrow__claim_items(&duel->claim, at, end))
            ran += mark(duel, at, end);
        else /* where one item is taken, all items behind it are taken too */
            return ran + (end > at + 1 ? run_dropped(duel) : 0);
        at = end;
    }
    return ran;
}

/* Waits until the thief has reported its items. False: an item was lost or begun twice. */
static bool all_begun(struct duel *duel, size_t n, size_t ran)
{
    double end = 0;
    while (ran + atomic_load(&duel->stolen) < n) {
        if (end == 0)
            end = furrow_clock_wall() + 30;
        if (furrow_clock_wall() > end)
            return false;
        sched_yield();
    }
    for (size_t i = 0; i < n; i++)
        if (atomic_exchange_explicit(&duel->begun[i], 0, memory_order_relaxed) != 1)
            return false;
    return atomic_exchange(&duel->stolen, 0) + ran == n;
}

/* Goes on until the thief has stolen something: on a busy machine it may have to wait. */
static bool goes_on(struct duel *duel, size_t round)
{
    return round < ROUNDS || (atomic_load(&duel->thefts) == 0 && round < 1000 * (size_t)ROUNDS);
}

TEST(an_owner_and_a_thief_begin_every_item_once)
{
    static struct duel duel;
    pthread_t thief;
    size_t wrong = 0;
    furrow__fence_prepare();
    furrow__loop_init(&duel.loop, 0, MOST_ITEMS, NULL);
    duel.random = 1;
    furrow__claim_init(&duel.claim, &duel.loop, 0);
    REQUIRE(pthread_create(&thief, NULL, steal, &duel) == 0);
    for (size_t round = 0; wrong == 0 && goes_on(&duel, round); round++) {
        size_t n = 1 + next_random(&duel.random) % MOST_ITEMS;
        size_t ran = own_round(&duel, n);
        wrong += !all_begun(&duel, n, ran);
    }
    atomic_store(&duel.over, true);
    pthread_join(thief, NULL);
    EXPECT_EQUAL(wrong, 0);
    EXPECT(duel.thefts > 0);
}

/* ---- a thief that comes too late ---- */

struct late {
    furrow_claim *claim;
    bool owned;
};

static void *claim_second(void *context)
{
    struct late *late = context;
    late->owned = furrow__claim_items(late->claim, 1, 2);
    return NULL;
}

/* The thief has seen that item 0 was not begun. Then the owner begins it, and the thief gives up
 * when it sees that. */
TEST(an_owner_keeps_its_items_when_a_thief_that_was_about_to_take_them_comes_too_late)
{
    furrow__loop loop;
    furrow__loop_init(&loop, 0, 4, NULL);
    furrow_claim claim;
    struct late late = {.claim = &claim};
    pthread_t owner;
    furrow__fence_prepare();
    furrow__claim_init(&claim, &loop, 0);
    furrow__claim_open(&claim, 0, 4, false);
    EXPECT(furrow__claim_items(&claim, 0, 1));
    while (atomic_flag_test_and_set(&claim.lock))
        ;
    atomic_store(&claim.end, 0);
    REQUIRE(pthread_create(&owner, NULL, claim_second, &late) == 0);
    furrow_clock_sleep(2e-3);
    atomic_store(&claim.end, 4);
    atomic_flag_clear(&claim.lock);
    pthread_join(owner, NULL);
    EXPECT(late.owned);
}

/* ---- the fence below it ---- */

/* In each round one thread writes `light` and then reads `heavy`, and the other writes `heavy` and
 * then reads `light`. */
struct fence {
    atomic_size_t light, heavy, light_ready, heavy_ready;
    atomic_uchar seen[ROUNDS / 20][2];
};

static void line_up(atomic_size_t *own, atomic_size_t *other, size_t round)
{
    atomic_store(own, round);
    for (unsigned looks = 1; atomic_load(other) < round; looks++)
        if (looks % 1024 == 0)
            sched_yield();
}

static void *stand_on_the_heavy_side(void *context)
{
    struct fence *fence = context;
    for (size_t round = 1; round <= ROUNDS / 20; round++) {
        line_up(&fence->heavy_ready, &fence->light_ready, round);
        atomic_store_explicit(&fence->heavy, round, memory_order_relaxed);
        furrow__fence_heavy();
        fence->seen[round - 1][1] =
            atomic_load_explicit(&fence->light, memory_order_relaxed) >= round;
    }
    return NULL;
}

TEST(of_two_threads_at_a_fence_one_sees_the_other)
{
    static struct fence fence;
    pthread_t thread;
    size_t blind = 0;
    furrow__fence_prepare();
    furrow__fence_prepare();
    REQUIRE(pthread_create(&thread, NULL, stand_on_the_heavy_side, &fence) == 0);
    for (size_t round = 1; round <= ROUNDS / 20; round++) {
        line_up(&fence.light_ready, &fence.heavy_ready, round);
        atomic_store_explicit(&fence.light, round, memory_order_relaxed);
        furrow__fence_light();
        fence.seen[round - 1][0] =
            atomic_load_explicit(&fence.heavy, memory_order_relaxed) >= round;
    }
    pthread_join(thread, NULL);
    for (size_t i = 0; i < ROUNDS / 20; i++)
        blind += !fence.seen[i][0] && !fence.seen[i][1];
    EXPECT_EQUAL(blind, 0);
}

/* ---- dear items behind cheap ones ---- */

/* Cheap items say nothing about the dear items behind them. */

enum { ITEMS = 500, DEAR = ITEMS / 2 };

/* Items from DEAR on take a hundred times as long. */
struct slope {
    double cheap;       /* seconds of the others */
    atomic_size_t most; /* dear items that one call of the body ran */
    atomic_size_t ran;
};

static void run_item(const struct slope *slope, size_t item)
{
    double end = furrow_clock_wall() + (item < DEAR ? 1 : 100) * slope->cheap;
    while (furrow_clock_wall() < end)
        ;
}

static void note(struct slope *slope, size_t begin, size_t end)
{
    size_t dear = end <= DEAR ? 0 : end - (begin < DEAR ? DEAR : begin);
    size_t most = atomic_load(&slope->most);
    atomic_fetch_add(&slope->ran, end - begin);
    while (dear > most && !atomic_compare_exchange_weak(&slope->most, &most, dear))
        ;
}

static int run_claimed(const furrow_range *range, const void *context)
{
    size_t i = range->begin;
    for (; furrow_range_claim(range, i); i++)
        run_item(context, i);
    note((struct slope *)context, range->begin, i);
    return 0;
}

static int run_whole(const furrow_range *range, const void *context)
{
    for (size_t i = range->begin; i < range->end; i++)
        run_item(context, i);
    note((struct slope *)context, range->begin, range->end);
    return 0;
}

static void expect_small_shares(double cheap, furrow_body body, size_t most, bool traced)
{
    furrow_trace *trace = NULL;
    struct slope slope = {.cheap = cheap};
    if (furrow_cpu_count() < 2 || !gives_threads(2))
        SKIP("there is one CPU");
    if (traced)
        REQUIRE_EQUAL(furrow_trace_new(&trace), 0);
    furrow_site site = {0}; /* a new site, which knows nothing */
    furrow_parallel_options options = {.trace = trace, .site = &site};
    EXPECT_EQUAL(furrow_parallel_for(&options, ITEMS, body, &slope), 0);
    EXPECT_EQUAL(slope.ran, ITEMS);
    EXPECT(slope.most <= most);
    furrow_trace_free(trace);
}

TEST(no_call_of_a_body_that_claims_runs_more_than_an_eighth_of_the_dear_items_behind_cheap_ones)
{
    expect_small_shares(1e-6, run_claimed, DEAR / 8, false);
    expect_small_shares(1e-6, run_claimed, DEAR / 8, true);
}

TEST(nor_does_it_where_all_items_are_ten_times_as_short)
{
    expect_small_shares(1e-7, run_claimed, DEAR / 8, false);
    expect_small_shares(1e-7, run_claimed, DEAR / 8, true);
}

TEST(no_call_of_a_body_that_takes_its_range_whole_runs_more_than_a_fifth_of_the_dear_items)
{
    expect_small_shares(1e-6, run_whole, DEAR / 5, false);
}

#include "harness.h"

#include <stdatomic.h>

#include <furrow/clock.h>
#include <furrow/cpu.h>
#include <furrow/parallel.h>

#include "team.h"

/* What cheap items show of dear ones behind them: nothing. */

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
    furrow_site site = {0}; /* that knows nothing */
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

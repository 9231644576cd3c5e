#include "plan_choice.h"

TEST(a_pilot_is_needed_where_something_open_depends_on_it)
{
    static const double until[] = {0, 1};
    const struct {
        const char *name;
        furrow_plan request;
        furrow_plan_facts facts;
        bool needed;
    } table[] = {
        {"nothing known", {0}, {.items = 1000, .cpus = 2}, true},
        {"no request", {0}, {.items = SIZE_MAX, .cpus = 2}, true},
        {"an item a CPU", {0}, {.items = 2, .cpus = 2}, false},
        {"one more", {0}, {.items = 3, .cpus = 2}, true},
        {"nothing to run", {0}, {.cpus = 2}, false},
        {"one CPU, but items may wait", {0}, {.items = 1000}, true},
        {"one thread at most", {0}, {.items = 1000, .cpus = 2, .thread_limit = 1}, false},
        {"costs known", {0}, {.items = 1000, .cpus = 2, .usage = COMPUTE(1)}, false},
        {"wait known", {0}, {.items = 1000, .cpus = 2, .wait = 1}, false},
        {"traced", {0}, {.items = 1000, .cpus = 2, .profile = {1000, 1, until}}, false},
        {"serial", {.backend = SERIAL}, {.items = 1000, .cpus = 2}, false},
        {"one thread", {.threads = 1}, {.items = 1000, .cpus = 2}, false},
        {"a chunk is open", {.threads = 4}, {.items = 128, .cpus = 2}, true},
        {"a chunk can only be one", {.threads = 4}, {.items = 127, .cpus = 2}, false},
        {"a grain may matter", {.threads = 4}, {.items = 63, .cpus = 2, .grain = 2}, true},
        {"threads and chunk", {.threads = 4, .chunk = 1}, {.items = 1000, .cpus = 2}, false},
        {"a chunk alone", {.chunk = 1}, {.items = 1000, .cpus = 2}, true},
        {"static", {.threads = 4, .schedule = STATIC}, {.items = 1000, .cpus = 2}, false},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        harness_case("%s", table[i].name);
        EXPECT_EQUAL(furrow_plan_needs_pilot(&table[i].request, &table[i].facts), table[i].needed);
    }
    harness_case(NULL);
    EXPECT(furrow_plan_needs_pilot(NULL, &(furrow_plan_facts){.items = 1000, .cpus = 4}));
}

/* What item i costs, in nanoseconds. */
typedef double cost_of(size_t i);

static double nothing(size_t i)
{
    return 0 * (double)i;
}

static double ten_ns(size_t i)
{
    return 10 + 0 * (double)i;
}

static double hundred_ns(size_t i)
{
    return 100 + 0 * (double)i;
}

static double one_us(size_t i)
{
    return 1e3 + 0 * (double)i;
}

static double ten_us(size_t i)
{
    return 1e4 + 0 * (double)i;
}

static double one_s(size_t i)
{
    return 1e9 + 0 * (double)i;
}

static double rising(size_t i)
{
    return 10 * (double)(i + 1);
}

static double dear_after_ten(size_t i)
{
    return i < 10 ? 1 : 1e6;
}

/* Runs a pilot over such items; returns how many it ran. Costs that are all alike need no loop. */
static size_t pilot(const furrow_plan_facts *facts, cost_of *cost)
{
    furrow_usage total = {0}, recent = {0};
    for (size_t step; (step = furrow_plan_pilot_step(facts, &total, &recent)) > 0;) {
        size_t left = facts->items - total.items;
        EXPECT(step <= left);
        EXPECT(total.items == 0 || step / 3 <= recent.items);
        EXPECT(total.items == 0 || step == left || step / 2 >= recent.items);
        double seconds = 0;
        for (size_t i = 0; i < (step < 10000 ? step : 10000); i++)
            seconds += 1e-9 * cost(total.items + i);
        if (step > 10000)
            seconds *= (double)step / 10000;
        recent = (furrow_usage){.items = step, .wall = seconds, .cpu = seconds};
        total.items += step;
        total.wall += seconds;
        total.cpu += seconds;
    }
    return total.items;
}

/*
 * By hand: a region costs 4 us, and 4.4 us on four CPUs. 100 items of 0.1 us would gain 7.5 us, so
 * the pilot lasts for half a region: 1, 2, 4, 8, 16 of them. Of items of 1 us it runs as many, for
 * 31 us, the first of these sums beyond 20 us. Items that rise by 10 ns each take 20.16 us after
 * 1 + 2 + 4 + 8 + 16 + 32 of them. Of items that turn dear after ten, 1 ns and then 1 ms each, 1, 3
 * and 9 run: as long as they seem cheap there is little left, and each step is three times the
 * last.
 */
TEST(a_pilot_ends_where_it_has_seen_enough)
{
    static const struct {
        const char *name;
        furrow_plan_facts facts;
        cost_of *cost;
        size_t ran;
    } table[] = {
        {"nothing to run", {.cpus = 4}, nothing, 0},
        {"one item", {.items = 1, .cpus = 4}, one_s, 1},
        {"work not worth a region goes on inline", {.items = 100, .cpus = 4}, ten_ns, 100},
        {"no cost at all", {.items = 1000003, .cpus = 4}, nothing, 1000003},
        {"of all items that there can be", {.items = SIZE_MAX, .cpus = 4}, nothing, SIZE_MAX},
        {"work just worth a region", {.items = 100, .cpus = 4}, hundred_ns, 31},
        {"much work of short items", {.items = 1000000, .cpus = 2}, one_us, 31},
        {"more than can be counted", {.items = SIZE_MAX, .cpus = 2}, one_us, 31},
        {"few items, not short", {.items = 16, .cpus = 2}, ten_us, 1},
        {"slow items", {.items = 100, .cpus = 2}, one_s, 1},
        {"one CPU, short items", {.items = 1000000, .cpus = 1}, one_us, 31},
        {"one CPU, slow items", {.items = 1000000}, one_s, 1},
        {"one CPU, next to no work", {.items = 100, .cpus = 1}, ten_ns, 100},
        {"a grain of many", {.items = 128, .cpus = 2, .grain = 16}, one_s, 16},
        {"a grain of few", {.items = 127, .cpus = 2, .grain = 16}, one_s, 1},
        {"rising costs", {.items = 1000, .cpus = 4}, rising, 63},
        {"items that turn dear", {.items = 1000, .cpus = 2}, dear_after_ten, 13},
        {"a dear region, work not worth it",
         {.items = 100, .cpus = 4, .costs = {.region = 1}},
         hundred_ns,
         100},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        harness_case("%s", table[i].name);
        EXPECT(pilot(&table[i].facts, table[i].cost) == table[i].ran);
    }
}

/*
 * By hand, of 1000 items on four CPUs: what is left of 100 ns each would gain 75 us, and 0.4 us are
 * not half of a region; of 1 ns each, 0.75 us, which is less than a region. One CPU has no region
 * to be worth, and judges.
 */
TEST(a_pilot_grows_twofold_while_judging_and_threefold_inline)
{
    static const struct {
        const char *name;
        furrow_plan_facts facts;
        double seconds; /* that the four items took which ran */
        size_t step;
    } table[] = {
        {"judging", {.items = 1000, .cpus = 4}, 4e-7, 8},
        {"inline", {.items = 1000, .cpus = 4}, 4e-9, 12},
        {"inline, to the last item", {.items = 16, .cpus = 4}, 4e-9, 12},
        {"inline, with fewer left", {.items = 15, .cpus = 4}, 4e-9, 11},
        {"on one CPU", {.items = 1000, .cpus = 1}, 4e-9, 8},
        {"judged", {.items = 1000, .cpus = 4}, 4e-4, 0},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const furrow_usage ran = {.items = 4, .wall = table[i].seconds, .cpu = table[i].seconds};
        harness_case("%s", table[i].name);
        EXPECT_EQUAL(furrow_plan_pilot_step(&table[i].facts, &ran, &ran), table[i].step);
    }
}

TEST(a_pilot_expects_what_its_last_step_showed)
{
    static const struct {
        const char *name;
        furrow_usage total, recent;
    } table[] = {
        {"one step", {4, 8, 7, 3}, {4, 8, 7, 3}},
        {"a cold start", {5, 100, 100, 1}, {4, 8, 7, 0}},
        {"all alike", {6, 12, 6, 6}, {4, 8, 4, 4}},
        {"no time at all", {6, 12, 12, 0}, {4, 0, 0, 0}},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        furrow_usage expected = furrow_plan_expect(&table[i].total, &table[i].recent, 1000);
        harness_case("%s", table[i].name);
        EXPECT_EQUAL(expected.items, table[i].recent.items);
        EXPECT_EQUAL(expected.waits, table[i].recent.waits);
        EXPECT_NEAR(expected.wall, table[i].recent.wall, 0);
        EXPECT_NEAR(expected.cpu, table[i].recent.cpu, 0);
    }
}

/* Item x takes 2/3 (x + 1): the first 1 in its middle, the next two 2, and those after them, whose
 * middle is at 8, 6 each. */
TEST(costs_that_rise_are_expected_to_go_on_rising)
{
    const furrow_usage total = {.items = 3, .wall = 5, .cpu = 2.5, .waits = 3};
    const furrow_usage recent = {.items = 2, .wall = 4, .cpu = 2, .waits = 2};
    furrow_usage expected = furrow_plan_expect(&total, &recent, 10);
    EXPECT_EQUAL(expected.items, 2);
    EXPECT_EQUAL(expected.waits, 2);
    EXPECT_NEAR(expected.wall, 12, 1e-12);
    EXPECT_NEAR(expected.cpu, 6, 1e-12);
    expected = furrow_plan_expect(&total, &recent, SIZE_MAX - total.items);
    EXPECT(isfinite(expected.wall) && expected.wall > 1e18);
}

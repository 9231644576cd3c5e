#include "harness.h"

#include <furrow/plan.h>

TEST(items_wait_that_give_up_their_cpu_for_most_of_the_time)
{
    static const struct {
        furrow_usage usage;
        bool waits;
    } table[] = {
        {{0}, false},
        {{.items = 10, .wall = 1, .cpu = 0.4, .waits = 5}, true},
        {{.items = 10, .wall = 1, .cpu = 0.4, .waits = 4}, false},
        {{.items = 10, .wall = 1, .cpu = 0.5, .waits = 9}, false},
        {{.wall = 1, .cpu = 0.1, .waits = 9}, false},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const furrow_usage *usage = &table[i].usage;
        const furrow_plan_history history = {.on_cpu = usage->cpu,
                                             .waits = usage->items ? (double)usage->waits / 10 : 0};
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow_plan_waits(usage), table[i].waits);
        EXPECT_EQUAL(furrow_plan_history_waits(&history), table[i].waits);
    }
}

TEST(sharing_gains_what_other_threads_do_of_the_work)
{
    const furrow_plan_history history = {.alone = 1e-6};
    EXPECT_NEAR(furrow_plan_gain(&history, 100, 4), 75e-6, 1e-12);
    EXPECT(furrow_plan_gain(&history, 100, 1) == 0 && furrow_plan_gain(&history, 100, 0) == 0);
    EXPECT(furrow_plan_gain(&(furrow_plan_history){0}, 100, 4) == 0);
}

TEST(clocks_are_read_in_first_calls_and_long_ones)
{
    static const struct {
        furrow_plan_history history;
        bool worth;
    } table[] = {
        {{0}, true},
        {{.calls = 1}, false},
        {{.calls = 1, .alone = 1e-6}, false},
        {{.calls = 1, .alone = 1.01e-6}, true},
        {{.calls = 1, .shared = 1e-6}, false},
        {{.calls = 1, .shared = 1.01e-6}, true},
        {{.calls = 1, .alone = 1e-6, .shared = 1}, false},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow_plan_is_worth_timing(&table[i].history, 100), table[i].worth);
    }
}

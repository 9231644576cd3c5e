#include "plan_choice.h"

/*
 * By hand: on 4 threads 25600 items make 256 chunks of 100. 100 dispatches take 10 us, as 100 items
 * of 0.1 us do; below, the dispatch of 112 items of 0.09 us is 1 % of them. 256 chunks that all
 * wait 20 us for the counter take 5.1 ms, more than half of 2500 items of 3 us. Of 1000000 items
 * 3906 would be a chunk: 11 of 0.9 ms take 10 ms; one of 20 ms
 * takes longer, but there is no smaller chunk.
 */
TEST(fine_even_chunks_are_handed_out_where_that_is_cheap)
{
    static const struct choice table[] = {
        {"just worth it",
         {0},
         {.items = 25600, .cpus = 4, .usage = COMPUTE(1.1e-7)},
         4,
         FOR,
         DYNAMIC,
         100,
         "dynamic, 100 items at a time"},
        {"just not worth it",
         {0},
         {.items = 25600, .cpus = 4, .usage = COMPUTE(9e-8)},
         4,
         FOR,
         GUIDED,
         112,
         "guided, at least 112 items at a time"},
        {"a slow counter",
         {0},
         {.items = 10000, .cpus = 4, .usage = COMPUTE(3e-6), .costs = {.contended = 2e-5}},
         4,
         FOR,
         GUIDED,
         4,
         "guided, at least 4 items at a time"},
        {"many slow items",
         {0},
         {.items = 1000000, .cpus = 4, .usage = COMPUTE(9e-4)},
         4,
         FOR,
         DYNAMIC,
         11,
         "dynamic, 11 items at a time"},
        {"items that take longer than a chunk should",
         {0},
         {.items = 10000, .cpus = 4, .usage = COMPUTE(0.02)},
         4,
         FOR,
         DYNAMIC,
         1,
         "dynamic, 1 item at a time"},
        {"too few items for so many chunks",
         {0},
         {.items = 255, .cpus = 4, .usage = COMPUTE(1e-3)},
         4,
         FOR,
         GUIDED,
         1,
         "guided, at least 1 item at a time"},
        {"just enough",
         {0},
         {.items = 256, .cpus = 4, .usage = COMPUTE(1e-3)},
         4,
         FOR,
         DYNAMIC,
         1,
         "dynamic, 1 item at a time"},
        {"one item more than threads",
         {.threads = 4},
         {.items = 5, .cpus = 4, .usage = COMPUTE(1e-3)},
         4,
         FOR,
         GUIDED,
         1,
         "guided, at least 1 item at a time"},
        {"an item a thread",
         {.threads = 4},
         {.items = 4, .cpus = 4, .usage = COMPUTE(1e-3)},
         4,
         FOR,
         STATIC,
         0,
         "static, one block each"},
        {"an item a thread, in chunks as asked",
         {.threads = 4, .chunk = 1},
         {.items = 4, .cpus = 4, .usage = COMPUTE(1e-3)},
         4,
         FOR,
         GUIDED,
         1,
         "guided, at least 1 item at a time, as asked"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        chooses(&table[i]);
}

/* 10000 items / 64 are 156, in whole grains 200; of 3 ns, 333 take as long as 10 dispatches. A
 * thousand of 0.1 ns do not, nor does a share of them. */
TEST(a_traced_call_is_cut_into_some_64_dynamic_chunks)
{
    static const double until[] = {0, 1};
    static const struct choice table[] = {
        {"many items",
         {0},
         {.items = 10000, .cpus = 4, .traced = true, .usage = COMPUTE(3e-6)},
         4,
         FOR,
         DYNAMIC,
         156,
         "dynamic, 156 items at a time"},
        {"in whole grains",
         {0},
         {.items = 10000, .cpus = 4, .grain = 100, .traced = true, .usage = COMPUTE(3e-6)},
         4,
         FOR,
         DYNAMIC,
         200,
         "4 threads"},
        {"short items",
         {0},
         {.items = 10000, .cpus = 4, .traced = true, .usage = COMPUTE(3e-9)},
         4,
         FOR,
         DYNAMIC,
         333,
         "4 threads"},
        {"items of which a share is too short",
         {.threads = 4},
         {.items = 1000, .cpus = 4, .traced = true, .usage = COMPUTE(1e-10)},
         4,
         FOR,
         DYNAMIC,
         250,
         "4 threads"},
        {"items that cost nothing",
         {.threads = 4},
         {.items = 1000, .cpus = 4, .traced = true, .usage = COMPUTE(0)},
         4,
         FOR,
         DYNAMIC,
         250,
         "4 threads"},
        {"few items",
         {0},
         {.items = 30, .cpus = 4, .traced = true, .usage = COMPUTE(1)},
         4,
         FOR,
         DYNAMIC,
         1,
         "4 threads"},
        {"an item a thread",
         {0},
         {.items = 4, .cpus = 4, .traced = true, .usage = COMPUTE(1)},
         4,
         FOR,
         DYNAMIC,
         1,
         "4 threads"},
        {"planned from earlier calls",
         {0},
         {.items = 1000, .cpus = 2, .traced = true, .profile = {1000, 1, until}, .calls = 1},
         2,
         FOR,
         DYNAMIC,
         15,
         "from 1 earlier call"},
        {"threads, as asked",
         {.threads = 3},
         {.items = 10000, .cpus = 4, .traced = true, .usage = COMPUTE(3e-6)},
         3,
         FOR,
         DYNAMIC,
         156,
         "3 threads, as asked"},
        {"not a schedule that was asked for",
         {.schedule = GUIDED},
         {.items = 10000, .cpus = 4, .traced = true, .usage = COMPUTE(3e-6)},
         4,
         FOR,
         GUIDED,
         4,
         "as asked"},
        {"not a chunk that was asked for",
         {.chunk = 7},
         {.items = 10000, .cpus = 4, .traced = true, .usage = COMPUTE(3e-6)},
         4,
         FOR,
         GUIDED,
         7,
         "as asked"},
        {"not tasks",
         {.backend = TASKLOOP},
         {.items = 10000, .cpus = 4, .traced = true, .usage = COMPUTE(3e-6)},
         4,
         TASKLOOP,
         DYNAMIC,
         4,
         "tasks of 4 items"},
        {"not items that wait",
         {0},
         {.items = 1000, .cpus = 2, .traced = true, .usage = WAIT(0.01)},
         20,
         FOR,
         DYNAMIC,
         1,
         "mostly waits"},
        {"not items of which nothing is known",
         {0},
         {.items = 3, .cpus = 4, .traced = true},
         3,
         FOR,
         STATIC,
         0,
         "too few"},
        {"not what runs inline",
         {0},
         {.items = 100, .cpus = 4, .traced = true, .usage = COMPUTE(1e-8)},
         1,
         SERIAL,
         DYNAMIC,
         0,
         "would gain less"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        chooses(&table[i]);
}

/* Costs that rise from 0 to 2 ms: of two blocks the second takes three quarters, 0.75 s, and cycles
 * of small ones half, 0.5 s. */
TEST(static_asked_for_is_one_block_each_and_never_cycles)
{
    enum { ITEMS = 1000, MOST = 64 };
    static double until[ITEMS + 1];
    for (size_t i = 1; i <= ITEMS; i++)
        until[i] = (double)i * (double)i * 1e-6;
    const furrow_plan_facts facts = {.items = ITEMS, .cpus = 2, .profile = {ITEMS, ITEMS, until}};
    const furrow_plan request = {.threads = 2, .schedule = STATIC};
    furrow_plan plans[MOST], plan;
    size_t count, blocks = 0, cycles = 0;
    EXPECT_EQUAL(furrow_plan_candidates(plans, MOST, &count, &request, &facts), FURROW_OK);
    EXPECT_EQUAL(count, 1);
    EXPECT_EQUAL(furrow_plan_choose(&plan, &request, &facts), FURROW_OK);
    EXPECT_EQUAL(plan.schedule, STATIC);
    EXPECT_EQUAL(plan.chunk, 0);
    EXPECT_NEAR(plan.grounds.predicted, 0.75 + 1e-8 + 4e-6, 1e-12);
    EXPECT_EQUAL(furrow_plan_candidates(plans, MOST, &count, NULL, &facts), FURROW_OK);
    REQUIRE(count <= MOST);
    for (size_t i = 0; i < count; i++)
        if (plans[i].schedule == STATIC) {
            blocks += plans[i].chunk == 0;
            cycles += plans[i].chunk > 0 && plans[i].grounds.predicted < 0.55;
        }
    EXPECT_EQUAL(blocks, 1);
    EXPECT_EQUAL(cycles, 2);
}

/* Two halves of a second of work: dealt, 10 ns each; handed out, 0.1 us each, the second 50 ns
 * after the first. */
TEST(handing_out_adds_its_share_to_a_region_and_dealing_does_not)
{
    static const struct {
        furrow_schedule schedule;
        double share, predicted;
    } table[] = {
        {STATIC, 0, 0.5 + 1e-8 + 4e-6},
        {STATIC, 0.25, 0.5 + 1e-8 + 4e-6},
        {DYNAMIC, 0, 0.5 + 1e-7 + 5e-8 + 4e-6 + 2e-7},
        {DYNAMIC, 0.25, 0.5 + 1e-7 + 5e-8 + 4e-6 + 0.25},
    };
    furrow_plan_facts facts = {
        .items = 1000, .cpus = 2, .profile = {1000, 1, (const double[]){0, 1}}, .calls = 1};
    furrow_plan plan;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const furrow_plan request = {2, FOR, table[i].schedule, 500, {0}};
        harness_case("row %zu", i);
        facts.costs.share = table[i].share;
        EXPECT_EQUAL(furrow_plan_choose(&plan, &request, &facts), FURROW_OK);
        EXPECT_NEAR(plan.grounds.predicted, table[i].predicted, 1e-12);
    }
    harness_case(NULL);
    EXPECT_EQUAL(furrow_plan_choose(&plan, NULL, &facts), FURROW_OK);
    EXPECT_EQUAL(plan.schedule, STATIC);
    facts.costs.share = 0;
    EXPECT_EQUAL(furrow_plan_choose(&plan, NULL, &facts), FURROW_OK);
    EXPECT_EQUAL(plan.schedule, GUIDED);
}

#include "harness.h"
#include "plan/simulate.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/plan.h>
#include <furrow/status.h>

#include "csv.h"
#include "words.h"

#define STATIC  FURROW_SCHEDULE_STATIC
#define DYNAMIC FURROW_SCHEDULE_DYNAMIC
#define GUIDED  FURROW_SCHEDULE_GUIDED

/* Costs in words; what a row does not name costs nothing. */
#define COST(name)                                                                                 \
    {                                                                                              \
#name, REAL, offsetof(furrow_costs, name), NULL                                            \
    }

static const struct word cost_words[] = {COST(region),    COST(thread),        COST(extra),
                                         COST(share),     COST(deal),          COST(dispatch),
                                         COST(contended), {NULL, INT, 0, NULL}};

static void is_simulated(char cells[CSV_COLUMNS][256])
{
    enum { CASE, SCHEDULE, THREADS, ITEMS, COSTS, MAKESPAN, MEAN, LONGEST, CHUNKS };
    double until[11] = {0};
    furrow_profile profile = {.until = until};
    furrow_costs costs = {0};
    furrow_schedule schedule;
    furrow__simulation simulation;
    size_t chunk;
    REQUIRE(furrow_schedule_parse(&schedule, &chunk, cells[SCHEDULE]));
    read_words(&costs, cost_words, cells[COSTS]);
    for (char *rest, *item = strtok_r(cells[ITEMS], " ", &rest); item;
         item = strtok_r(NULL, " ", &rest), profile.parts = ++profile.items)
        until[profile.items + 1] = until[profile.items] + strtod(item, NULL);
    EXPECT_EQUAL(furrow__schedule_simulate(&simulation, schedule, chunk, atoi(cells[THREADS]),
                                           &profile, &costs),
                 FURROW_OK);
    double longest = strtod(cells[LONGEST], NULL);
    double imbalance = longest > 0 ? 1 - strtod(cells[MEAN], NULL) / longest : 0;
    EXPECT_NEAR(simulation.makespan, strtod(cells[MAKESPAN], NULL), 1e-12);
    EXPECT_NEAR(simulation.imbalance, imbalance, 1e-12);
    EXPECT_EQUAL(simulation.chunks, size_of(cells[CHUNKS]));
}

TEST(schedules_play_as_they_do_by_hand)
{
    EXPECT(csv_for_each_row("plan/simulations.csv", 9, is_simulated) >= 20);
}

TEST(a_region_costs_more_for_each_thread_beyond_the_second)
{
    const furrow_costs costs = {.region = 5, .thread = 2};
    EXPECT_NEAR(furrow__costs_of_region(&costs, 2), 5, 0);
    EXPECT_NEAR(furrow__costs_of_region(&costs, 3), 7, 0);
    EXPECT_NEAR(furrow__costs_of_region(&costs, 128), 5 + 126 * 2, 0);
}

static furrow__simulation play(furrow_schedule schedule, size_t chunk, int threads,
                               const furrow_profile *profile)
{
    const furrow_costs none = {0};
    furrow__simulation simulation;
    EXPECT_EQUAL(furrow__schedule_simulate(&simulation, schedule, chunk, threads, profile, &none),
                 FURROW_OK);
    return simulation;
}

TEST(within_a_part_items_cost_the_same_wherever_time_begins)
{
    /* Four items of 1, four of 2; and seven of which the first half cost 2 each, the rest 4. */
    static const double eight[][3] = {{0, 4, 12}, {100, 104, 112}, {-5, -1, 7}};
    for (size_t i = 0; i < 3; i++) {
        const furrow_profile profile = {8, 2, eight[i]};
        harness_case("from %g", eight[i][0]);
        EXPECT_NEAR(play(STATIC, 0, 2, &profile).makespan, 8, 1e-12);
        EXPECT_NEAR(play(STATIC, 2, 2, &profile).makespan, 6, 1e-12);  /* 2+4 | 2+4 */
        EXPECT_NEAR(play(DYNAMIC, 3, 2, &profile).makespan, 7, 1e-12); /* 3+4 | 1+4 */
        EXPECT_NEAR(play(DYNAMIC, 1, 1, &profile).makespan, 12, 1e-12);
    }
    const furrow_profile seven = {7, 2, (const double[]){0, 7, 21}};
    furrow__simulation simulation = play(DYNAMIC, 3, 2, &seven); /* 6+4 | (2+5*4)/2 = 1+10 */
    EXPECT_NEAR(simulation.makespan, 11, 1e-12);
    EXPECT_NEAR(simulation.imbalance, 1 - 10.5 / 11, 1e-12);
}

TEST(more_items_than_can_be_counted_one_by_one_are_played)
{
    const furrow_profile even = {SIZE_MAX, 2, (const double[]){0, 1, 2}};
    EXPECT_NEAR(play(STATIC, 0, 2, &even).makespan, 1, 1e-9);
    EXPECT_NEAR(play(STATIC, SIZE_MAX / 4 + 1, 2, &even).makespan, 1, 1e-9);
    EXPECT_NEAR(play(DYNAMIC, SIZE_MAX / 2 + 1, 4, &even).makespan, 1, 1e-9);
    furrow__simulation guided = play(GUIDED, 1, 2, &even);
    EXPECT_NEAR(guided.makespan, 1, 1e-9);
    EXPECT(guided.chunks > 100 && guided.chunks < 200); /* 4 (1 + ln(2^64 / 4)) = 174 */
    EXPECT_NEAR(play(GUIDED, SIZE_MAX, 2, &even).makespan, 2, 1e-9);
}

TEST(more_chunks_than_are_worth_playing_are_refused)
{
    static const struct {
        furrow_schedule schedule;
        size_t items, chunk;
        int status;
    } table[] = {
        {DYNAMIC, ((size_t)1 << 24) + 1, 0, FURROW_ERANGE},
        {DYNAMIC, ((size_t)1 << 24) + 1, 1, FURROW_ERANGE},
        {DYNAMIC, ((size_t)1 << 34) + 1, 1024, FURROW_ERANGE},
        {DYNAMIC, ((size_t)1 << 24) + 1, 1024, FURROW_OK},
        {STATIC, ((size_t)1 << 24) + 1, 1, FURROW_ERANGE},
        {STATIC, SIZE_MAX, 1, FURROW_ERANGE},
        {STATIC, SIZE_MAX, 0, FURROW_OK},
        {GUIDED, ((size_t)1 << 24) + 1, 1, FURROW_OK}, /* in no more than 69 pieces */
        {GUIDED, SIZE_MAX, 0, FURROW_OK},
    };
    const furrow_costs none = {0};
    for (size_t i = 0; i < COUNT(table); i++) {
        const furrow_profile even = {table[i].items, 1, (const double[]){0, 1}};
        furrow__simulation simulation;
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow__schedule_simulate(&simulation, table[i].schedule, table[i].chunk, 2,
                                               &even, &none),
                     table[i].status);
    }
}

TEST(what_cannot_be_played_is_refused)
{
    static const struct {
        furrow_schedule schedule;
        int threads;
        double cost;
    } table[] = {
        {FURROW_SCHEDULE_AUTO, 2, 1},
        {(furrow_schedule)9, 2, 1},
        {DYNAMIC, 0, 1},
        {DYNAMIC, -1, 1},
        {STATIC, 2, -1},
        {GUIDED, 2, NAN},
        {GUIDED, 2, INFINITY},
    };
    const furrow_costs none = {0};
    furrow__simulation simulation;
    for (size_t i = 0; i < COUNT(table); i++) {
        const double until[] = {0, 1, 1 + table[i].cost};
        const furrow_profile profile = {2, 2, until};
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow__schedule_simulate(&simulation, table[i].schedule, 0, table[i].threads,
                                               &profile, &none),
                     FURROW_EINVAL);
    }
    static const size_t parts[] = {0, 3, SIZE_MAX};
    for (size_t i = 0; i < COUNT(parts); i++) {
        const furrow_profile profile = {2, parts[i], (const double[]){0, 1, 2}};
        harness_case("%zu parts of two items", parts[i]);
        EXPECT_EQUAL(furrow__schedule_simulate(&simulation, DYNAMIC, 0, 2, &profile, &none),
                     FURROW_EINVAL);
    }
    harness_case(NULL);
    const furrow_profile one = {1, 1, (const double[]){0, 1}};
    harness_fail_allocation(1);
    EXPECT_EQUAL(furrow__schedule_simulate(&simulation, DYNAMIC, 0, 2, &one, &none), FURROW_ENOMEM);
}

#include "harness.h"
#include "plan/simulate.h"

#include <math.h>
#include <stdint.h>

#include <furrow/plan.h>
#include <furrow/status.h>

#define STATIC  FURROW_SCHEDULE_STATIC
#define DYNAMIC FURROW_SCHEDULE_DYNAMIC
#define GUIDED  FURROW_SCHEDULE_GUIDED

/* Handing out costs nothing. */
#define FREE                                                                                       \
    {                                                                                              \
        .region = 0                                                                                \
    }

/* A loop and its simulated times. The comments show the items of each thread, separated by "|". */
struct played {
    const char *name;
    furrow_schedule schedule;
    size_t chunk;
    int threads;
    size_t items;
    double of_items[10];
    furrow_costs costs;
    double makespan, imbalance;
    size_t chunks;
};

static void plays(const struct played *played)
{
    double until[11] = {0};
    for (size_t j = 0; j < played->items; j++)
        until[j + 1] = until[j] + played->of_items[j];
    const furrow_profile profile = {played->items, played->items, until};
    furrow__simulation simulation;
    harness_case("%s", played->name);
    EXPECT_EQUAL(furrow__schedule_simulate(&simulation, played->schedule, played->chunk,
                                           played->threads, &profile, &played->costs),
                 FURROW_OK);
    EXPECT_NEAR(simulation.makespan, played->makespan, 1e-12);
    EXPECT_NEAR(simulation.imbalance, played->imbalance, 1e-12);
    EXPECT_EQUAL(simulation.chunks, played->chunks);
}

TEST(schedules_play_as_they_do_by_hand)
{
    static const struct played table[] = {
        {"no items cost a region", GUIDED, 4, 2, 0, {0}, {.region = 7, .dispatch = 1}, 7, 0, 0},
        {"items that cost nothing", DYNAMIC, 0, 2, 4, {0}, FREE, 0, 0, 4},
        /* 1+2+3 | 4+5 */
        {"static blocks, the first longer",
         STATIC,
         0,
         2,
         5,
         {1, 2, 3, 4, 5},
         FREE,
         9,
         1 - 7.5 / 9,
         2},
        /* 3 | 2 | 1 | ... */
        {"fewer items than blocks",
         STATIC,
         0,
         8,
         3,
         {3, 2, 1},
         {.region = 1},
         4,
         1 - 6.0 / 8 / 3,
         3},
        /* 1+3+5 | 2+4 */
        {"static cycles of one", STATIC, 1, 2, 5, {1, 2, 3, 4, 5}, FREE, 9, 1 - 7.5 / 9, 5},
        /* 1+2+5+6 | 3+4+7 */
        {"static cycles of two", STATIC, 2, 2, 7, {1, 2, 3, 4, 5, 6, 7}, FREE, 14, 0, 4},
        /* 8 | 1 1 1 1 1 */
        {"dynamic goes around a long item",
         DYNAMIC,
         1,
         2,
         6,
         {8, 1, 1, 1, 1, 1},
         FREE,
         8,
         1 - 6.5 / 8,
         6},
        /* 2 5 | 2 2: at 2 both are free, and again at 4 */
        {"dynamic breaks ties downwards", DYNAMIC, 0, 2, 4, {2, 2, 2, 5}, FREE, 7, 1 - 5.5 / 7, 4},
        /* sizes 2 2 1 1 1 1: 2 1 1 | 2 1 1 */
        {"guided takes half its share", GUIDED, 0, 2, 8, {1, 1, 1, 1, 1, 1, 1, 1}, FREE, 4, 0, 6},
        /* sizes 3 3 2: 3 2 | 3 */
        {"guided takes at least a chunk",
         GUIDED,
         3,
         2,
         8,
         {1, 1, 1, 1, 1, 1, 1, 1},
         FREE,
         5,
         0.2,
         3},
        /* sizes 2 2 1 1 1 1 of costs 9+1 | 1+1, 1, 1, 1, 1 */
        {"guided goes around a dear first piece",
         GUIDED,
         1,
         2,
         8,
         {9, 1, 1, 1, 1, 1, 1, 1},
         FREE,
         10,
         1 - 8.0 / 10,
         6},
        {"a chunk larger than all", DYNAMIC, SIZE_MAX, 2, 3, {1, 2, 3}, FREE, 6, 0.5, 1},
    };
    for (size_t i = 0; i < COUNT(table); i++)
        plays(&table[i]);
}

TEST(costs_are_paid_by_who_causes_them)
{
    static const struct played table[] = {
        {"one thread pays for each chunk, and waits for nobody",
         DYNAMIC,
         0,
         1,
         3,
         {1, 2, 3},
         {.region = 10, .dispatch = 1, .contended = 100},
         19,
         0,
         3},
        {"threads beyond the second cost more",
         STATIC,
         0,
         5,
         5,
         {1, 1, 1, 1, 1},
         {.region = 10, .thread = 2, .extra = 1000},
         17,
         0,
         5},
        /* 1.5+3+... : (1+1)+.5, (1+3)+.5 | (1+1)+.5 */
        {"dynamic pays for each chunk",
         DYNAMIC,
         2,
         2,
         6,
         {1, 1, 1, 1, 1, 3},
         {.region = 4, .dispatch = 0.5, .deal = 100},
         11,
         1 - 4.75 / 7,
         3},
        /* (1+.5)+(3+.5)+(5+.5) | (2+.5)+(4+.5) */
        {"what is dealt costs a deal and no dispatch",
         STATIC,
         1,
         2,
         5,
         {1, 2, 3, 4, 5},
         {.deal = 0.5, .dispatch = 100, .contended = 100},
         10.5,
         1 - 8.75 / 10.5,
         5},
        /* 6.5 | 9.5 */
        {"a block is dealt too",
         STATIC,
         0,
         2,
         5,
         {1, 2, 3, 4, 5},
         {.deal = 0.5},
         9.5,
         1 - 8 / 9.5,
         2},
        /* served at 0, 6 | 3, 9, and done a second later */
        {"who asks while the counter serves waits",
         DYNAMIC,
         1,
         2,
         4,
         {1, 1, 1, 1},
         {.contended = 3},
         10,
         1 - 8.5 / 10,
         4},
        /* served at 0, 3 | 0.5 */
        {"who asks later than that does not",
         DYNAMIC,
         1,
         2,
         3,
         {2, 2, 2},
         {.dispatch = 1, .contended = 0.5},
         6,
         1 - 4.75 / 6,
         3},
        /* sizes 2 2 1 1 1 1, served at 0, 10, 20, ... */
        {"guided asks the same counter",
         GUIDED,
         0,
         2,
         8,
         {1, 1, 1, 1, 1, 1, 1, 1},
         {.contended = 10},
         51,
         1 - 46.0 / 51,
         6},
    };
    for (size_t i = 0; i < COUNT(table); i++)
        plays(&table[i]);
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

#include "harness.h"

#include <math.h>
#include <stdint.h>

#include <furrow/schedule.h>
#include <furrow/status.h>

#define STATIC  FURROW_SCHEDULE_STATIC
#define DYNAMIC FURROW_SCHEDULE_DYNAMIC
#define GUIDED  FURROW_SCHEDULE_GUIDED

TEST(the_forms_of_omp_schedule_are_read)
{
    static const struct {
        const char *text;
        furrow_schedule schedule;
        size_t chunk;
    } table[] = {
        {"auto", FURROW_SCHEDULE_AUTO, 0},
        {"static", STATIC, 0},
        {"dynamic", DYNAMIC, 0},
        {"guided", GUIDED, 0},
        {"static,1", STATIC, 1},
        {"dynamic,16", DYNAMIC, 16},
        {"monotonic:static,4", STATIC, 4},
        {"nonmonotonic:dynamic,16", DYNAMIC, 16},
        {"nonmonotonic:guided", GUIDED, 0},
        {"guided,18446744073709551615", GUIDED, SIZE_MAX},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        furrow_schedule schedule = FURROW_SCHEDULE_AUTO;
        size_t chunk = 99;
        harness_case("%s", table[i].text);
        EXPECT(furrow_schedule_parse(&schedule, &chunk, table[i].text));
        EXPECT_EQUAL(schedule, table[i].schedule);
        EXPECT(chunk == table[i].chunk);
    }
}

TEST(other_schedules_are_refused_and_change_nothing)
{
    static const char *const texts[] = {"",
                                        "fast",
                                        "Static",
                                        "dynamic,",
                                        "dynamic,0",
                                        "dynamic,-1",
                                        "dynamic,x",
                                        "dynamic,1x",
                                        "dynamic, 4",
                                        "dynamic,4,",
                                        "static:4",
                                        "monotonic:",
                                        "fancy:static",
                                        ",4",
                                        "dynamicx",
                                        "dynam",
                                        "monotonic:nonmonotonic:static",
                                        "guided,18446744073709551616"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        furrow_schedule schedule = GUIDED;
        size_t chunk = 99;
        harness_case("\"%s\"", texts[i]);
        EXPECT(!furrow_schedule_parse(&schedule, &chunk, texts[i]));
        EXPECT(schedule == GUIDED && chunk == 99);
    }
}

TEST(names_are_read_back)
{
    for (int i = 0; i <= GUIDED; i++) {
        furrow_schedule schedule = FURROW_SCHEDULE_AUTO;
        size_t chunk;
        const char *name = furrow_schedule_name((furrow_schedule)i);
        EXPECT(furrow_schedule_parse(&schedule, &chunk, name) && (int)schedule == i);
    }
    EXPECT_TEXT(furrow_schedule_name((furrow_schedule)9), "unknown");
    EXPECT_TEXT(furrow_schedule_name((furrow_schedule)-1), "unknown");
}

/* Each played by hand: who runs what, and who is last. */
TEST(schedules_play_as_they_do_by_hand)
{
    static const struct {
        const char *name;
        furrow_schedule schedule;
        size_t chunk;
        int threads;
        size_t items;
        double costs[10], region, dispatch;
        double makespan, imbalance;
        size_t chunks;
    } table[] = {
        {"one thread adds up", DYNAMIC, 0, 1, 3, {1, 2, 3}, 10, 1, 19, 0, 3},
        {"no items cost a region", GUIDED, 4, 3, 0, {0}, 7, 1, 7, 0, 0},
        {"items that cost nothing", DYNAMIC, 0, 2, 4, {0}, 0, 0, 0, 0, 4},
        /* 1+2+3 | 4+5 */
        {"static blocks, the first longer",
         STATIC,
         0,
         2,
         5,
         {1, 2, 3, 4, 5},
         0,
         0,
         9,
         1 - 7.5 / 9,
         2},
        {"fewer items than blocks", STATIC, 0, 8, 3, {3, 2, 1}, 1, 5, 4, 1 - 6.0 / 8 / 3, 3},
        /* 1+3+5 | 2+4 */
        {"static cycles of one", STATIC, 1, 2, 5, {1, 2, 3, 4, 5}, 0, 9, 9, 1 - 7.5 / 9, 5},
        /* 1+2+5+6 | 3+4+7 */
        {"static cycles of two", STATIC, 2, 2, 7, {1, 2, 3, 4, 5, 6, 7}, 0, 0, 14, 0, 4},
        /* 8 | 1 1 1 1 1 */
        {"dynamic goes around a long item",
         DYNAMIC,
         1,
         2,
         6,
         {8, 1, 1, 1, 1, 1},
         0,
         0,
         8,
         1 - 6.5 / 8,
         6},
        /* ties go to the lower thread: 2 2 | 2 5 */
        {"dynamic breaks ties downwards", DYNAMIC, 0, 2, 4, {2, 2, 2, 5}, 0, 0, 7, 1 - 5.5 / 7, 4},
        /* (1+1)+.5, (1+3)+.5 | (1+1)+.5 */
        {"dynamic pays for each chunk",
         DYNAMIC,
         2,
         2,
         6,
         {1, 1, 1, 1, 1, 3},
         4,
         0.5,
         11,
         1 - 4.75 / 7,
         3},
        /* shares of 10, 7, 5, 3, 2, 1: 5 2 1 1 | 3 2 1 ... = 5, 3, 1 of 2, ... */
        {"guided takes half of the rest", GUIDED, 0, 2, 8, {1, 1, 1, 1, 1, 1, 1, 1}, 0, 0, 4, 0, 4},
        /* 8/2 = 4 | 4/2 = 2 but at least 3, then 1 */
        {"guided takes at least a chunk", GUIDED, 3, 2, 8, {1, 1, 1, 1, 1, 1, 1, 1}, 0, 0, 4, 0, 3},
        {"a chunk larger than all", DYNAMIC, SIZE_MAX, 2, 3, {1, 2, 3}, 0, 0, 6, 0.5, 1},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const furrow_costs costs = {.region = table[i].region, .dispatch = table[i].dispatch};
        double until[11] = {0};
        for (size_t j = 0; j < table[i].items; j++)
            until[j + 1] = until[j] + table[i].costs[j];
        const furrow_profile profile = {table[i].items, table[i].items, until};
        furrow_simulation simulation;
        harness_case("%s", table[i].name);
        EXPECT_EQUAL(furrow_schedule_simulate(&simulation, table[i].schedule, table[i].chunk,
                                              table[i].threads, &profile, &costs),
                     FURROW_OK);
        EXPECT_NEAR(simulation.makespan, table[i].makespan, 1e-12);
        EXPECT_NEAR(simulation.imbalance, table[i].imbalance, 1e-12);
        EXPECT_EQUAL(simulation.chunks, table[i].chunks);
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
    furrow_simulation simulation;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const double until[] = {0, 1, 1 + table[i].cost};
        const furrow_profile profile = {2, 2, until};
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow_schedule_simulate(&simulation, table[i].schedule, 0, table[i].threads,
                                              &profile, &none),
                     FURROW_EINVAL);
    }
    const furrow_profile one = {1, 1, (const double[]){0, 1}};
    harness_fail_allocation(1);
    EXPECT_EQUAL(furrow_schedule_simulate(&simulation, DYNAMIC, 0, 2, &one, &none), FURROW_ENOMEM);
}

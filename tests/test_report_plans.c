#include "harness.h"

#include <string.h>

#include <furrow/report.h>

#include "report/text.h"
#include "sink.h"

static int refuse(const char *bytes, size_t size, void *context)
{
    (void)context;
    (void)bytes;
    (void)size;
    return FURROW_EIO;
}

static double serial_wall[] = {0.010, 0.011, 0.010, 0.012};
static double swept_wall[] = {0.005, 0.0050, 0.005, 0.0060};
static double planned_wall[] = {0.006, 0.0055, 0.006, 0.0060};

static furrow_measurement way(const char *name, double *wall, int threads, furrow_backend backend)
{
    furrow_measurement way = {.count = 4, .wall = wall};
    strcpy(way.name, name);
    way.plan = (furrow_plan){
        threads, backend, FURROW_SCHEDULE_GUIDED, 16, {.cause = FURROW_CAUSE_REQUEST}};
    furrow_stats_summarise(&way.wall_time, wall, 4);
    return way;
}

/* A sweep of the serial loop and one way, which a plan is compared with. */
static furrow_measurements sweep(furrow_measurement ways[3])
{
    ways[0] = way("serial", serial_wall, 1, FURROW_BACKEND_SERIAL);
    ways[1] = way("2 x guided,16", swept_wall, 2, FURROW_BACKEND_FOR);
    ways[2] = way("planned", planned_wall, 2, FURROW_BACKEND_FOR);
    return (furrow_measurements){.count = 3, .ways = ways, .rounds = 4};
}

TEST(a_sweep_is_shown_by_time_with_the_regret_of_its_plans)
{
    static memory_sink sink;
    furrow_measurement ways[3];
    furrow_measurements measurements = sweep(ways);
    sink.size = 0;
    REQUIRE_EQUAL(furrow_report_sweep(&measurements, 2, "An example", memory_sink_take, &sink), 0);
    EXPECT_TEXT(sink.text,
                "An example\n"
                "2 ways swept, 4 rounds, interleaved; the best is chosen in the even rounds, "
                "ratios to it are those of pairs in the odd ones\n"
                "way                     plan     time                95 %  over the best"
                "            95 %\n"
                "2 x guided,16  2 x guided,16  5.00 ms  [5.00 ms, 6.00 ms]         1.000x"
                "  [1.000, 1.000]\n"
                "planned        2 x guided,16  6.00 ms  [5.50 ms, 6.00 ms]         1.050x"
                "  [1.000, 1.100]\n"
                "serial                serial  10.5 ms  [10.0 ms, 12.0 ms]         2.100x"
                "  [2.000, 2.200]\n"
                "Best: 2 x guided,16, 5.00 ms\n"
                "planned: 2 threads, as asked; guided, at least 16 items at a time\n"
                "Regret of planned: 5.0 %, with 50 % confidence 0.0 to 10.0 %\n");
}

TEST(a_record_of_a_sweep_has_its_regret_and_every_sample)
{
    static memory_sink sink;
    furrow_measurement ways[3];
    furrow_measurements measurements = sweep(ways);
    furrow_writer *writer;
    sink.size = 0;
    REQUIRE_EQUAL(furrow_writer_new(&writer, FURROW_FORMAT_CSV, NULL, memory_sink_take, &sink), 0);
    EXPECT_EQUAL(furrow_report_sweep_records(&measurements, 2, writer), 0);
    EXPECT_EQUAL(furrow_writer_finish(writer), 0);
    furrow_writer_free(writer);
    EXPECT_CONTAINS(sink.text,
                    "way,swept,best,threads,backend,schedule,chunk,rounds,median,low,high,coverage,"
                    "regret,regret_low,regret_high,regret_coverage,reason,samples_1,samples_2,"
                    "samples_3,samples_4\n"
                    "serial,1,0,1,serial,guided,16,4,");
    EXPECT_CONTAINS(sink.text, "\n\"2 x guided,16\",1,1,2,for,guided,16,4,");
    EXPECT_CONTAINS(sink.text, "\nplanned,0,0,2,for,guided,16,4,0.006000000,0.005500000,"
                               "0.006000000,0.875000,0.050000,0.000000,0.100000,0.500000,");
}

TEST(a_sweep_of_one_round_has_nothing_to_compare)
{
    static memory_sink sink;
    furrow_measurement ways[3];
    furrow_measurements measurements = sweep(ways);
    measurements.rounds = 1;
    sink.size = 0;
    EXPECT_EQUAL(furrow_report_sweep(&measurements, 2, "Short", memory_sink_take, &sink), 0);
    EXPECT_TEXT(sink.text, "Short: too few rounds to choose and compare\n");
    measurements.rounds = 4;
    EXPECT_EQUAL(furrow_report_sweep(&measurements, 0, "", memory_sink_take, &sink), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_report_sweep(&measurements, 4, "", memory_sink_take, &sink), FURROW_EINVAL);
}

TEST(a_sweep_survives_each_failed_allocation_and_a_sink_that_fails)
{
    static memory_sink sink;
    furrow_measurement ways[3];
    furrow_measurements measurements = sweep(ways);
    EXPECT_EQUAL(furrow_report_sweep(&measurements, 2, "An example", refuse, NULL), FURROW_EIO);
    for (size_t n = 1; n < 100; n++) {
        sink.size = 0;
        harness_fail_allocation(n);
        int status = furrow_report_sweep(&measurements, 2, "An example", memory_sink_take, &sink);
        bool failed = harness_fail_allocation(0) >= n;
        harness_case("allocation %zu", n);
        EXPECT_EQUAL(status, failed ? FURROW_ENOMEM : FURROW_OK);
        if (!failed)
            return;
    }
}

static furrow_plan candidate(int threads, furrow_schedule schedule, size_t chunk, double predicted)
{
    return (furrow_plan){.threads = threads,
                         .backend = threads == 1 ? FURROW_BACKEND_SERIAL : FURROW_BACKEND_FOR,
                         .schedule = schedule,
                         .chunk = chunk,
                         .reason.predicted = predicted};
}

TEST(plans_are_shown_by_the_time_predicted_and_the_chosen_one_marked)
{
    static memory_sink sink;
    const furrow_plan plans[] = {candidate(1, FURROW_SCHEDULE_DYNAMIC, 0, 3e-3),
                                 candidate(2, FURROW_SCHEDULE_GUIDED, 14, 1.6e-3),
                                 candidate(2, FURROW_SCHEDULE_STATIC, 0, 1.5e-3)};
    sink.size = 0;
    REQUIRE_EQUAL(furrow_report_plans(plans, 3, &plans[1], memory_sink_take, &sink), 0);
    EXPECT_TEXT(sink.text, "candidate      predicted  over the least\n"
                           "2 x static       1.50 ms              1x\n"
                           "2 x guided,14    1.60 ms           1.07x  chosen\n"
                           "serial           3.00 ms              2x\n");
    EXPECT_EQUAL(furrow_report_plans(plans, 3, &plans[1], refuse, NULL), FURROW_EIO);
    for (size_t n = 1; n <= 2; n++) {
        harness_fail_allocation(n);
        EXPECT_EQUAL(furrow_report_plans(plans, 3, &plans[1], memory_sink_take, &sink),
                     FURROW_ENOMEM);
    }
    harness_fail_allocation(0);
}

TEST(pools_are_shown_with_their_threads_and_marked_when_chosen)
{
    static memory_sink sink;
    furrow_plan plans[] = {candidate(2, FURROW_SCHEDULE_ADAPTIVE, 0, 1e-3),
                           candidate(4, FURROW_SCHEDULE_ADAPTIVE, 0, 2e-3),
                           candidate(2, FURROW_SCHEDULE_DYNAMIC, 7, 4e-3)};
    for (int i = 0; i < 3; i++)
        plans[i].backend = FURROW_BACKEND_POOL;
    sink.size = 0;
    REQUIRE_EQUAL(furrow_report_plans(plans, 3, &plans[1], memory_sink_take, &sink), 0);
    EXPECT_TEXT(sink.text, "candidate   predicted  over the least\n"
                           "2 x pool      1.00 ms              1x\n"
                           "4 x pool      2.00 ms              2x  chosen\n"
                           "2 x pool,7    4.00 ms              4x\n");
}

TEST(records_of_plans_say_what_is_predicted_and_which_is_chosen)
{
    static memory_sink sink;
    const furrow_plan plans[] = {candidate(1, FURROW_SCHEDULE_DYNAMIC, 0, 3e-3),
                                 candidate(2, FURROW_SCHEDULE_GUIDED, 14, 1.6e-3)};
    furrow_writer *writer;
    sink.size = 0;
    REQUIRE_EQUAL(furrow_writer_new(&writer, FURROW_FORMAT_CSV, NULL, memory_sink_take, &sink), 0);
    EXPECT_EQUAL(furrow_report_plan_records(plans, 2, &plans[0], writer), 0);
    EXPECT_EQUAL(furrow_writer_finish(writer), 0);
    furrow_writer_free(writer);
    EXPECT_TEXT(sink.text, "threads,backend,schedule,chunk,predicted,chosen\n"
                           "2,for,guided,14,0.001600000,0\n"
                           "1,serial,dynamic,0,0.003000000,1\n");
}

TEST(a_calibration_is_shown_with_what_it_rests_on)
{
    static memory_sink sink;
    furrow__calibration calibration = {.costs = {.region = 1.5e-6, .contended = 5e-8},
                                       .threads = 2,
                                       .samples = 60,
                                       .disturbed = 3,
                                       .seconds = 4e-3};
    sink.size = 0;
    furrow__text text = {.sink = memory_sink_take, .context = &sink};
    furrow__text_costs(&text, &calibration);
    REQUIRE_EQUAL(text.status, 0);
    EXPECT_CONTAINS(sink.text, "Costs of OpenMP: measured with up to 2 threads in 4.00 ms, 60 "
                               "samples and 3 disturbed\n");
    EXPECT_CONTAINS(sink.text, "  region of two threads                          1.50 us\n");
    EXPECT_CONTAINS(sink.text, "  chunk taken while all threads take             50.0 ns\n");
    calibration.samples = 0;
    sink.size = 0;
    furrow__text_costs(&text, &calibration);
    REQUIRE_EQUAL(text.status, 0);
    EXPECT_CONTAINS(sink.text, "typical ones, there was nothing to measure");
    furrow__text failing = {.sink = refuse};
    furrow__text_costs(&failing, &calibration);
    EXPECT_EQUAL(failing.status, FURROW_EIO);
}

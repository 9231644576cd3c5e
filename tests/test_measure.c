#include "harness.h"

#include <string.h>

#include <furrow/cpu.h>
#include <furrow/measure.h>
#include <furrow/parallel.h>
#include <furrow/plan.h>

#include "kernels.h"
#include "measure/calibrate.h"
#include "meeting.h"

/* A contender that writes its letter into a log each time it runs. */
struct logger {
    char *log;
    char letter;
    size_t fails_at; /* length of the log at which it fails; 0: never */
    furrow_cancel *cancels;
};

static void append(struct logger *logger, char letter)
{
    size_t length = strlen(logger->log);
    logger->log[length] = letter;
    logger->log[length + 1] = '\0';
}

static int prepare(void *context)
{
    append(context, '.');
    return 0;
}

static int run(furrow_run_outcome *outcome, void *context)
{
    struct logger *logger = context;
    append(logger, logger->letter);
    outcome->usage.cpu = logger->letter == 'a' ? 4 : 2;
    outcome->plan.threads = logger->letter - 'a' + 1;
    if (logger->cancels)
        furrow_cancel_request(logger->cancels);
    return logger->fails_at && strlen(logger->log) >= logger->fails_at ? 7 : 0;
}

TEST(ways_take_turns_and_each_round_has_its_order)
{
    char log[256] = "";
    struct logger loggers[] = {{log, 'a', 0, NULL}, {log, 'b', 0, NULL}, {log, 'c', 0, NULL}};
    furrow_contender contenders[3];
    for (size_t i = 0; i < 3; i++)
        contenders[i] = (furrow_contender){"way", NULL, run, &loggers[i]};
    furrow_measurements measurements;
    furrow_measure_options options = {.rounds = 40, .warm_ups = 1};
    REQUIRE_EQUAL(furrow_measure(&measurements, contenders, 3, &options, NULL), 0);
    EXPECT_EQUAL(strlen(log), 41 * 3);
    size_t orders = 0;
    static const char *const all[] = {"abc", "acb", "bac", "bca", "cab", "cba"};
    for (size_t i = 0; i < 6; i++) {
        size_t rounds = 0;
        for (size_t at = 0; at < 41 * 3; at += 3)
            rounds += strncmp(log + at, all[i], 3) == 0;
        EXPECT(rounds > 0 && rounds < 20);
        orders += rounds;
    }
    EXPECT_EQUAL(orders, 41);
    furrow_measurements_clear(&measurements);
}

TEST(a_short_way_is_rehearsed_before_each_sample)
{
    char log[256] = "";
    struct logger logger = {log, 'a', 0, NULL};
    furrow_contender contender = {"alone", prepare, run, &logger};
    furrow_measurements measurements;
    furrow_measure_options options = {.rounds = 2, .warm_ups = 1, .rehearsed = 3600};
    REQUIRE_EQUAL(furrow_measure(&measurements, &contender, 1, &options, NULL), 0);
    EXPECT_TEXT(log, ".a"
                     ".a.a"
                     ".a.a");
    EXPECT_EQUAL(measurements.ways[0].count, 2);
    furrow_measurements_clear(&measurements);
}

TEST(each_run_is_prepared_and_every_sample_kept)
{
    char log[256] = "";
    struct logger logger = {log, 'a', 0, NULL};
    furrow_contender contender = {"alone", prepare, run, &logger};
    furrow_measurements measurements;
    furrow_measure_options options = {.rounds = 3};
    REQUIRE_EQUAL(furrow_measure(&measurements, &contender, 1, &options, NULL), 0);
    EXPECT_TEXT(log, ".a.a.a");
    REQUIRE_EQUAL(measurements.count, 1);
    const furrow_measurement *way = &measurements.ways[0];
    EXPECT_TEXT(way->name, "alone");
    EXPECT_EQUAL(way->count, 3);
    EXPECT_EQUAL(way->wall_time.count, 3);
    EXPECT_NEAR(way->cpu_time.median, 4, 0);
    EXPECT_EQUAL(way->plan.threads, 1);
    for (size_t i = 0; i < 3; i++)
        EXPECT(way->wall[i] >= 0 && way->wall[i] <= way->wall_time.maximum);
    furrow_measurements_clear(&measurements);
}

TEST(speedups_are_those_of_pairs_over_both_bases)
{
    char log[256] = "";
    struct logger loggers[] = {{log, 'a', 0, NULL}, {log, 'b', 0, NULL}, {log, 'c', 0, NULL}};
    furrow_contender contenders[3];
    for (size_t i = 0; i < 3; i++)
        contenders[i] = (furrow_contender){"way", NULL, run, &loggers[i]};
    furrow_measurements measurements;
    furrow_measure_options options = {.rounds = 7};
    REQUIRE_EQUAL(furrow_measure(&measurements, contenders, 3, &options, NULL), 0);
    for (size_t base = 0; base < FURROW_MEASURE_BASES; base++) {
        furrow_summary expected;
        REQUIRE_EQUAL(furrow_stats_ratio(&expected, measurements.ways[base].wall,
                                         measurements.ways[2].wall, 7),
                      0);
        EXPECT_NEAR(measurements.ways[2].speedup[base].median, expected.median, 0);
        EXPECT_NEAR(measurements.ways[2].speedup[base].high, expected.high, 0);
        EXPECT_NEAR(measurements.ways[base].speedup[base].median, 1, 0);
    }
    furrow_measurements_clear(&measurements);
}

TEST(without_a_number_of_rounds_there_are_at_least_ten)
{
    char log[8192] = "";
    struct logger logger = {log, 'a', 0, NULL};
    furrow_contender contender = {"alone", NULL, run, &logger};
    furrow_measurements measurements;
    furrow_measure_options options = {.seconds = 1e-9};
    REQUIRE_EQUAL(furrow_measure(&measurements, &contender, 1, &options, NULL), 0);
    EXPECT_EQUAL(measurements.rounds, 10);
    EXPECT_EQUAL(strlen(log), 11); /* one more to see how long a round takes */
    furrow_measurements_clear(&measurements);
}

TEST(a_contender_that_fails_is_named_and_its_code_comes_back)
{
    char log[256] = "";
    struct logger loggers[] = {{log, 'a', 0, NULL}, {log, 'b', 5, NULL}};
    furrow_contender contenders[] = {{"good", NULL, run, &loggers[0]},
                                     {"bad", NULL, run, &loggers[1]}};
    furrow_measurements measurements;
    furrow_error error;
    furrow_measure_options options = {.rounds = 6};
    EXPECT_EQUAL(furrow_measure(&measurements, contenders, 2, &options, &error), 7);
    EXPECT_CONTAINS(error.text, "bad");
    furrow_measurements_clear(&measurements);
}

TEST(a_cancelled_measurement_keeps_its_whole_rounds)
{
    char log[256] = "";
    furrow_cancel cancel = {0};
    struct logger logger = {log, 'a', 0, &cancel};
    furrow_contender contender = {"alone", NULL, run, &logger};
    furrow_measurements measurements;
    furrow_measure_options options = {.rounds = 6, .cancel = &cancel};
    EXPECT_EQUAL(furrow_measure(&measurements, &contender, 1, &options, NULL), FURROW_ECANCELED);
    EXPECT_EQUAL(measurements.rounds, 1);
    EXPECT_EQUAL(measurements.ways[0].count, 1);
    furrow_measurements_clear(&measurements);
}

TEST(nothing_to_measure_is_refused)
{
    furrow_measurements measurements;
    EXPECT_EQUAL(furrow_measure(&measurements, NULL, 0, NULL, NULL), FURROW_EINVAL);
    furrow_measurements_clear(&measurements);
}

/* A kernel of n items whose output depends on the worker, or that never verifies. */
struct liar {
    bool verifies;
    size_t rounds; /* that succeed before one fails; 0: all */
};

static struct liar liar_state;

static int liar_setup(void **state, const furrow_args *args, furrow_error *error)
{
    (void)args, (void)error;
    *state = &liar_state;
    return 0;
}

static int liar_begin(void *state, size_t round, furrow_error *error)
{
    const struct liar *liar = state;
    if (liar->rounds > 0 && round == liar->rounds)
        return furrow_error_set(error, FURROW_EIO, "gone");
    return 0;
}

static furrow_shape liar_shape(const void *state)
{
    (void)state;
    return (furrow_shape){.items = 64, .result_size = sizeof(int)};
}

/* Which item is first in its range depends on the chunk. */
static int liar_body(const furrow_range *range, const void *context)
{
    (void)context;
    int *first = range->results;
    first[0] = 1;
    return 0;
}

static int liar_emit(const void *state, const furrow_record *record, furrow_writer *writer)
{
    (void)state;
    furrow_writer_begin(writer);
    furrow_writer_count(writer, "first", (uint64_t) * (const int *)record->result);
    return furrow_writer_end(writer);
}

static int liar_verify(const void *state, furrow_error *error)
{
    const struct liar *liar = state;
    return liar->verifies ? 0 : furrow_error_set(error, FURROW_EVERIFY, "never right");
}

static const furrow_kernel_format liar_formats[] = {{.emit = liar_emit}, {0}};

static const furrow_kernel liar_kernel = {
    .abi = FURROW_KERNEL_ABI,
    .name = "liar",
    .summary = "results that depend on how they are computed",
    .setup = liar_setup,
    .begin = liar_begin,
    .shape = liar_shape,
    .body = liar_body,
    .formats = liar_formats,
    .verify = liar_verify,
};

static int measure_liar(bool verifies, size_t chunk, furrow_error *error)
{
    furrow_measurements measurements;
    furrow_args *args;
    int status = furrow_args_new(&args, NULL);
    if (status)
        return status;
    liar_state.verifies = verifies;
    furrow_way way = {"other", .plan = {.threads = 2, .chunk = chunk}};
    furrow_measure_options options = {.rounds = 1};
    status =
        furrow_measure_kernel(&measurements, &liar_kernel, args, &way, 1, NULL, &options, error);
    furrow_measurements_clear(&measurements);
    furrow_args_free(args);
    return status;
}

TEST(a_kernel_that_does_not_verify_is_not_timed)
{
    furrow_error error;
    EXPECT_EQUAL(measure_liar(false, 7, &error), FURROW_EVERIFY);
    EXPECT_CONTAINS(error.text, "never right");
}

TEST(a_kernel_that_cannot_begin_again_is_not_timed)
{
    furrow_error error;
    liar_state.rounds = 1;
    EXPECT_EQUAL(measure_liar(true, 7, &error), FURROW_EIO);
    EXPECT_TEXT(error.text, "gone");
    liar_state.rounds = 0;
}

TEST(a_way_with_other_results_than_the_serial_loop_is_not_timed)
{
    furrow_error error;
    EXPECT_EQUAL(measure_liar(true, 7, &error), FURROW_EVERIFY);
    EXPECT_CONTAINS(error.text, "other results than the serial loop");
}

TEST(a_kernel_is_measured_on_both_bases_and_the_ways_asked_for)
{
    const furrow_kernel *kernel = furrow_kernel_find(furrow_kernels, "squares", NULL);
    furrow_args *args;
    REQUIRE(kernel != NULL);
    REQUIRE_EQUAL(furrow_args_new(&args, kernel->params), 0);
    REQUIRE_EQUAL(furrow_args_set(args, "n", "1000", NULL), 0);
    furrow_way ways[] = {{"two", .plan = {.threads = 2}},
                         {"reduction", .plan = {.threads = 2},
                          .variant = furrow_kernel_variant(kernel, "reduction")}};
    furrow_measurements measurements;
    furrow_measure_options options = {.rounds = 6};
    REQUIRE_EQUAL(furrow_measure_kernel(&measurements, kernel, args, ways, 2, NULL, &options, NULL),
                  0);
    REQUIRE_EQUAL(measurements.count, 4);
    EXPECT_EQUAL(measurements.ways[0].plan.backend, FURROW_BACKEND_SERIAL);
    EXPECT_EQUAL(measurements.ways[1].plan.threads, 1);
#ifdef _OPENMP
    EXPECT_EQUAL(measurements.ways[1].plan.backend, FURROW_BACKEND_FOR);
    EXPECT_EQUAL(measurements.ways[2].plan.threads, furrow_cpu_thread_limit() == 1 ? 1 : 2);
#endif
    EXPECT_TEXT(measurements.ways[3].name, "reduction");
    EXPECT_NEAR(measurements.ways[2].work.items, 1000, 0);
    furrow_measurements_clear(&measurements);
    furrow_args_free(args);
}

TEST(measuring_survives_each_failed_allocation)
{
    char log[512] = "";
    struct logger logger = {log, 'a', 0, NULL};
    furrow_contender contender = {"alone", NULL, run, &logger};
    furrow_measure_options options = {.rounds = 2};
    for (size_t n = 1; n < 100; n++) {
        furrow_measurements measurements;
        log[0] = '\0';
        harness_fail_allocation(n);
        int status = furrow_measure(&measurements, &contender, 1, &options, NULL);
        bool failed = harness_fail_allocation(0) >= n;
        harness_case("allocation %zu", n);
        EXPECT_EQUAL(status, failed ? FURROW_ENOMEM : FURROW_OK);
        furrow_measurements_clear(&measurements);
        if (!failed)
            return;
    }
}

/* ---- what OpenMP costs here ---- */

static void expect_all_above_zero(const furrow_costs *costs)
{
    EXPECT(costs->region > 0);
    EXPECT(costs->thread > 0);
    EXPECT(costs->extra > 0);
    EXPECT(costs->share > 0);
    EXPECT(costs->deal > 0);
    EXPECT(costs->dispatch > 0);
    EXPECT(costs->contended > 0);
}

TEST(every_cost_is_known_after_calibrating)
{
    furrow__calibration calibration = {0};
    REQUIRE_EQUAL(furrow__calibrate(&calibration), FURROW_OK);
    expect_all_above_zero(&calibration.costs);
    EXPECT(calibration.threads >= 1 && calibration.threads <= furrow_cpu_count());
    EXPECT(calibration.disturbed <= calibration.samples);
}

TEST(what_was_measured_is_remembered)
{
    furrow__calibration first = {0}, second = {0};
    REQUIRE_EQUAL(furrow__calibrate(&first), FURROW_OK);
    REQUIRE_EQUAL(furrow__calibrate(&second), FURROW_OK);
    EXPECT_EQUAL(memcmp(&first.costs, &second.costs, sizeof first.costs), 0);
    EXPECT_EQUAL(first.samples, second.samples);
}

static int calibrate(const furrow_range *range, const void *context)
{
    (void)context;
    return furrow__calibrate(range->results);
}

TEST(inside_a_region_costs_are_typical)
{
    furrow__calibration calibration = {0};
    const furrow_costs typical = FURROW_PLAN_TYPICAL_COSTS;
    const furrow_parallel_options options = {
        .plan = {.threads = 2, .backend = FURROW_BACKEND_FOR},
        .results = &calibration,
        .result_size = sizeof calibration,
    };
    if (!gives_threads(2))
        SKIP("OpenMP gives one thread: no region is entered");
    REQUIRE_EQUAL(furrow_parallel_for(&options, 1, calibrate, NULL), FURROW_OK);
    EXPECT_EQUAL(calibration.samples, 0);
    EXPECT_EQUAL(memcmp(&calibration.costs, &typical, sizeof typical), 0);
}

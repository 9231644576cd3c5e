#include "harness.h"

#include <stdatomic.h>
#include <string.h>

#include <furrow/clock.h>
#include <furrow/parallel.h>
#include <furrow/pool.h>
#include <furrow/task.h>

#include "pool_helpers.h"

/* Items that fail at random, on every backend: which items run, and which status is returned. */

enum { ITEMS = 1201, WORKERS = 3 };

/* The ways to run a loop: the backends, and a pool. */
enum { WAY_POOL = FURROW_BACKEND_TASKLOOP + 1, WAYS };

struct run {
    int codes[ITEMS]; /* what item i fails with; 0: it does not */
    atomic_int runs[ITEMS];
    size_t stop;         /* the one item that fails */
    atomic_bool stopped; /* the item is about to fail */
    atomic_size_t late;  /* items above it that have started since */
};

static int run_way(int way, size_t chunk, struct run *run, furrow_body body, furrow_faults *faults)
{
    if (way == WAY_POOL) {
        furrow_pool *pool = new_pool(WORKERS);
        furrow_map_options options = {.chunk = chunk, .faults = faults};
        int status = furrow_pool_for(pool, &options, ITEMS, body, run);
        furrow_pool_free(pool);
        return status;
    }
    furrow_parallel_options options = {
        .plan = {.threads = WORKERS, .backend = (furrow_backend)way, .chunk = chunk},
        .faults = faults};
    return furrow_parallel_for(&options, ITEMS, body, run);
}

static const char *way_name(int way)
{
    return way == WAY_POOL ? "pool" : furrow_backend_name((furrow_backend)way);
}

/* ---- at random ---- */

static int run_or_fail(const furrow_range *range, const void *context)
{
    struct run *run = (struct run *)context;
    for (size_t i = range->begin; i < range->end; i++) {
        int status = run->codes[i];
        atomic_fetch_add(&run->runs[i], 1);
        if (status && (status = furrow_fail(range, i, status, "item %zu", i)) != 0)
            return status;
    }
    return 0;
}

/* About one item in `every` fails. Returns the lowest that does, or ITEMS. */
static size_t draw_failures(struct run *run, unsigned *random, unsigned every)
{
    size_t lowest = ITEMS;
    memset(run, 0, sizeof *run);
    for (size_t i = ITEMS; i-- > 0;)
        if (next_random(random) % every == 0) {
            run->codes[i] = (int)i + 1;
            lowest = i;
        }
    return lowest;
}

static void expect_stop_at(struct run *run, size_t lowest)
{
    size_t missing = 0, twice = 0;
    for (size_t i = 0; i < ITEMS; i++) {
        missing += i <= lowest && run->runs[i] == 0;
        twice += run->runs[i] > 1;
    }
    EXPECT_EQUAL(missing, 0);
    EXPECT_EQUAL(twice, 0);
}

static void expect_all_told(const struct run *run, const furrow_faults *faults)
{
    size_t failed = 0, wrong = 0;
    furrow_error fault;
    for (size_t i = 0; i < ITEMS; i++) {
        bool told = furrow_faults_find(faults, i, &fault);
        failed += run->codes[i] != 0;
        wrong += told != (run->codes[i] != 0) || (told && fault.code != run->codes[i]);
        wrong += run->runs[i] != 1;
    }
    EXPECT_EQUAL(wrong, 0);
    EXPECT_EQUAL(furrow_faults_count(faults), failed);
}

TEST(random_failures_stop_every_backend_where_the_serial_loop_would)
{
    static struct run run;
    unsigned random = 7;
    for (int round = 0; round < 6 * WAYS; round++) {
        int way = round % WAYS;
        harness_case("round %d, %s", round, way_name(way));
        size_t lowest = draw_failures(&run, &random, round < 3 * WAYS ? 400 : 40);
        int code = lowest < ITEMS ? run.codes[lowest] : 0;
        EXPECT_EQUAL(run_way(way, (size_t)round % 4, &run, run_or_fail, NULL), code);
        expect_stop_at(&run, lowest);
    }
}

TEST(random_faults_are_all_told_and_stop_no_backend)
{
    static struct run run;
    unsigned random = 11;
    for (int round = 0; round < 6 * WAYS; round++) {
        int way = round % WAYS;
        furrow_faults *faults;
        REQUIRE_EQUAL(furrow_faults_new(&faults), 0);
        harness_case("round %d, %s", round, way_name(way));
        draw_failures(&run, &random, round < 3 * WAYS ? 100 : 3);
        EXPECT_EQUAL(run_way(way, (size_t)round % 4, &run, run_or_fail, faults), 0);
        expect_all_told(&run, faults);
        furrow_faults_free(faults);
    }
}

/* ---- what starts after a stop ---- */

static int stop_in_the_middle(const furrow_range *range, const void *context)
{
    struct run *run = (struct run *)context;
    for (size_t i = range->begin; i < range->end; i++) {
        atomic_fetch_add(&run->runs[i], 1);
        if (i > run->stop && atomic_load(&run->stopped)) {
            atomic_fetch_add(&run->late, 1);
            furrow_clock_sleep(1e-3);
        } else if (i == run->stop) {
            atomic_store(&run->stopped, true);
            return 5;
        }
    }
    return 0;
}

/* An item that starts after the stop takes 1 ms. How many start before the stop is seen depends on
 * when the failing thread has a CPU; without a stop nearly all items would start. */
TEST(after_a_stop_nothing_above_it_starts_on_any_backend)
{
    static struct run run;
    for (int way = 0; way < WAYS; way++) {
        harness_case("%s", way_name(way));
        memset(&run, 0, sizeof run);
        run.stop = ITEMS / 3;
        EXPECT_EQUAL(run_way(way, 1, &run, stop_in_the_middle, NULL), 5);
        expect_stop_at(&run, run.stop);
        EXPECT(run.late < ITEMS / 4);
    }
}

/* ---- tasks ---- */

struct task {
    int code;
    int calls;
};

static int fail_or_end(void *result, const void *arguments, furrow_error *error)
{
    struct task *task = (struct task *)arguments;
    (void)result;
    (void)error;
    task->calls++;
    return task->code;
}

TEST(random_failures_stop_tasks_where_the_serial_loop_would)
{
    enum { TASKS = 60 };
    unsigned random = 5;
    for (int round = 0; round < 20; round++) {
        struct task states[TASKS] = {{0}};
        furrow_task tasks[TASKS];
        size_t lowest = TASKS;
        for (size_t i = TASKS; i-- > 0;) {
            tasks[i] = (furrow_task){.function = fail_or_end, .arguments = &states[i]};
            if (next_random(&random) % 20 == 0)
                states[lowest = i].code = (int)i + 1;
        }
        furrow_error error = {0};
        furrow_tasks_options options = {.max_threads = round % 4};
        harness_case("round %d", round);
        EXPECT_EQUAL(furrow_tasks_run(NULL, tasks, TASKS, &options, &error),
                     lowest < TASKS ? states[lowest].code : 0);
        EXPECT_EQUAL(error.item, lowest < TASKS ? lowest : 0);
        for (size_t i = 0; i < TASKS; i++)
            EXPECT(states[i].calls == 1 || (i > lowest && states[i].calls == 0));
    }
}

/* What an item's function knows and says, and what becomes of it. */
#include "harness.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <furrow/clock.h>
#include <furrow/parallel.h>
#include <furrow/pool_async.h>

#include "child.h"
#include "pool_helpers.h"

/* ---- the worker ---- */

struct bench {
    furrow_pool *pool;
    atomic_int made, removed, wrong;
};

static atomic_int *counted; /* the places that are removed */

static int make_place(void **scratch, const void *context)
{
    struct bench *bench = (struct bench *)(uintptr_t)context;
    int *place = malloc(sizeof *place);
    *place = atomic_fetch_add(&bench->made, 1);
    *scratch = place;
    return 0;
}

static void remove_place(void *scratch)
{
    free(scratch);
    if (counted)
        atomic_fetch_add(counted, 1);
}

static int look_at_place(void *result, const void *item, void *context)
{
    struct bench *bench = context;
    const int *place = furrow_pool_scratch(bench->pool);
    int worker = furrow_pool_worker(bench->pool);
    (void)result;
    (void)item;
    if (!place || worker < 0 || *place >= furrow_pool_workers(bench->pool))
        atomic_fetch_add(&bench->wrong, 1);
    return 0;
}

TEST(every_item_finds_its_workers_scratch_also_where_the_caller_helps)
{
    for (int workers = 1; workers <= 3; workers++) {
        struct bench bench = {0};
        furrow_result *result;
        furrow_pool_options options = {.workers = workers,
                                       .worker_new = make_place,
                                       .worker_free = remove_place,
                                       .context = &bench};
        REQUIRE_EQUAL(furrow_pool_new(&bench.pool, &options), 0);
        EXPECT(!furrow_pool_scratch(bench.pool) && !furrow_pool_scratch(NULL));
        EXPECT_EQUAL(furrow_pool_map(bench.pool, NULL, 500, look_at_place, &bench), 0);
        EXPECT_EQUAL(furrow_pool_apply(NULL, bench.pool, NULL, look_at_place, &bench), 0);
        for (int i = 0; i < 20; i++) {
            EXPECT_EQUAL(furrow_pool_apply_async(&result, bench.pool, NULL, look_at_place, &bench),
                         0);
            EXPECT_EQUAL(furrow_result_get(NULL, result, FURROW_FOREVER), 0);
            furrow_result_free(result);
        }
        EXPECT_EQUAL(bench.wrong, 0);
        furrow_pool_free(bench.pool);
    }
}

static int find_only_place(void *result, const void *item, void *context)
{
    struct bench *bench = context;
    const int *place = furrow_pool_scratch(bench->pool);
    (void)result;
    (void)item;
    atomic_fetch_add(&bench->wrong, !place || *place != 0);
    return 0;
}

static int end_in_child(furrow_pool *pool, struct bench *bench)
{
    atomic_store(&bench->made, 0);
    int status = furrow_pool_map(pool, NULL, 50, find_only_place, bench);
    furrow_pool_free(pool);
    return status || bench->wrong || bench->made != 1 || bench->removed != 1 ? 1 : 0;
}

/* There the map is the serial loop, with scratch of its own. */
TEST(a_forked_child_makes_scratch_for_a_map_and_frees_it)
{
    struct bench bench = {0};
    furrow_pool_options options = {
        .workers = 2, .worker_new = make_place, .worker_free = remove_place, .context = &bench};
    REQUIRE_EQUAL(furrow_pool_new(&bench.pool, &options), 0);
    counted = &bench.removed;
    pid_t child = fork();
    if (child == 0)
        _exit(end_in_child(bench.pool, &bench));
    EXPECT_EQUAL(end_of(child), 0);
    furrow_pool_free(bench.pool);
    EXPECT_EQUAL(bench.removed, 2);
    counted = NULL;
}

/* ---- the item ---- */

static int note_number(void *result, const void *item, void *context)
{
    unsigned char *seen = context;
    (void)result;
    (void)item;
    seen[furrow_function_item()]++;
    return 0;
}

static int fail_at_7(void *result, const void *item, void *context)
{
    (void)result;
    (void)item;
    (void)context;
    size_t i = furrow_function_item();
    return i % 10 == 7 ? furrow_function_fail(-7, "number %zu is odd", i) : 0;
}

TEST(a_function_without_items_knows_its_number)
{
    static unsigned char seen[1100];
    for (int workers = 0; workers <= 3; workers++)
        for (size_t chunk = 0; chunk < 3; chunk++) {
            furrow_pool *pool = workers ? new_pool(workers) : NULL;
            furrow_map_options options = {.first = 100, .chunk = 3 * chunk};
            memset(seen, 0, sizeof seen);
            EXPECT_EQUAL(furrow_pool_map(pool, &options, 1000, note_number, seen), 0);
            int wrong = 0;
            for (size_t i = 0; i < 1100; i++)
                wrong += seen[i] != (i >= 100);
            EXPECT_EQUAL(wrong, 0);
            furrow_pool_free(pool);
        }
    EXPECT_EQUAL(furrow_function_item(), FURROW_NO_ITEM);
}

TEST(a_function_says_why_its_item_fails)
{
    for (int workers = 0; workers <= 3; workers++) {
        furrow_pool *pool = workers ? new_pool(workers) : NULL;
        furrow_error error;
        furrow_map_options options = {.error = &error, .first = 10};
        EXPECT_EQUAL(furrow_pool_map(pool, &options, 1000, fail_at_7, NULL), -7);
        EXPECT_EQUAL(error.item, 17);
        EXPECT_TEXT(error.text, "number 17 is odd");
        furrow_faults *faults;
        REQUIRE_EQUAL(furrow_faults_new(&faults), 0);
        options.collect = true;
        options.faults = faults;
        EXPECT_EQUAL(furrow_pool_map(pool, &options, 1000, fail_at_7, NULL), -7);
        EXPECT_EQUAL(furrow_faults_count(faults), 100);
        EXPECT(furrow_faults_find(faults, 997, &error));
        EXPECT_TEXT(error.text, "number 997 is odd");
        furrow_faults_free(faults);
        furrow_result *result;
        options = (furrow_map_options){0};
        EXPECT_EQUAL(furrow_pool_map_async(&result, pool, &options, 50, fail_at_7, NULL), 0);
        EXPECT_EQUAL(furrow_result_get(NULL, result, FURROW_FOREVER), -7);
        furrow_result_error(&error, result);
        EXPECT_TEXT(error.text, "number 7 is odd");
        furrow_result_free(result);
        furrow_pool_free(pool);
    }
    EXPECT_EQUAL(furrow_function_fail(-3, "outside"), -3);
}

static const char *call_text(furrow_error *error, furrow_pool *pool,
                             const furrow_map_options *options)
{
    furrow_result *result;
    EXPECT_EQUAL(furrow_pool_apply_async(&result, pool, options, fail_at_7, NULL), 0);
    EXPECT_EQUAL(furrow_result_get(NULL, result, FURROW_FOREVER), -7);
    furrow_result_error(error, result);
    furrow_result_free(result);
    return error->text;
}

TEST(a_single_call_is_known_by_its_name_its_number_and_its_reason)
{
    for (int workers = 0; workers <= 2; workers++) {
        furrow_pool *pool = workers ? new_pool(workers) : NULL;
        furrow_error error;
        furrow_map_options options = {.first = 27};
        EXPECT_TEXT(call_text(&error, pool, &options), "number 27 is odd");
        EXPECT_EQUAL(error.item, 27);
        options.name = "scan.png";
        EXPECT_TEXT(call_text(&error, pool, &options), "scan.png: number 27 is odd");
        furrow_pool_free(pool);
    }
}

/* ---- its memory ---- */

typedef struct line {
    _Alignas(64) unsigned char bytes[64];
} line;

static int check_alignment(void *result, const void *item, void *context)
{
    bool aligned = (uintptr_t)result % 64 == 0 && (uintptr_t)item % 64 == 0;
    memset(result, aligned, sizeof(line));
    atomic_fetch_add((atomic_int *)context, !aligned);
    return 0;
}

static int give_lines(void *item, bool *end, void *context)
{
    static _Thread_local int unused;
    (void)context;
    memset(item, 0, sizeof(line));
    *end = ++unused % 20 == 0;
    return (uintptr_t)item % 64 ? -1 : 0;
}

static int fill_line(const furrow_range *range, const void *context)
{
    (void)context;
    return (uintptr_t)range->results % 64 ? -1 : 0;
}

static int keep(void *into, const void *partial, const void *context)
{
    (void)into;
    (void)context;
    return (uintptr_t)partial % 64 ? -1 : 0;
}

TEST(memory_that_is_kept_for_a_type_is_aligned_for_it)
{
    furrow_pool *pool = new_pool(2);
    atomic_int wrong = 0;
    static line lines[8];
    furrow_map_options options = {
        .items = lines, .item_size = sizeof(line), .result_size = sizeof(line)};
    furrow_result *results[30];
    for (int i = 0; i < 30; i++)
        REQUIRE_EQUAL(furrow_pool_apply_async(&results[i], pool, &options, check_alignment, &wrong),
                      0);
    for (int i = 0; i < 30; i++) {
        EXPECT_EQUAL(furrow_result_get(&lines[i % 8], results[i], FURROW_FOREVER), 0);
        furrow_result_free(results[i]);
    }
    EXPECT_EQUAL(furrow_pool_map_async(&results[0], pool, &options, 8, check_alignment, &wrong), 0);
    EXPECT_EQUAL(furrow_result_get(lines, results[0], FURROW_FOREVER), 0);
    furrow_result_free(results[0]);
    furrow_imap_options sizes = {
        .item_size = sizeof(line), .result_size = sizeof(line), .chunk = 3};
    furrow_imap *imap;
    furrow_imap_item item;
    REQUIRE_EQUAL(furrow_imap_new(&imap, pool, &sizes, give_lines, check_alignment, &wrong), 0);
    while (furrow_imap_next(&item, imap, FURROW_FOREVER) == 0)
        EXPECT_EQUAL(item.status, 0);
    furrow_imap_free(imap);
    EXPECT_EQUAL(wrong, 0);
    line into;
    EXPECT_EQUAL(furrow_parallel_reduce(&into, sizeof into, NULL, 100, fill_line, keep, NULL), 0);
    furrow_pool_free(pool);
}

TEST(sizes_that_no_memory_has_are_refused)
{
    furrow_pool *pool = new_pool(1);
    furrow_result *result = (furrow_result *)1;
    static const size_t huge[] = {SIZE_MAX - 3, SIZE_MAX, SIZE_MAX / 2 + 1};
    for (size_t i = 0; i < 3; i++)
        for (int which = 1; which < 4; which++) {
            char byte = 0;
            furrow_map_options options = {.items = &byte,
                                          .item_size = which & 1 ? huge[i] : 1,
                                          .result_size = which & 2 ? huge[i] : 1};
            EXPECT_EQUAL(furrow_pool_apply_async(&result, pool, &options, check_alignment, NULL),
                         FURROW_EINVAL);
            EXPECT(!result);
            for (size_t n = 0; n < 3; n++)
                EXPECT_EQUAL(
                    furrow_pool_map_async(&result, pool, &options, n, check_alignment, NULL),
                    FURROW_EINVAL);
        }
    furrow_pool_free(pool);
}

/* ---- ends ---- */

static _Thread_local bool cancelling;

static void count_back(const furrow_error *error, void *context)
{
    EXPECT_EQUAL(error->code, FURROW_ECANCELED);
    EXPECT(!cancelling);
    atomic_fetch_add((atomic_int *)context, 1);
}

static void note_progress(const furrow_progress *progress, void *context)
{
    (void)progress;
    (void)context;
    EXPECT(!cancelling);
}

TEST(a_cancel_calls_nobody_back)
{
    furrow_pool *pool = new_pool(1);
    struct gate gate = {0};
    atomic_int back = 0;
    furrow_result *results[20];
    furrow_map_options options = {.error_callback = count_back,
                                  .callback_context = &back,
                                  .progress = note_progress,
                                  .progress_context = &back};
    EXPECT_EQUAL(furrow_pool_apply_async(NULL, pool, NULL, pass_gate, &gate), 0);
    while (!atomic_load(&gate.started))
        furrow_clock_sleep(1e-4);
    for (int i = 0; i < 20; i++)
        if (i % 2)
            furrow_pool_apply_async(&results[i], pool, &options, pass_gate, &gate);
        else
            furrow_pool_map_async(&results[i], pool, &options, 5, pass_gate, &gate);
    cancelling = true;
    for (int i = 0; i < 20; i++)
        EXPECT(furrow_result_cancel(results[i]));
    cancelling = false;
    EXPECT_EQUAL(back, 0);
    atomic_store(&gate.open, true);
    for (int i = 0; i < 20; i++) {
        EXPECT_EQUAL(furrow_result_get(NULL, results[i], i % 3 ? 60 : FURROW_FOREVER),
                     FURROW_ECANCELED);
        furrow_result_free(results[i]);
    }
    EXPECT_EQUAL(back, 20);
    furrow_pool_free(pool);
}

/* A search: the first hit ends it. */
static furrow_cancel found;

static int search(void *result, const void *item, void *context)
{
    (void)result;
    (void)item;
    (void)context;
    if (furrow_function_item() != 500)
        return 0;
    furrow_cancel_request(&found);
    return 77;
}

TEST(a_hit_that_cancels_its_search_is_not_lost)
{
    for (int workers = 0; workers <= 3; workers++) {
        furrow_pool *pool = workers ? new_pool(workers) : NULL;
        for (int round = 0; round < 200 / SLOWNESS + 4; round++) {
            static const size_t chunks[] = {0, 1, 8, 16};
            furrow_error error;
            furrow_map_options options = {
                .chunk = chunks[round % 4], .cancel = &found, .error = &error};
            found = (furrow_cancel){0};
            EXPECT_EQUAL(furrow_pool_map(pool, &options, 1000, search, NULL), 77);
            EXPECT_EQUAL(error.item, 500);
        }
        furrow_pool_free(pool);
    }
}

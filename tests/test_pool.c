#include "harness.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/pool.h>
#include <furrow/pool_async.h>

#include "pool_helpers.h"
#include "pool_squares.h"

TEST(a_map_gives_what_the_serial_loop_gives)
{
    static const size_t sizes[] = {0, 1, 2, 7, 97, MOST};
    static uint64_t results[MOST];
    static int statuses[MOST];
    for (int workers = 1; workers <= 8; workers += workers < 3 ? 1 : 5) {
        furrow_pool *pool = new_pool(workers);
        REQUIRE(pool);
        for (size_t s = 0; s < COUNT(sizes); s++) {
            size_t n = sizes[s];
            const size_t chunks[] = {0, 1, 7, n, n + 1, PTRDIFF_MAX};
            for (size_t c = 0; c < COUNT(chunks); c++) {
                harness_case("%d workers, %zu items, chunk %zu", workers, n, chunks[c]);
                memset(results, 0xff, sizeof results);
                memset(statuses, 0xff, sizeof statuses);
                furrow_map_options options = squares_into(results);
                options.statuses = statuses;
                options.chunk = chunks[c];
                EXPECT_EQUAL(furrow_pool_map(pool, &options, n, square, NULL), 0);
                size_t right = 0;
                for (size_t i = 0; i < n; i++)
                    right += results[i] == i * i && statuses[i] == 0;
                EXPECT_EQUAL(right, n);
                EXPECT(n == MOST || results[n] == UINT64_MAX);
            }
        }
        furrow_pool_free(pool);
    }
}

TEST(no_pool_is_the_serial_loop)
{
    uint64_t results[97];
    furrow_map_options options = squares_into(results);
    EXPECT_EQUAL(furrow_pool_map(NULL, &options, 97, square, NULL), 0);
    EXPECT_EQUAL(results[96], 96 * 96);
    uint64_t item = 9, result = 0;
    EXPECT_EQUAL(furrow_pool_apply(&result, NULL, &item, square, NULL), 0);
    EXPECT_EQUAL(result, 81);
    EXPECT_EQUAL(furrow_pool_workers(NULL), 1);
    EXPECT_EQUAL(furrow_pool_worker(NULL), -1);
    furrow_pool_close(NULL);
    furrow_pool_terminate(NULL);
    EXPECT_EQUAL(furrow_pool_join(NULL, NULL, 0), 0);
    furrow_pool_free(NULL);
}

/* A tuple is a struct. */
struct pair {
    int a;
    short b;
};

static int subtract(void *result, const void *item, void *context)
{
    const struct pair *pair = item;
    *(int *)result = pair->a - pair->b + *(int *)context;
    return 0;
}

TEST(a_starmap_takes_structs)
{
    furrow_pool *pool = new_pool(2);
    struct pair pairs[50];
    int results[50], offset = 1000;
    for (int i = 0; i < 50; i++)
        pairs[i] = (struct pair){3 * i, (short)i};
    furrow_map_options options = {.items = pairs,
                                  .item_size = sizeof *pairs,
                                  .results = results,
                                  .result_size = sizeof *results};
    EXPECT_EQUAL(furrow_pool_starmap(pool, &options, 50, subtract, &offset), 0);
    for (int i = 0; i < 50; i++)
        EXPECT_EQUAL(results[i], 1000 + 2 * i);
    furrow_pool_free(pool);
}

TEST(apply_runs_one_call)
{
    furrow_pool *pool = new_pool(2);
    uint64_t item = 12, result = 0;
    EXPECT_EQUAL(furrow_pool_apply(&result, pool, &item, square, NULL), 0);
    EXPECT_EQUAL(result, 144);
    EXPECT_EQUAL(furrow_pool_apply(&result, pool, &item, NULL, NULL), FURROW_EINVAL);
    furrow_pool_free(pool);
}

/* ---- bodies and scratch ---- */

struct workshop {
    atomic_int made, freed, tries;
    int failing; /* this try of the initializer fails */
    atomic_bool busy[64];
    atomic_int overlaps, wrong_scratch;
    int workers;
};

static int make_tool(void **scratch, const void *context)
{
    struct workshop *workshop = (struct workshop *)context;
    if (atomic_fetch_add(&workshop->tries, 1) + 1 == workshop->failing)
        return 41;
    atomic_fetch_add(&workshop->made, 1);
    atomic_int **tool = malloc(sizeof *tool);
    if (!tool)
        return FURROW_ENOMEM;
    *tool = &workshop->freed;
    *scratch = tool;
    return 0;
}

static void free_tool(void *scratch)
{
    atomic_int **tool = scratch;
    atomic_fetch_add(*tool, 1);
    free(tool);
}

static int use_tool(const furrow_range *range, const void *context)
{
    struct workshop *workshop = (struct workshop *)context;
    atomic_int **tool = range->scratch;
    atomic_fetch_add(&workshop->wrong_scratch,
                     !tool || *tool != &workshop->freed || range->worker >= workshop->workers);
    atomic_fetch_add(&workshop->overlaps, atomic_exchange(&workshop->busy[range->worker], true));
    for (size_t i = range->begin; i < range->end; i++)
        ((size_t *)range->results)[i - range->begin] = i + 1;
    atomic_store(&workshop->busy[range->worker], false);
    return 0;
}

TEST(a_body_has_a_worker_and_its_scratch_to_itself)
{
    static struct workshop workshop;
    workshop = (struct workshop){.workers = 3};
    furrow_pool *pool;
    furrow_pool_options options = {.workers = 3,
                                   .name = "a name that is far too long",
                                   .worker_new = make_tool,
                                   .worker_free = free_tool,
                                   .context = &workshop};
    REQUIRE_EQUAL(furrow_pool_new(&pool, &options), 0);
    workshop.workers = furrow_pool_workers(pool);
    EXPECT_EQUAL(workshop.made, workshop.workers);
    size_t results[500];
    for (int round = 0; round < 20; round++) {
        memset(results, 0, sizeof results);
        furrow_map_options map = {.results = results,
                                  .result_size = sizeof *results,
                                  .first = 7,
                                  .chunk = round % 2 ? 3 : 0};
        EXPECT_EQUAL(furrow_pool_for(pool, &map, 500, use_tool, &workshop), 0);
        for (size_t i = 0; i < 500; i++)
            EXPECT_EQUAL(results[i], i + 8);
    }
    EXPECT_EQUAL(workshop.overlaps, 0);
    EXPECT_EQUAL(workshop.wrong_scratch, 0);
    EXPECT_EQUAL(workshop.freed, 0);
    furrow_pool_free(pool);
    EXPECT_EQUAL(workshop.freed, workshop.made);
}

TEST(a_failing_initializer_fails_the_pool_after_one_try_a_worker)
{
    static struct workshop workshop;
    for (int failing = 1; failing <= 3; failing++) {
        workshop = (struct workshop){.failing = failing};
        furrow_pool *pool = NULL;
        furrow_pool_options options = {
            .workers = 3, .worker_new = make_tool, .worker_free = free_tool, .context = &workshop};
        if (team_of(3) < failing)
            continue;
        EXPECT_EQUAL(furrow_pool_new(&pool, &options), 41);
        EXPECT(!pool);
        EXPECT(workshop.tries <= 3);
        EXPECT_EQUAL(workshop.freed, workshop.made);
    }
}

/* ---- bad arguments ---- */

TEST(what_cannot_be_is_refused)
{
    furrow_pool *pool = (furrow_pool *)1;
    furrow_pool_options negative = {.workers = -1};
    EXPECT_EQUAL(furrow_pool_new(&pool, &negative), FURROW_EINVAL);
    EXPECT(!pool);
    furrow_pool_options processes = {.kind = FURROW_POOL_PROCESSES};
    EXPECT_EQUAL(furrow_pool_new(&pool, &processes), FURROW_ENOTSUP);
    furrow_pool_options odd = {.kind = (furrow_pool_kind)7};
    EXPECT_EQUAL(furrow_pool_new(&pool, &odd), FURROW_EINVAL);
    furrow_pool_options full = {.full = (furrow_pool_full)7};
    EXPECT_EQUAL(furrow_pool_new(&pool, &full), FURROW_EINVAL);
    pool = new_pool(2);
    uint64_t results[4];
    furrow_map_options options = squares_into(results);
    EXPECT_EQUAL(furrow_pool_map(pool, &options, 4, NULL, NULL), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_pool_for(pool, &options, 4, NULL, NULL), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_pool_map(pool, &options, (size_t)-1, square, NULL), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_pool_map(pool, &options, PTRDIFF_MAX / 2, square, NULL), FURROW_EINVAL);
    options.chunk = (size_t)-3;
    EXPECT_EQUAL(furrow_pool_map(pool, &options, 4, square, NULL), FURROW_EINVAL);
    options = squares_into(results);
    options.item_size = 0;
    EXPECT_EQUAL(furrow_pool_map(pool, &options, 4, square, NULL), FURROW_EINVAL);
    options = squares_into(results);
    options.result_size = 0;
    EXPECT_EQUAL(furrow_pool_map(pool, &options, 4, square, NULL), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_pool_join(NULL, pool, 0), FURROW_EINVAL);
    furrow_pool_free(pool);
}

/* What the serial loop returns, and how far it comes. */
static int expected_of(const struct failures *failures, size_t n, size_t *end)
{
    *end = n;
    int status = 0;
    for (int f = 1; f >= 0; f--)
        if (failures->at[f] < *end || (failures->at[f] == *end && *end < n)) {
            *end = failures->at[f];
            status = 1 + f;
        }
    return status;
}

/* Makes one argument invalid, so that nothing may run. */
static bool break_one(furrow_map_options *options, size_t *n, unsigned *random)
{
    switch (next_random(random) % 6) {
    case 0:
        options->chunk = SIZE_MAX - next_random(random) % 9;
        break;
    case 1:
        *n = SIZE_MAX - next_random(random) % 9;
        break;
    case 2:
        *n = PTRDIFF_MAX / sizeof(uint64_t) + 1 + next_random(random) % 9;
        break;
    case 3:
        options->item_size = 0;
        break;
    case 4:
        options->result_size = 0;
        break;
    default:
        options->first = SIZE_MAX - *n + 1;
        return *n > 0;
    }
    return true;
}

static void check_against_serial(furrow_pool *pool, unsigned *random)
{
    static uint64_t results[64];
    static int statuses[64];
    size_t n = next_random(random) % 40;
    struct failures failures = {{next_random(random) % 60, next_random(random) % 60}};
    size_t chunk = next_random(random) % 8;
    furrow_map_options options = squares_into(results);
    options.statuses = statuses;
    options.chunk = chunk == 7 ? n + 3 : chunk;
    options.collect = next_random(random) % 2;
    bool refused = next_random(random) % 8 == 0 && break_one(&options, &n, random);
    memset(results, 0, sizeof results);
    memset(statuses, 0x7f, sizeof statuses);
    size_t end = 0;
    int expected = refused ? FURROW_EINVAL : expected_of(&failures, n, &end);
    int status = furrow_pool_map(pool, &options, n, fail_some, &failures);
    n = refused ? 0 : n;
    bool good = status == expected && statuses[n] == 0x7f7f7f7f;
    size_t least = options.collect ? n : end;
    for (size_t i = 0; i < n; i++) {
        int own = failures.at[0] == i ? 1 : failures.at[1] == i ? 2 : 0;
        bool ran = statuses[i] == own && results[i] == (own ? 0 : 3 * i + 1);
        bool skipped = statuses[i] == FURROW_ECANCELED && results[i] == 0;
        good = good && (ran || (skipped && i > least));
    }
    harness_case("%zu items, failing %zu and %zu, chunk %zu, collect %d", n, failures.at[0],
                 failures.at[1], options.chunk, options.collect);
    if (!good)
        EXPECT_EQUAL(status, expected);
    EXPECT(good);
}

TEST(any_arguments_give_what_the_serial_loop_gives)
{
    furrow_pool *pools[] = {NULL, new_pool(1), new_pool(2), new_pool(50)};
    unsigned random = 1;
    for (int i = 0; i < 100000 / SLOWNESS; i++)
        check_against_serial(pools[i % 4], &random);
    for (int i = 0; i < 4; i++)
        furrow_pool_free(pools[i]);
}

/* ---- allocations ---- */

TEST(any_allocation_may_fail)
{
    for (size_t failing = 1; failing < 10; failing++) {
        furrow_pool *pool = NULL;
        uint64_t total = 0;
        furrow_map_options options = squares_into(NULL);
        harness_fail_allocation(failing);
        int status = furrow_pool_new(&pool, &(furrow_pool_options){.workers = 2});
        EXPECT(status == 0 || (status == FURROW_ENOMEM && !pool));
        status = furrow_pool_map_reduce(&total, pool, &options, 97, square, append, NULL);
        EXPECT(status == 0 || status == FURROW_ENOMEM);
        furrow_result *result = NULL;
        status = furrow_pool_map_async(&result, pool, &options, 97, square, NULL);
        EXPECT(status == 0 || (status == FURROW_ENOMEM && !result));
        EXPECT(!result || furrow_result_get(NULL, result, FURROW_FOREVER) == 0);
        furrow_result_free(result);
        status = furrow_pool_apply_async(&result, pool, &options, square, NULL);
        EXPECT(status == 0 || (status == FURROW_ENOMEM && !result));
        EXPECT(!result || furrow_result_get(NULL, result, FURROW_FOREVER) == 0);
        furrow_result_free(result);
        furrow_pool_free(pool);
        harness_fail_allocation(0);
    }
}

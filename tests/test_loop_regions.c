#include "harness.h"

#include <furrow/cpu.h>
#include <furrow/pool.h>

#include "base/openmp.h"
#include "meeting.h"
#include "team.h"

/* Regions of the user's within items share the CPUs: they do not multiply threads. */

enum { MOST_SLOTS = 4 };

struct regions {
    struct meeting meeting; /* each item on a thread of its own */
    atomic_int ended;
    int threads[MOST_SLOTS]; /* of the region of item i */
};

static int open_region(void *result, const void *item, void *context)
{
    struct regions *regions = context;
    int threads = 0;
    (void)result;
    meet(&regions->meeting);
#pragma omp parallel default(none) reduction(+ : threads)
    threads++;
    regions->threads[*(const int *)item] = threads;
    atomic_fetch_add(&regions->ended, 1);
    return 0;
}

/* Nobody helps: the submitter sleeps until all have ended. */
static void run_regions(struct regions *regions, int slots)
{
    furrow_pool *pool;
    furrow_pool_options options = {.workers = slots};
    double end = furrow_clock_wall() + 2 * PATIENCE;
    REQUIRE_EQUAL(furrow_pool_new(&pool, &options), 0);
    for (int i = 0; i < slots; i++) {
        furrow_map_options item = {.items = &i, .item_size = sizeof i};
        EXPECT_EQUAL(furrow_pool_apply_async(NULL, pool, &item, open_region, regions), 0);
    }
    while (atomic_load(&regions->ended) < slots && furrow_clock_wall() < end)
        furrow_clock_sleep(1e-4);
    furrow_pool_free(pool);
}

TEST(a_region_in_an_item_on_a_thread_of_the_teams_gets_its_share_of_the_cpus)
{
    int cpus = furrow_cpu_count();
    if (!gives_threads(MOST_SLOTS) || !gives_threads(cpus))
        SKIP("OpenMP gives too few threads");
    for (int slots = 1; slots <= MOST_SLOTS; slots++) {
        struct regions regions = {.meeting = {.expected = slots}};
        harness_case("%d slots on %d CPUs", slots, cpus);
        run_regions(&regions, slots);
        EXPECT(met(&regions.meeting));
        for (int i = 0; i < slots; i++)
            EXPECT_EQUAL(regions.threads[i], cpus / slots > 1 ? cpus / slots : 1);
    }
}

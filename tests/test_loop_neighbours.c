#include "harness.h"

#include <furrow/parallel.h>
#include <furrow/pool.h>

#include "meeting.h"
#include "team.h"

/* Among many items that end at once some neighbours wait for each other: none may be kept back
 * behind another in a chunk. */

enum { ITEMS = 20000, WORKERS = 8 };

static const size_t places[] = {0, ITEMS / 2 - 3, ITEMS - WORKERS};

struct neighbours {
    size_t first; /* of WORKERS that meet */
    struct meeting meeting;
    size_t numbers[ITEMS]; /* the items of a map */
};

static void visit(struct neighbours *neighbours, size_t item)
{
    if (item - neighbours->first < WORKERS)
        meet(&neighbours->meeting);
}

static int visit_all(const furrow_range *range, const void *context)
{
    for (size_t i = range->begin; furrow_range_claim(range, i); i++)
        visit((struct neighbours *)context, i);
    return 0;
}

static int visit_one(void *result, const void *item, void *context)
{
    (void)result;
    visit(context, *(const size_t *)item);
    return 0;
}

static struct neighbours *neighbours_at(size_t first)
{
    static struct neighbours neighbours;
    harness_case("items from %zu on meet", first);
    neighbours = (struct neighbours){.first = first, .meeting = {.expected = WORKERS}};
    for (size_t i = 0; i < ITEMS; i++)
        neighbours.numbers[i] = i;
    return &neighbours;
}

TEST(neighbours_that_wait_for_each_other_meet_in_a_loop)
{
    if (!gives_threads(WORKERS))
        SKIP("OpenMP gives too few threads");
    bool all_met = true;
    for (size_t i = 0; i < COUNT(places) && all_met; i++) {
        struct neighbours *neighbours = neighbours_at(places[i]);
        furrow_parallel_options options = {.plan = {.threads = WORKERS}};
        EXPECT_EQUAL(furrow_parallel_for(&options, ITEMS, visit_all, neighbours), 0);
        all_met = met(&neighbours->meeting);
        EXPECT(all_met);
    }
}

static furrow_pool *pool_of_workers(void)
{
    furrow_pool *pool = NULL;
    furrow_pool_options options = {.workers = WORKERS};
    EXPECT_EQUAL(furrow_pool_new(&pool, &options), 0);
    return pool;
}

TEST(neighbours_that_wait_for_each_other_meet_in_a_pools_map)
{
    if (!gives_threads(WORKERS))
        SKIP("OpenMP gives too few threads");
    furrow_pool *pool = pool_of_workers();
    bool all_met = true;
    for (size_t i = 0; i < COUNT(places) && all_met; i++) {
        struct neighbours *neighbours = neighbours_at(places[i]);
        furrow_map_options options = {.items = neighbours->numbers, .item_size = sizeof(size_t)};
        EXPECT_EQUAL(furrow_pool_map(pool, &options, ITEMS, visit_one, neighbours), 0);
        all_met = met(&neighbours->meeting);
        EXPECT(all_met);
    }
    furrow_pool_free(pool);
}

TEST(neighbours_that_wait_for_each_other_meet_in_a_pools_loop)
{
    if (!gives_threads(WORKERS))
        SKIP("OpenMP gives too few threads");
    furrow_pool *pool = pool_of_workers();
    bool all_met = true;
    for (size_t i = 0; i < COUNT(places) && all_met; i++) {
        struct neighbours *neighbours = neighbours_at(places[i]);
        EXPECT_EQUAL(furrow_pool_for(pool, NULL, ITEMS, visit_all, neighbours), 0);
        all_met = met(&neighbours->meeting);
        EXPECT(all_met);
    }
    furrow_pool_free(pool);
}

#include "harness.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include <furrow/clock.h>

#include "pool/team.h"
#include "pool_helpers.h"

/* Several watchers at the same time, one of them slow. */

enum { WATCHERS = 3, ITEMS = 300, ROUNDS = 200 / SLOWNESS + 20 };

struct scene {
    furrow_pool *pool;
    atomic_bool over;
    atomic_uchar ran[ITEMS];
};

static void *watch(void *context)
{
    struct scene *scene = context;
    while (!atomic_load(&scene->over)) {
        furrow__pool_watch(scene->pool);
        furrow_clock_sleep(1e-5);
    }
    return NULL;
}

static int count(const furrow_range *range, const void *context)
{
    struct scene *scene = (struct scene *)context;
    for (size_t i = range->begin; furrow_range_claim(range, i); i++) {
        sched_yield();
        atomic_fetch_add(&scene->ran[i], 1);
    }
    return 0;
}

/* Claims come and go on the callers' stacks, and tails are taken all the time. */
static void expect_each_once(struct scene *scene, size_t n)
{
    size_t once = 0;
    for (size_t i = 0; i < ITEMS; i++)
        atomic_store(&scene->ran[i], 0);
    EXPECT_EQUAL(furrow_pool_for(scene->pool, NULL, n, count, scene), 0);
    for (size_t i = 0; i < n; i++)
        once += atomic_load(&scene->ran[i]) == 1;
    EXPECT_EQUAL(once, n);
}

TEST(each_item_runs_once_however_many_watch)
{
    struct scene scene = {.pool = new_pool(2)};
    pthread_t watchers[WATCHERS];
    REQUIRE(scene.pool != NULL);
    for (int i = 0; i < WATCHERS; i++)
        pthread_create(&watchers[i], NULL, watch, &scene);
    for (size_t round = 0; round < ROUNDS; round++) {
        vary_stress((unsigned)round);
        expect_each_once(&scene, 2 + round % (ITEMS - 1));
    }
    atomic_store(&scene.over, true);
    for (int i = 0; i < WATCHERS; i++)
        pthread_join(watchers[i], NULL);
    furrow_pool_free(scene.pool);
}

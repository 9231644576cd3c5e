#include "harness.h"

#include <pthread.h>
#include <sched.h>

#include <stdatomic.h>

#include "pool/team.h"
#include "pool_helpers.h"

/* Threads that are moved to another CPU. */

static cpu_set_t own_cpus(void)
{
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    EXPECT_EQUAL(pthread_getaffinity_np(pthread_self(), sizeof cpus, &cpus), 0);
    return cpus;
}

TEST(a_migration_leads_off_a_cpu_and_leaves_the_choice_as_it_was)
{
    cpu_set_t before = own_cpus();
    if (CPU_COUNT(&before) < 2)
        SKIP("there is one CPU");
    for (int i = 0; i < 20; i++) {
        furrow__migration migration;
        int cpu = sched_getcpu();
        REQUIRE(furrow__migrate_away(&migration, pthread_self(), cpu));
        EXPECT(sched_getcpu() != cpu);
        cpu_set_t during = own_cpus();
        EXPECT(!CPU_ISSET((size_t)cpu, &during));
        EXPECT_EQUAL(CPU_COUNT(&during), CPU_COUNT(&before) - 1);
        furrow__migrate_back(&migration);
        cpu_set_t after = own_cpus();
        EXPECT(CPU_EQUAL(&before, &after));
    }
}

TEST(there_is_no_migration_for_a_thread_with_one_cpu)
{
    cpu_set_t before = own_cpus(), one;
    int cpu = sched_getcpu();
    CPU_ZERO(&one);
    CPU_SET((size_t)cpu, &one);
    EXPECT_EQUAL(pthread_setaffinity_np(pthread_self(), sizeof one, &one), 0);
    furrow__migration migration;
    EXPECT(!furrow__migrate_away(&migration, pthread_self(), cpu));
    EXPECT(!furrow__migrate_away(&migration, pthread_self(), -1));
    EXPECT(!furrow__migrate_away(&migration, pthread_self(), CPU_SETSIZE));
    cpu_set_t after = own_cpus();
    EXPECT(CPU_EQUAL(&one, &after));
    pthread_setaffinity_np(pthread_self(), sizeof before, &before);
}

/* ---- workers, whom callers lead away ---- */

enum { CALLERS = 4, ITEMS = 4 };

static _Thread_local bool is_worker;
static _Thread_local cpu_set_t whole; /* of a worker; one CPU under OMP_PROC_BIND */
static atomic_size_t narrowed;

static int mark_worker(void **scratch, const void *context)
{
    (void)scratch;
    (void)context;
    is_worker = true;
    whole = own_cpus();
    return FURROW_OK;
}

/* A thread that an item starts inherits the CPUs of the item's thread. */
static int count_cpus(void *result, const void *item, void *context)
{
    (void)result;
    (void)item;
    (void)context;
    cpu_set_t now = own_cpus();
    if (is_worker && !CPU_EQUAL(&now, &whole))
        atomic_fetch_add(&narrowed, 1);
    return 0;
}

struct caller {
    furrow_pool *pool;
    cpu_set_t one;
};

/* All run on one CPU, so that each may be stopped at any point of a migration. */
static void *call(void *context)
{
    struct caller *caller = context;
    furrow_map_options options = {.chunk = 1};
    pthread_setaffinity_np(pthread_self(), sizeof caller->one, &caller->one);
    for (int i = 0; i < 20000 / SLOWNESS; i++)
        furrow_pool_map(caller->pool, &options, ITEMS, count_cpus, NULL);
    return NULL;
}

TEST(items_find_the_cpus_of_their_worker_whole_however_many_callers_lead_it_away)
{
    struct caller caller = {0};
    cpu_set_t before = own_cpus();
    if (CPU_COUNT(&before) < 2)
        SKIP("there is one CPU");
    CPU_SET((size_t)sched_getcpu(), &caller.one);
    furrow_pool_options options = {.workers = 2, .worker_new = mark_worker};
    REQUIRE(furrow_pool_new(&caller.pool, &options) == FURROW_OK);
    atomic_store(&narrowed, 0);
    pthread_t threads[CALLERS];
    for (int i = 0; i < CALLERS; i++)
        REQUIRE(pthread_create(&threads[i], NULL, call, &caller) == 0);
    for (int i = 0; i < CALLERS; i++)
        pthread_join(threads[i], NULL);
    EXPECT_EQUAL(atomic_load(&narrowed), 0);
    furrow_pool_free(caller.pool);
}

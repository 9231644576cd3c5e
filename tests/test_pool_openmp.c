/* What OpenMP's variables mean for the threads of pools. */
#include "harness.h"

#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <furrow/cpu.h>
#include <furrow/pool_async.h>

#include "pool_helpers.h"

#ifdef _OPENMP
#define OPENMP 1
#else
#define OPENMP 0
#endif

/* Runs this test again in a process of its own, where `setting` holds from the start. */
static bool again_with(const char *setting, const char *test)
{
    char program[PATH_MAX] = "", command[PATH_MAX + 200];
    if (readlink("/proc/self/exe", program, sizeof program - 1) < 0)
        return false;
    snprintf(command, sizeof command, "%s '%s' --gtest_filter='pool_openmp.%s' >&2", setting,
             program, test);
    return system(command) == 0;
}

/* Touches 6 MiB of stack, page by page. */
static int use_stack(void *result, const void *item, void *context)
{
    volatile char pages[6 << 20];
    (void)result;
    (void)item;
    (void)context;
    for (size_t i = 0; i < sizeof pages; i += 4096)
        pages[i] = (char)i;
    return pages[4096] == (char)4096 ? 0 : 1;
}

TEST(every_worker_has_the_stack_that_omp_stacksize_asks_for)
{
    if (!getenv("OMP_STACKSIZE")) {
        EXPECT(again_with("OMP_STACKSIZE=64M", "every_worker_has_the_stack*"));
        return;
    }
    for (int workers = 1; workers <= 3; workers++) {
        furrow_pool *pool = new_pool(workers);
        furrow_result *results[8];
        for (int i = 0; i < 8; i++)
            furrow_pool_apply_async(&results[i], pool, NULL, use_stack, NULL);
        for (int i = 0; i < 8; i++) {
            EXPECT_EQUAL(furrow_result_get(NULL, results[i], 60), 0);
            furrow_result_free(results[i]);
        }
        furrow_pool_free(pool);
    }
}

static int read_affinity(void *result, const void *item, void *context)
{
    (void)item;
    (void)context;
    return -pthread_getaffinity_np(pthread_self(), sizeof(cpu_set_t), result);
}

TEST(bound_pools_of_one_worker_are_on_places_in_turn)
{
    if (furrow_cpu_count() < 2 || !OPENMP)
        SKIP("there is one CPU, or no OpenMP");
    if (!getenv("OMP_PROC_BIND")) {
        EXPECT(again_with("OMP_PROC_BIND=true OMP_PLACES=cores", "bound_pools_of_one*"));
        return;
    }
    cpu_set_t masks[2];
    furrow_pool *pools[2];
    furrow_map_options options = {.result_size = sizeof *masks};
    for (int i = 0; i < 2; i++) {
        furrow_result *result;
        pools[i] = new_pool(1);
        furrow_pool_apply_async(&result, pools[i], &options, read_affinity, NULL);
        EXPECT_EQUAL(furrow_result_get(&masks[i], result, 60), 0);
        furrow_result_free(result);
    }
    cpu_set_t both;
    CPU_AND(&both, &masks[0], &masks[1]);
    EXPECT_EQUAL(CPU_COUNT(&both), 0);
    furrow_pool_free(pools[0]);
    furrow_pool_free(pools[1]);
}

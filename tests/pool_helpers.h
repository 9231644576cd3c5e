/* pool_helpers.h: what the tests of pools share. */
#ifndef FURROW_TESTS_POOL_HELPERS_H
#define FURROW_TESTS_POOL_HELPERS_H

#include "harness.h"

#include <dirent.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <furrow/clock.h>
#include <furrow/pool.h>

#include "pool/stress.h"

/* Long tests do 1 / SLOWNESS of their rounds under sanitizers and in the stress build. */
#if defined(FURROW_STRESS)
#define SLOWNESS 50
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SLOWNESS 20
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define SLOWNESS 20
#endif
#endif
#ifndef SLOWNESS
#define SLOWNESS 1
#endif

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define THREAD_SANITIZER 1
#endif
#endif
#ifndef THREAD_SANITIZER
#define THREAD_SANITIZER 0
#endif

/* libomp starts a monitor thread; ThreadSanitizer starts a thread of its own. */
enum { EXTRA_THREADS = 2 };

static inline furrow_pool *new_pool(int workers)
{
    furrow_pool *pool = NULL;
    furrow_pool_options options = {.workers = workers};
    EXPECT_EQUAL(furrow_pool_new(&pool, &options), FURROW_OK);
    return pool;
}

/* How many workers OpenMP gives when asked for `workers`. */
static inline int team_of(int workers)
{
    furrow_pool *pool = new_pool(workers);
    int team = furrow_pool_workers(pool);
    furrow_pool_free(pool);
    return team;
}

/* The number of threads of this process. */
static inline int count_threads(void)
{
    int threads = -2; /* "." and ".." */
    DIR *folder = opendir("/proc/self/task");
    while (folder && readdir(folder))
        threads++;
    if (folder)
        closedir(folder);
    return threads;
}

#ifdef FURROW_STRESS
/* The seed of a test is FURROW_STRESS_SEED, varied for each round. */
static inline void vary_stress(unsigned round)
{
    const char *seed = getenv("FURROW_STRESS_SEED");
    furrow__stress_seed((seed ? (unsigned)strtoul(seed, NULL, 10) : 1) + 1000 * round);
}

__attribute__((constructor)) static void seed_stress(void)
{
    vary_stress(0);
}
#else
static inline void vary_stress(unsigned round)
{
    (void)round;
}
#endif

/* A function that waits until its gate is opened. */
struct gate {
    atomic_bool started, open;
};

static inline int pass_gate(void *result, const void *item, void *context)
{
    struct gate *gate = context;
    (void)result;
    (void)item;
    atomic_store(&gate->started, true);
    while (!atomic_load(&gate->open))
        furrow_clock_sleep(1e-4);
    return 0;
}

#endif

#include "harness.h"

#include <dirent.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <furrow/clock.h>
#include <furrow/pool_async.h>

#include "child.h"
#include "pool_helpers.h"

/* Processes that fork, exit and are interrupted while a pool lives. */

static int twice(void *result, const void *item, void *context)
{
    (void)context;
    *(int *)result = 2 * *(const int *)item;
    return 0;
}

static bool map_works(furrow_pool *pool)
{
    int items[50], results[50] = {0};
    for (int i = 0; i < 50; i++)
        items[i] = i;
    furrow_map_options options = {.items = items,
                                  .item_size = sizeof *items,
                                  .results = results,
                                  .result_size = sizeof *results,
                                  .chunk = 1};
    if (furrow_pool_map(pool, &options, 50, twice, NULL))
        return false;
    for (int i = 0; i < 50; i++)
        if (results[i] != 2 * i)
            return false;
    return true;
}

/* Uses the parent's pool and its pending result in a child; returns 0 if all went well. */
static int use_after_fork(furrow_pool *pool, furrow_result *unfinished)
{
    if (!map_works(pool))
        return 2;
    int item = 4, value = 0;
    furrow_map_options options = {
        .items = &item, .item_size = sizeof item, .result_size = sizeof value};
    furrow_result *result;
    if (furrow_pool_apply_async(&result, pool, &options, twice, NULL) ||
        furrow_result_get(&value, result, FURROW_FOREVER) || value != 8)
        return 3;
    furrow_result_free(result);
    if (unfinished && furrow_result_get(NULL, unfinished, FURROW_FOREVER) != FURROW_ECANCELED)
        return 4;
    furrow_pool_close(pool);
    if (furrow_pool_join(NULL, pool, FURROW_FOREVER))
        return 5;
    furrow_pool_free(pool);
    if (unfinished && furrow_result_get(NULL, unfinished, 0) != FURROW_ECANCELED)
        return 4;
    furrow_result_free(unfinished);
    return 0;
}

static int use_fresh_pool(void)
{
    furrow_pool *pool;
    furrow_pool_options options = {.workers = 2};
    if (furrow_pool_new(&pool, &options))
        return 6;
    int status = map_works(pool) ? 0 : 7;
    furrow_pool_free(pool);
    return status;
}

TEST(a_child_maps_through_its_parents_pool_or_one_of_its_own)
{
    furrow_pool *pool = new_pool(2);
    EXPECT(map_works(pool));
    int rounds = SLOWNESS > 1 ? 20 : 1000;
    for (int i = 0; i < rounds; i++) {
        pid_t child = fork();
        if (child == 0)
            _exit(i % 2 && !THREAD_SANITIZER ? use_fresh_pool() : use_after_fork(pool, NULL));
        int status = end_of(child);
        EXPECT_EQUAL(status, 0);
        if (status)
            break;
        EXPECT(map_works(pool));
    }
    furrow_pool_free(pool);
}

struct latch {
    atomic_bool open;
    atomic_int started;
};

static int wait_for_latch(void *result, const void *item, void *context)
{
    (void)result;
    (void)item;
    struct latch *latch = context;
    atomic_fetch_add(&latch->started, 1);
    while (!atomic_load(&latch->open))
        furrow_clock_sleep(1e-4);
    return 0;
}

TEST(what_was_not_over_at_a_fork_counts_as_cancelled_in_the_child)
{
    furrow_pool *pool = new_pool(1);
    struct latch latch = {0};
    furrow_result *result;
    EXPECT_EQUAL(furrow_pool_apply_async(&result, pool, NULL, wait_for_latch, &latch), 0);
    while (!atomic_load(&latch.started))
        furrow_clock_sleep(1e-4);
    pid_t child = fork();
    if (child == 0)
        _exit(use_after_fork(pool, result));
    EXPECT_EQUAL(end_of(child), 0);
    atomic_store(&latch.open, true);
    EXPECT_EQUAL(furrow_result_get(NULL, result, FURROW_FOREVER), 0);
    furrow_result_free(result);
    furrow_pool_free(pool);
}

/* ---- ends ---- */

static int exit_7(void *result, const void *item, void *context)
{
    (void)result;
    (void)item;
    (void)context;
    exit(7);
}

static int end_by_exit(void)
{
    furrow_pool *pool;
    furrow_pool_options options = {.workers = 2};
    if (furrow_pool_new(&pool, &options))
        return 6;
    furrow_pool_apply_async(NULL, pool, NULL, exit_7, NULL);
    furrow_pool_close(pool);
    furrow_pool_join(NULL, pool, FURROW_FOREVER);
    return 8;
}

TEST(an_item_that_exits_ends_the_process_and_hangs_nobody)
{
    if (THREAD_SANITIZER)
        SKIP("ThreadSanitizer starts no threads in a child");
    for (int i = 0; i < 10; i++) {
        pid_t child = fork();
        if (child == 0)
            _exit(end_by_exit());
        EXPECT_EQUAL(end_of(child), 7);
    }
}

static furrow_cancel interrupted;

static void on_interrupt(int signal)
{
    (void)signal;
    furrow_cancel_request(&interrupted);
}

static int nap(void *result, const void *item, void *context)
{
    (void)result;
    (void)item;
    (void)context;
    furrow_clock_sleep(1e-3);
    return 0;
}

/* Signals interrupt only the program's own thread, whose handler cancels. */
TEST(an_interrupted_map_ends_and_leaves_no_threads)
{
    interrupted = (furrow_cancel){0};
    int before = count_threads();
    struct sigaction action = {.sa_handler = on_interrupt}, old;
    sigaction(SIGINT, &action, &old);
    furrow_pool *pool = new_pool(2);
    furrow_result *result;
    furrow_map_options options = {.cancel = &interrupted, .chunk = 1};
    EXPECT_EQUAL(furrow_pool_map_async(&result, pool, &options, 100000, nap, NULL), 0);
    kill(getpid(), SIGINT);
    EXPECT_EQUAL(furrow_result_get(NULL, result, FURROW_FOREVER), FURROW_ECANCELED);
    furrow_result_free(result);
    furrow_pool_free(pool);
    sigaction(SIGINT, &old, NULL);
    EXPECT(count_threads() <= before + EXTRA_THREADS + 1);
}

/* The driver ends together with its loop, perhaps before a thread that was started for the loop
 * runs. */
TEST(a_process_that_ends_while_its_threads_begin_ends_well)
{
    for (int i = 0; i < (SLOWNESS > 1 ? 10 : 40); i++)
        EXPECT_EQUAL(system("'" PROGRAM_FOLDER "/furrow' sleep a=0 b=0 c=0 >/dev/null 2>&1"), 0);
}

/* ---- without work ---- */

/* The threads with a name: how many there are, how many do not sleep, and how often they lost a CPU
 * so far. */
struct rest {
    int threads, awake;
    long switches;
};

static void add_thread(struct rest *rest, const char *thread, const char *name)
{
    char path[300], line[128], found[32] = "", state = 0;
    long voluntary = 0, forced = 0;
    snprintf(path, sizeof path, "/proc/self/task/%s/status", thread);
    FILE *status = fopen(path, "r");
    while (status && fgets(line, sizeof line, status)) {
        sscanf(line, "Name: %31s", found);
        sscanf(line, "State: %c", &state);
        sscanf(line, "voluntary_ctxt_switches: %ld", &voluntary);
        sscanf(line, "nonvoluntary_ctxt_switches: %ld", &forced);
    }
    if (status)
        fclose(status);
    if (strcmp(found, name) != 0)
        return;
    rest->threads++;
    rest->awake += state != 'S';
    rest->switches += voluntary + forced;
}

static struct rest look_at(const char *name)
{
    struct rest rest = {0};
    DIR *folder = opendir("/proc/self/task");
    for (const struct dirent *entry; folder && (entry = readdir(folder)) != NULL;)
        if (entry->d_name[0] != '.')
            add_thread(&rest, entry->d_name, name);
    if (folder)
        closedir(folder);
    return rest;
}

/* One thread looks for work now and then, less often the longer there was none. */
TEST(workers_without_work_sleep_and_seldom_look_around)
{
    furrow_pool *pool;
    furrow_pool_options options = {.workers = 3, .name = "idle"};
    REQUIRE_EQUAL(furrow_pool_new(&pool, &options), 0);
    EXPECT(map_works(pool));
    struct rest before, after = look_at("idle");
    furrow_clock_sleep(0.25);
    after = look_at("idle");
    furrow_clock_sleep(0.25);
    before = after;
    after = look_at("idle");
    EXPECT_EQUAL(after.threads, furrow_pool_workers(pool));
    EXPECT(after.awake <= 1);
    EXPECT(after.switches - before.switches <= 20);
    EXPECT(map_works(pool));
    furrow_pool_free(pool);
}

TEST(pools_that_come_and_go_leave_no_more_threads_than_one)
{
    int before = 0;
    for (int i = 0; i < 50; i++) {
        furrow_pool *pool = new_pool(3);
        EXPECT(map_works(pool));
        furrow_pool_close(pool);
        EXPECT_EQUAL(furrow_pool_join(NULL, pool, FURROW_FOREVER), 0);
        furrow_pool_free(pool);
        if (i == 0)
            before = count_threads();
    }
    EXPECT(count_threads() <= before + EXTRA_THREADS);
}

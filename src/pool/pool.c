#include <furrow/pool.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <furrow/cpu.h>

#include "base/tsan.h"
#include "cpu/threads.h"
#include "job.h"
#include "loop/loop.h"
#include "result.h"
#include "team.h"

static int check(const furrow_pool_options *options)
{
    if (options->workers < 0 || (unsigned)options->kind > FURROW_POOL_PROCESSES ||
        (unsigned)options->full > FURROW_POOL_REFUSE)
        return FURROW_EINVAL;
    return options->kind == FURROW_POOL_THREADS ? FURROW_OK : FURROW_ENOTSUP;
}

void furrow__slot_prepare(furrow_pool *pool, int slot)
{
    pool->slots[slot].pool = pool;
    pthread_mutex_init(&pool->slots[slot].lock, NULL);
    furrow__condition_init(&pool->slots[slot].woken);
    furrow__tsan_release(&pool->slots[slot]);
}

/* One CPU is left to the caller. More spinners than the other CPUs would spin in vain. */
static int spinners_for(int cpus)
{
    return cpus - 1;
}

static size_t size_of_slots(int count)
{
    return (size_t)count * sizeof(furrow__slot);
}

/* Pages of zeros, which take memory and time only when they are used. The process's pool has a
 * thousand slots: calloc would clear all of them where the heap gives used memory. NULL: no memory.
 */
static furrow__slot *make_slots(int count)
{
    void *slots = mmap(NULL, size_of_slots(count), PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return slots != MAP_FAILED ? slots : NULL;
}

furrow_pool *furrow__pool_make(const furrow_pool_options *options, int workers)
{
    furrow_pool *pool = calloc(1, sizeof *pool);
    furrow__slot *slots = pool ? make_slots(workers) : NULL;
    if (!slots) {
        free(pool);
        return NULL;
    }
    cpu_set_t place;
    pool->options = *options;
    pool->options.name = NULL;
    if (options->name)
        strncpy(pool->name, options->name, sizeof pool->name - 1);
    pool->slots = slots;
    pool->slots_mapped = pool->workers = workers;
    pool->generation = furrow__fork_generation();
    pool->cpus = furrow_cpu_count();
    pool->bound = furrow__cpu_place(&place, 0);
    pool->max_spinners = spinners_for(pool->cpus);
    pthread_mutex_init(&pool->lock, NULL);
    furrow__parking_init(&pool->parking);
    furrow__call_queue_init(&pool->queue);
    furrow__fence_prepare();
    return pool;
}

/* In a forked child locks may be held for ever, so only memory is given back. */
void furrow__pool_unmake(furrow_pool *pool)
{
    bool alive = furrow__pool_is_alive(pool);
    for (int i = 0; alive && !pool->of_process && i < pool->workers; i++) {
        pthread_mutex_destroy(&pool->slots[i].lock);
        pthread_cond_destroy(&pool->slots[i].woken);
    }
    if (alive) {
        furrow__call_queue_clear(&pool->queue);
        furrow__slabs_clear(&pool->slabs);
        furrow__failures_clear(pool);
        furrow__parking_clear(&pool->parking);
        pthread_mutex_destroy(&pool->lock);
    }
    munmap(pool->slots, size_of_slots(pool->slots_mapped));
    free(pool);
}

int furrow_pool_new(furrow_pool **out, const furrow_pool_options *options)
{
    static const furrow_pool_options defaults = {0};
    if (!options)
        options = &defaults;
    *out = NULL;
    int status = check(options);
    if (status)
        return status;
    int asked = options->workers > 0 ? options->workers : furrow_cpu_count();
    int workers = furrow__team_admit(asked, 1);
    furrow_pool *pool = furrow__pool_make(options, workers);
    if (!pool) {
        furrow__team_dismiss(workers);
        return FURROW_ENOMEM;
    }
    for (int i = 0; i < workers; i++)
        furrow__slot_prepare(pool, i);
    status = furrow__team_start(pool);
    if (status == FURROW_OK)
        status = pool->status;
    if (status)
        furrow_pool_free(pool);
    else
        *out = pool;
    return status;
}

int furrow_pool_workers(const furrow_pool *pool)
{
    return furrow__pool_is_alive(pool) ? pool->workers : 1;
}

int furrow_pool_worker(const furrow_pool *pool)
{
    return furrow__pool_is_alive(pool) ? furrow__pool_current_worker(pool) : -1;
}

void furrow_pool_close(furrow_pool *pool)
{
    if (!furrow__pool_is_alive(pool))
        return;
    atomic_store(&pool->closed, true);
    furrow__parking_wake(&pool->parking, &pool->room_waiters);
    furrow__pool_wake_all(pool);
}

void furrow_pool_terminate(furrow_pool *pool)
{
    if (!furrow__pool_is_alive(pool))
        return;
    furrow_cancel_request(&pool->cancel);
    furrow_pool_close(pool);
}

int furrow_pool_join(furrow_pool_outcome *outcome, furrow_pool *pool, double timeout)
{
    furrow_pool_outcome own = {0};
    if (outcome)
        *outcome = own;
    if (isnan(timeout))
        return FURROW_EINVAL;
    if (!furrow__pool_is_alive(pool))
        return FURROW_OK;
    if (furrow__pool_current_worker(pool) >= 0 || furrow__pool_in_callback(pool))
        return FURROW_EDEADLK;
    if (!atomic_load(&pool->closed))
        return FURROW_EINVAL;
    furrow__pool_pin(pool);
    bool ended = furrow__team_join(pool, furrow__deadline(timeout));
    if (ended)
        furrow__failures_count(&own, pool);
    furrow__pool_unpin(pool);
    if (outcome)
        *outcome = own;
    return ended ? own.status : FURROW_ETIMEDOUT;
}

void furrow_pool_free(furrow_pool *pool)
{
    if (!pool)
        return;
    if (furrow__pool_is_alive(pool)) {
        furrow_pool_terminate(pool);
        if (furrow__pool_current_worker(pool) >= 0 || furrow__pool_in_callback(pool))
            return; /* it would wait for itself */
        furrow__team_join(pool, furrow__deadline(FURROW_FOREVER));
        furrow__pool_await_unpinned(pool);
        furrow__team_clear(pool);
    }
    furrow__pool_unmake(pool);
}

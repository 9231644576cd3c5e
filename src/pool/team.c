#include "team.h"

#include <pthread.h>
#include <sched.h>

#include <furrow/cpu.h>

#include "backend.h"
#include "base/openmp.h"
#include "cpu/threads.h"
#include "loop/loop.h"

/* The threads of all pools of this process and generation. */
static atomic_int process_threads, started;
static atomic_uint counted_generation;
static atomic_int openmp_users; /* threads that are calling OpenMP */
static atomic_bool exiting;

/* A forked child has none of its parent's threads. */
static void forget_parent(void)
{
    unsigned generation = furrow__fork_generation();
    if (atomic_exchange(&counted_generation, generation) != generation) {
        atomic_store(&process_threads, 0);
        atomic_store(&openmp_users, 0);
    }
}

/* The program's first thread counts too. */
int furrow__team_admit(int asked, int least)
{
    forget_parent();
    int limit = furrow_cpu_thread_limit();
    int now = atomic_load(&process_threads), admitted;
    do {
        int left = limit - 1 - now;
        admitted = limit == 0 || asked <= left ? asked : left > least ? left : least;
    } while (!atomic_compare_exchange_weak(&process_threads, &now, now + admitted));
    return admitted;
}

void furrow__team_dismiss(int admitted)
{
    atomic_fetch_sub(&process_threads, admitted);
}

static _Thread_local bool is_own;

bool furrow__team_is_own(void)
{
    return is_own;
}

/* Runs before OpenMP ends. After its end libomp would begin anew for any thread that calls it, and
 * abort. */
__attribute__((destructor)) static void await_openmp_users(void)
{
    atomic_store(&exiting, true);
    while (atomic_load(&openmp_users) > 0 &&
           atomic_load(&counted_generation) == furrow__fork_generation())
        sched_yield();
}

/* False: OpenMP has ended, or soon will. */
static bool enter_openmp(void)
{
    atomic_fetch_add(&openmp_users, 1);
    bool over = atomic_load(&exiting);
    if (over)
        atomic_fetch_sub(&openmp_users, 1);
    return !over;
}

static void leave_openmp(void)
{
    atomic_fetch_sub(&openmp_users, 1);
}

/* Regions inside items share the CPUs. */
static void set_region_size(const furrow_pool *pool)
{
#ifdef _OPENMP
    int threads = pool->of_process ? 1 : pool->cpus / pool->workers;
    if (!enter_openmp())
        return;
    omp_set_num_threads(threads > 1 ? threads : 1);
    leave_openmp();
#else
    (void)pool;
#endif
}

static int make_scratch(furrow_pool *pool, furrow__slot *slot)
{
    const furrow_pool_options *options = &pool->options;
    if (!options->worker_new)
        return FURROW_OK;
    int status = options->worker_new(&slot->scratch, options->context);
    slot->scratch_made = status == FURROW_OK;
    return status;
}

static void arrive(furrow_pool *pool, int worker, int status)
{
    furrow__pool_lock(pool);
    if (status && (pool->status == FURROW_OK || worker < pool->failed_worker)) {
        pool->failed_worker = worker;
        pool->status = status;
    }
    bool last = ++pool->arrived == pool->workers;
    furrow__pool_unlock(pool);
    if (last)
        furrow__latch_open(&pool->ready, &pool->parking);
}

static void leave(furrow_pool *pool)
{
    atomic_fetch_sub(&process_threads, 1);
    furrow__pool_lock(pool);
    bool last = ++pool->threads_ended == atomic_load(&pool->threads);
    furrow__pool_unlock(pool);
    if (last)
        furrow__latch_open(&pool->ended, &pool->parking);
}

/* A thread from start to end. No thread begins to work before all have arrived. */
static void *thread_main(void *context)
{
    furrow__slot *slot = context;
    furrow_pool *pool = slot->pool;
    int worker = (int)(slot - pool->slots);
    if (pool->name[0])
        pthread_setname_np(pthread_self(), pool->name);
    is_own = true;
    set_region_size(pool);
    furrow__slot_note_cpu(slot);
    if (!pool->of_process) {
        arrive(pool, worker, make_scratch(pool, slot));
        furrow__latch_wait(&pool->ready, &pool->parking, furrow__deadline(FURROW_FOREVER));
    }
    furrow__worker_main(pool, worker);
    leave(pool);
    return NULL;
}

static void set_attributes(pthread_attr_t *attributes)
{
    cpu_set_t place;
    size_t stack = furrow__cpu_stack_size();
    if (stack > 0)
        pthread_attr_setstacksize(attributes, stack);
    if (furrow__cpu_place(&place, atomic_fetch_add(&started, 1) + 1))
        pthread_attr_setaffinity_np(attributes, sizeof place, &place);
}

int furrow__team_start_one(furrow_pool *pool, int worker)
{
    furrow__slot *slot = &pool->slots[worker];
    pthread_attr_t attributes;
    if (!enter_openmp())
        return FURROW_EAGAIN;
    pthread_attr_init(&attributes);
    set_attributes(&attributes);
    leave_openmp();
    if (pool->of_process)
        pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    int failure = pthread_create(&slot->thread, &attributes, thread_main, slot);
    pthread_attr_destroy(&attributes);
    slot->started = failure == 0;
    return -failure;
}

int furrow__team_start(furrow_pool *pool)
{
    int asked = pool->workers, status = FURROW_OK;
    atomic_store(&pool->threads, asked);
    for (int i = 0; i < asked && status == FURROW_OK; i++)
        status = furrow__team_start_one(pool, i);
    if (status == FURROW_OK) {
        furrow__latch_wait(&pool->ready, &pool->parking, furrow__deadline(FURROW_FOREVER));
        return FURROW_OK;
    }
    int missing = 0;
    for (int i = 0; i < asked; i++)
        missing += !pool->slots[i].started;
    atomic_fetch_sub(&process_threads, missing);
    furrow__pool_lock(pool);
    atomic_fetch_sub(&pool->threads, missing);
    pool->workers -= missing;
    bool all = pool->arrived == pool->workers, none = pool->workers == 0;
    furrow__pool_unlock(pool);
    if (all)
        furrow__latch_open(&pool->ready, &pool->parking);
    if (none)
        furrow__latch_open(&pool->ended, &pool->parking);
    return status;
}

/* One caller at a time joins a thread. */
bool furrow__team_join(furrow_pool *pool, double deadline)
{
    if (!furrow__latch_wait(&pool->ended, &pool->parking, deadline))
        return false;
    int before;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before); /* for pthread_join */
    for (int i = 0; i < pool->workers; i++) {
        furrow__slot *slot = &pool->slots[i];
        furrow__pool_lock(pool);
        bool joins = slot->started;
        slot->started = false;
        furrow__pool_unlock(pool);
        if (joins)
            pthread_join(slot->thread, NULL);
    }
    pthread_setcancelstate(before, NULL);
    return true;
}

void furrow__team_clear(furrow_pool *pool)
{
    for (int i = 0; i < pool->workers; i++) {
        furrow__slot *slot = &pool->slots[i];
        if (slot->scratch_made && pool->options.worker_free)
            pool->options.worker_free(slot->scratch);
        slot->scratch_made = false;
    }
}

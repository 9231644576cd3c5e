#include "team.h"

#include <pthread.h>
#include <signal.h>

#include "openmp.h"

static int make_scratch(furrow_pool *pool, furrow__seat *seat)
{
    const furrow_pool_options *options = &pool->options;
    if (!options->worker_new)
        return FURROW_OK;
    int status = options->worker_new(&seat->scratch, options->context);
    seat->made = status == FURROW_OK;
    return status;
}

static void arrive(furrow_pool *pool, int worker, int workers, int status)
{
    furrow__pool_lock(pool);
    pool->workers = workers;
    if (status && (pool->status == FURROW_OK || worker < pool->broken)) {
        pool->broken = worker;
        pool->status = status;
    }
    bool last = ++pool->arrived == workers;
    furrow__pool_unlock(pool);
    if (last)
        furrow__gate_open(&pool->ready, &pool->lot);
}

/* A thread of the team, from its first to its last: nobody begins before all have arrived. */
static void member(furrow_pool *pool, int worker, int workers)
{
    if (pool->name[0])
        pthread_setname_np(pthread_self(), pool->name);
    pool->seats[worker].thread = pthread_self();
    furrow__seat_note_cpu(&pool->seats[worker]);
    arrive(pool, worker, workers, make_scratch(pool, &pool->seats[worker]));
    furrow__gate_wait(&pool->ready, &pool->lot, furrow__deadline(FURROW_FOREVER));
    furrow__worker_main(pool, worker);
}

/* The region lives as long as the pool. Work comes through the pool's own queue: tasks of OpenMP
 * could neither be cancelled nor waited for one by one. */
static void *host(void *context)
{
    furrow_pool *pool = context;
#pragma omp parallel num_threads(pool->options.workers) default(none) shared(pool)
    member(pool, omp_get_thread_num(), omp_get_num_threads());
    furrow__gate_open(&pool->ended, &pool->lot);
    return NULL;
}

/* Signals are for the program's own threads. */
int furrow__team_start(furrow_pool *pool)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failure = pthread_create(&pool->host, NULL, host, pool);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failure)
        return -failure;
    pool->hosted = true;
    furrow__gate_wait(&pool->ready, &pool->lot, furrow__deadline(FURROW_FOREVER));
    return FURROW_OK;
}

bool furrow__team_join(furrow_pool *pool, double deadline)
{
    if (pool->workers > 0 && !furrow__gate_wait(&pool->ended, &pool->lot, deadline))
        return false;
    furrow__pool_lock(pool);
    if (pool->hosted)
        pthread_join(pool->host, NULL);
    pool->hosted = false;
    furrow__pool_unlock(pool);
    return true;
}

void furrow__team_clear(furrow_pool *pool)
{
    for (int i = 0; i < pool->workers; i++) {
        furrow__seat *seat = &pool->seats[i];
        if (seat->made && pool->options.worker_free)
            pool->options.worker_free(seat->scratch);
        seat->made = false;
    }
}

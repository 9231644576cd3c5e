/* team.h: a pool's threads, from the first to the last. */
#ifndef FURROW_POOL_TEAM_H
#define FURROW_POOL_TEAM_H

#include <sched.h>

#include "state.h"

/* Starts all threads and waits until their initializers have run: pool->status. The negated errno
 * where there was no thread; those that there were have ended then. */
int furrow__team_start(furrow_pool *pool);

/* Starts the thread of one slot. The negated errno. */
int furrow__team_start_one(furrow_pool *pool, int worker);

/* Waits for the threads' end, which follows from the pool's; false: not before the deadline. */
bool furrow__team_join(furrow_pool *pool, double deadline);

/* Frees the scratch of all workers. */
void furrow__team_clear(furrow_pool *pool);

/* How many of the threads asked for the process may have under OMP_THREAD_LIMIT beside those it
 * has, and at least `least`; taken into account at once. */
int furrow__team_admit(int asked, int least);

void furrow__team_dismiss(int admitted);

/* ---- waking ---- */

/* How soon a thread would come: one looks for work now, or within a millisecond, or none does. */
furrow_readiness furrow__pool_readiness(furrow_pool *pool);

/* Whether a job of the list wants another thread. */
bool furrow__pool_wants_thread(furrow_pool *pool);

/* The process's pool: starts one more thread if it may have more; others never. */
bool furrow__team_grow(furrow_pool *pool);

/* After work was made public: wakes a thread, unless one is looking for work or will soon. */
void furrow__pool_wake(furrow_pool *pool);
void furrow__pool_wake_all(furrow_pool *pool);

/* A thread that is awake, and that this one keeps from looking for work, on its CPU, goes to
 * another. */
void furrow__pool_migrate_others(furrow_pool *pool);

/* Wakes a thread whoever is looking; false when none could be. The process's pool starts one. */
bool furrow__pool_wake_one(furrow_pool *pool);

/* While anything runs a sleeper must watch: wakes one to do so unless one does. By who has been in
 * the way of that: has come to work, or had a sleeper's slot. */
void furrow__pool_ensure_watcher(furrow_pool *pool);

/* Whether somebody is in a loop. */
bool furrow__pool_is_running(furrow_pool *pool);

/* The watcher looks around: whether somebody is stuck in an item while others wait behind it, and
 * whether threads that wait leave CPUs idle. True when there may be work now. */
bool furrow__pool_watch(furrow_pool *pool);

/* ---- work, and none ---- */

/* What a thread of the team does until the pool ends. */
void furrow__worker_main(furrow_pool *pool, int worker);

/* A thread looks from before it leaves a job, for its caller may be back with the next at once,
 * until it takes something, or goes to sleep: then it makes sure that there is nothing to do. */
static inline void furrow__slot_begin_spin(furrow_pool *pool, furrow__slot *slot)
{
    if (!slot->spins)
        atomic_fetch_add(&pool->spinners, 1);
    slot->spins = true;
}

static inline void furrow__slot_end_spin(furrow_pool *pool, furrow__slot *slot)
{
    if (slot->spins)
        atomic_fetch_sub(&pool->spinners, 1);
    slot->spins = false;
}

/* Spins, then sleeps, until there may be work for the slot; `in_vain`: what this thread saw the
 * last time was not for it. False when there will never be work again. */
bool furrow__slot_await_work(furrow_pool *pool, furrow__slot *slot, bool in_vain);

/* ---- migrating ---- */

/*
 * A kernel likes to wake a thread where it was. It looks for a CPU that idles only then, or every
 * few milliseconds: longer than a short map takes; and a CPU of a virtual machine that has idled
 * for long does not count for Linux as one. So two threads may share a CPU beside an idle one.
 */
typedef struct furrow__migration {
    pthread_t thread;
    cpu_set_t before;
} furrow__migration;

/* Keeps a thread off a CPU, from which it goes now if it waits for it; false: it has no other. */
bool furrow__migrate_away(furrow__migration *migration, pthread_t thread, int cpu);

/* It may come back; it does not by itself. */
void furrow__migrate_back(const furrow__migration *migration);

/* By its thread: until nobody leads it off a CPU, once it has its slot; and for ever, at its end.
 */
void furrow__slot_await_migration(furrow__slot *slot);
void furrow__slot_end_migrations(furrow__slot *slot);

#endif

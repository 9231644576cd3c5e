/*
 * team.h: a pool's threads, from the first to the last: how they start and end, what they do while
 * there is no work, and how others wake them and move them to other CPUs.
 */
#ifndef FURROW_POOL_TEAM_H
#define FURROW_POOL_TEAM_H

#include <sched.h>

#include "state.h"

/* ---- start and end: team.c, process_pool.c ---- */

/* Starts all threads and waits until their initializers have run, whose status is pool->status.
 * Where the system gives too few threads, returns the negated errno after those few have ended. */
int furrow__team_start(furrow_pool *pool);

/* Starts the thread of one worker slot. Returns 0 or the negated errno. */
int furrow__team_start_one(furrow_pool *pool, int worker);

/* Waits until all threads have ended, as they do once the pool is over. False: the deadline came
 * first. */
bool furrow__team_join(furrow_pool *pool, double deadline);

/* Frees the scratch of all workers. */
void furrow__team_clear(furrow_pool *pool);

/* Reserves up to `asked` threads, as OMP_THREAD_LIMIT allows beside those that the process has, but
 * at least `least`. Returns how many; _dismiss gives them back. */
int furrow__team_admit(int asked, int least);
void furrow__team_dismiss(int admitted);

/* ---- work, and none: worker.c, idle.c ---- */

/* What a thread of the team does until the pool is over. */
void furrow__worker_main(furrow_pool *pool, int worker);

/* Spins, then sleeps, until there may be work for the slot. `in_vain`: this thread found nothing in
 * what it saw last. False: there will never be work again. */
bool furrow__slot_await_work(furrow_pool *pool, furrow__slot *slot, bool in_vain);

/* A thread counts as a spinner from before it leaves a job, since the job's caller may be back with
 * the next at once. It stops when it takes work, or before it sleeps: then it looks once more. */
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

/* ---- waking: wake.c, caller.c ---- */

/* How soon a thread would take work: at once, within a millisecond, or when it is woken. */
furrow_readiness furrow__pool_readiness(furrow_pool *pool);

/* After work was made public: wakes a thread, unless one looks for work or soon will. */
void furrow__pool_wake(furrow_pool *pool);
void furrow__pool_wake_all(furrow_pool *pool);

/* Wakes a thread even if others look for work. The process's pool starts one where none sleeps.
 * False: there is none. */
bool furrow__pool_wake_one(furrow_pool *pool);

/* While anything runs a sleeper must be the watcher: wakes a thread to become it, unless there is
 * one. To be called by a thread that may have been the watcher, or that borrowed its slot. */
void furrow__pool_ensure_watcher(furrow_pool *pool);

/* Moves the pool's threads that are awake on this thread's CPU to other CPUs: while this thread
 * runs items there, they could not look for work. */
void furrow__pool_migrate_others(furrow_pool *pool);

/* ---- watching: watch.c ---- */

/* Looks around once: takes items away from workers that are stuck, and lets more threads in where
 * items block. True when there may be work now. */
bool furrow__pool_watch(furrow_pool *pool);

/* Whether any worker runs items of a job. */
bool furrow__pool_is_running(furrow_pool *pool);

/* ---- migrating: wake.c ---- */

/*
 * Keeps a thread off a CPU for a moment. A kernel likes to wake a thread where it last ran. It
 * looks for an idle CPU only then, and every few milliseconds, which is longer than a short map
 * takes. Linux does not count a CPU of a virtual machine that has idled for long as idle. So
 * without help two threads may share a CPU beside an idle one.
 */
typedef struct furrow__migration {
    pthread_t thread;
    cpu_set_t before;
} furrow__migration;

/* Forbids the CPU to the thread, which leaves it at once. False: the thread has no other CPU. */
bool furrow__migrate_away(furrow__migration *migration, pthread_t thread, int cpu);

/* Allows the CPU again. The thread does not come back by itself. */
void furrow__migrate_back(const furrow__migration *migration);

/* By a thread that has taken its slot: waits until no other thread migrates it. */
void furrow__slot_await_migration(furrow__slot *slot);

/* By a thread at its end: from here on nobody migrates it. */
void furrow__slot_end_migrations(furrow__slot *slot);

#endif

#include "job.h"

#include <math.h>

#include <furrow/clock.h>

#include "base/tsan.h"
#include "plan/choice.h"
#include "stress.h"
#include "team.h"

/* ---- whether to share, and when ---- */

furrow_readiness furrow__pool_readiness(furrow_pool *pool)
{
    if (atomic_load_explicit(&pool->spinners, memory_order_relaxed) > 0)
        return FURROW_READY_AWAKE;
    return atomic_load_explicit(&pool->quick_watch, memory_order_relaxed) ? FURROW_READY_WATCHING
                                                                          : FURROW_READY_ASLEEP;
}

/* One loop may not be worth a wake, but many in a row may be. Once they have lost as much time as a
 * wake costs, the next one pays for a wake (ski rental: A. R. Karlin et al., 1988). Where sharing
 * was a loss, it may have become a gain; this is tried again, but seldom. */
static bool owes_a_wake(furrow__pool_job *job, const furrow_plan_history *history)
{
    static const double seldom = 1 / 16.0;
    furrow_pool *pool = job->pool;
    bool loss = furrow__choice_is_loss(history);
    double gain = furrow_plan_gain(history, job->loop->n, job->expected);
    double now = job->begun = furrow_clock_wall();
    double debt = atomic_load_explicit(&pool->wake_debt, memory_order_relaxed);
    double gap = now - atomic_load_explicit(&pool->last_call_ended, memory_order_relaxed);
    debt = gap < furrow__spin_time() ? debt : 0;
    debt += loss ? seldom * gain : gain;
    bool pays = debt > FURROW_PLAN_WAKE;
    atomic_store_explicit(&pool->wake_debt, pays ? 0 : debt, memory_order_relaxed);
    if (pays && loss)
        furrow__history_forget_shared(job->history);
    return pays;
}

static furrow_sharing decide(furrow__pool_job *job, furrow_plan_history *history)
{
    furrow_readiness ready = job->readiness = furrow__pool_readiness(job->pool);
    if (job->history)
        *history = furrow__history_read(job->history);
    job->loop->wants_usage |= job->history && furrow_plan_is_worth_timing(history, job->loop->n);
    if (job->loop->chunk)
        return FURROW_SHARING_NOW;
    furrow_sharing sharing = job->sharing;
    if (sharing == FURROW_SHARING_UNDECIDED)
        sharing = furrow_plan_sharing(history, job->loop->n, job->expected, ready);
    bool declined =
        sharing == FURROW_SHARING_NONE && history->loss == 0 && ready != FURROW_READY_AWAKE;
    if (declined && owes_a_wake(job, history))
        return FURROW_SHARING_NOW;
    return sharing;
}

/* ---- what is learned ---- */

static void note_usage(furrow__observation *seen, const furrow__pool_job *job)
{
    const furrow_usage *usage = &job->loop->usage;
    if (!job->loop->wants_usage || usage->wall <= 0)
        return;
    seen->on_cpu = fmin(usage->cpu / usage->wall, 1);
    seen->waits = (double)usage->waits / (double)job->loop->n;
}

/* A shorter time says more about the clock than about items. */
static const double min_solo = 2e-6;
/* A shorter call says more about how long a thread took to wake than about sharing. */
static const double min_shared = 4 * FURROW_PLAN_WAKE;

static void learn(furrow__pool_job *job, bool loss)
{
    size_t n = job->loop->n;
    if (!job->history || job->begun <= 0 || furrow__loop_is_stopped(job->loop))
        return;
    furrow__observation seen = {.loss = loss};
    bool shared = atomic_load_explicit(&job->max_inside, memory_order_relaxed) > 1;
    double took = job->ended - job->begun;
    double solo = job->solo_items > 0 ? job->solo_seconds / (double)job->solo_items : 0;
    bool mostly_solo =
        took < min_shared && job->readiness != FURROW_READY_AWAKE && 2 * job->solo_items >= n;
    if (!shared)
        seen.alone = took / (double)n;
    else if (mostly_solo) /* the caller had run most of it before others joined */
        seen.alone = solo;
    else
        seen.shared = took / (double)n;
    if (shared && job->solo_seconds >= min_solo)
        seen.first_items = solo;
    note_usage(&seen, job);
    furrow__history_learn(job->history, &seen);
}

/* ---- the call ---- */

/* Opens the job and wakes a thread, unless the watcher has already opened it for a tail. */
static void share(furrow__pool_job *job, int slot)
{
    if (!atomic_load(&job->shared)) {
        furrow__pool_job_open(job);
        furrow__pool_migrate_others(job->pool);
        bool joined = atomic_load(&job->inside) > 2; /* the caller and the list count as two */
        if (!joined)
            furrow__pool_wake(job->pool);
        furrow__stress_start();
    }
    furrow__pool_job_work_as_caller(job, slot);
}

/* How long the caller runs alone before it shares after all. */
static double budget_of(furrow_sharing sharing, bool shares, bool loss)
{
    if (!shares || loss)
        return (double)INFINITY;
    return sharing == FURROW_SHARING_LATE ? FURROW_PLAN_WAKE : 2 * FURROW_PLAN_WAKE;
}

/* Runs the loop on the caller until it is done (true), or takes longer than planned. */
static bool run_by_itself(furrow__pool_job *job, int slot, furrow_sharing sharing,
                          const furrow_plan_history *history, bool shares)
{
    bool loss = sharing == FURROW_SHARING_NONE && history->shared > 0 &&
                !furrow__choice_is_small(history, job->loop->n, FURROW_READY_ASLEEP);
    job->caller_only = sharing == FURROW_SHARING_NONE;
    bool done = furrow__pool_job_begin_alone(job, slot, budget_of(sharing, shares, loss));
    if (done)
        learn(job, loss);
    job->joined = true; /* the items that ran so far are the solo items */
    return done;
}

/* The caller's part, on a worker slot. One item cannot be shared, and one worker has nobody to
 * share with. */
static void run_on_slot(furrow__pool_job *job, int slot)
{
    furrow_plan_history history = {0};
    bool shares = job->loop->n > 1 && job->limit > 1;
    furrow_sharing sharing = shares ? decide(job, &history) : FURROW_SHARING_NONE;
    if (shares && atomic_load_explicit(&job->pool->watchers, memory_order_relaxed) == 0)
        furrow__pool_ensure_watcher(job->pool);
    bool whole = sharing != FURROW_SHARING_NOW && job->loop->chunk == 0;
    if (whole && run_by_itself(job, slot, sharing, &history, shares))
        return;
    if (job->begun <= 0 && job->history)
        job->begun = furrow_clock_wall();
    if (shares)
        share(job, slot);
    else
        furrow__pool_job_work_as_caller(job, slot);
}

/* Waits until no thread is inside. */
static void wait_for_others(furrow__pool_job *job)
{
    furrow_pool *pool = job->pool;
    int inside = atomic_load(&job->shared) ? atomic_fetch_sub(&job->inside, 1) - 1 : 0;
    if (inside == 0) {
        furrow__tsan_acquire(job);
        return;
    }
    if (atomic_load(&job->open)) /* the watcher has just added a tail */
        furrow__pool_wake(pool);
    furrow__latch_wait(&job->over, &pool->parking, (double)INFINITY);
}

static void end_call(furrow__pool_job *job)
{
    if (!job->history)
        return;
    if (atomic_load(&job->shared)) {
        job->ended = furrow_clock_wall();
        learn(job, false);
    }
    atomic_store_explicit(&job->pool->last_call_ended, job->ended, memory_order_relaxed);
}

/* A borrowed slot is given back before this thread waits for the others. */
static int run_shared(furrow__pool_job *job)
{
    furrow_pool *pool = job->pool;
    int worker = furrow__pool_current_worker(pool);
    bool visits = worker < 0;
    job->from_callback = furrow__pool_in_callback(pool);
    int status = visits ? furrow__pool_visit_begin(pool) : FURROW_OK;
    if (status)
        return status;
    int slot = visits ? furrow__slot_borrow(pool) : worker;
    furrow__role role;
    if (slot >= 0) {
        if (visits)
            furrow__role_begin(&role, pool, slot, false);
        run_on_slot(job, slot);
        if (atomic_load(&job->shared))
            furrow__pool_job_close(job);
        if (visits) {
            furrow__role_end(&role);
            furrow__slot_return(pool, slot);
        }
    } else {
        furrow__pool_job_open(job);
        furrow__pool_wake(pool);
        if (pool->of_process) { /* it may have no thread at all */
            furrow__pool_job_work_as_caller(job, -1);
            furrow__pool_job_close(job);
        }
    }
    wait_for_others(job);
    end_call(job);
    if (visits)
        furrow__pool_visit_end(pool);
    return FURROW_OK;
}

/* Runs without a pool, or in a forked child with its parent's pool. */
static int run_alone(furrow__pool_job *job)
{
    const furrow_pool *dead = job->pool;
    const furrow_pool_options *options = dead ? &dead->options : NULL;
    job->pool = NULL;
    job->limit = job->expected = 1;
    job->loop->cancel.others[1] = NULL;
    bool makes = options && options->worker_new;
    int status = makes ? options->worker_new(&job->scratch, options->context) : FURROW_OK;
    if (status)
        return status;
    furrow__role role;
    furrow__role_begin_alone(&role, dead, job->scratch);
    furrow__pool_job_work(job, 0, (double)INFINITY);
    furrow__role_end(&role);
    if (makes && options->worker_free)
        options->worker_free(job->scratch);
    return FURROW_OK;
}

int furrow__pool_job_run(furrow__pool_job *job)
{
    bool alive = furrow__pool_is_alive(job->pool);
    int status = furrow__loop_reserve(job->loop, job->limit);
    if (status)
        return status;
    return alive ? run_shared(job) : run_alone(job);
}

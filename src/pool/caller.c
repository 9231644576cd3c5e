#include "job.h"

#include <math.h>

#include <furrow/clock.h>

#include "base/tsan.h"
#include "plan/choice.h"
#include "stress.h"

/* ---- whether to share, and when ---- */

furrow_readiness furrow__pool_readiness(furrow_pool *pool)
{
    if (atomic_load_explicit(&pool->spinners, memory_order_relaxed) > 0)
        return FURROW_READY_AWAKE;
    return atomic_load_explicit(&pool->quick_watch, memory_order_relaxed) ? FURROW_READY_WATCHING
                                                                          : FURROW_READY_ASLEEP;
}

/* A loop that is not worth a wake may be one of many in a row that are: once they have lost as much
 * as a wake costs, the next pays for it (ski rental: A. R. Karlin et al., 1988). Where sharing was
 * a loss it may be none by now, which is seen anew, but seldom. */
static bool owes_a_wake(furrow__pool_job *job, const furrow_plan_known *known)
{
    static const double seldom = 1 / 16.0;
    furrow_pool *pool = job->pool;
    bool loss = furrow__choice_is_loss(known);
    double gain = furrow_plan_gain(known, job->loop->n, job->expected);
    double now = job->begun = furrow_clock_wall();
    double owed = atomic_load_explicit(&pool->owed, memory_order_relaxed);
    double gap = now - atomic_load_explicit(&pool->last_call, memory_order_relaxed);
    owed = gap < furrow__patience() ? owed : 0;
    owed += loss ? seldom * gain : gain;
    bool pays = owed > FURROW_PLAN_WAKE;
    atomic_store_explicit(&pool->owed, pays ? 0 : owed, memory_order_relaxed);
    if (pays && loss)
        furrow__history_forget_shared(job->history);
    return pays;
}

static furrow_sharing decide(furrow__pool_job *job, furrow_plan_known *known)
{
    furrow_readiness ready = job->ready = furrow__pool_readiness(job->pool);
    if (job->history)
        *known = furrow__history_known(job->history);
    job->loop->metered |= job->history && furrow_plan_is_worth_metering(known, job->loop->n);
    if (job->loop->chunk)
        return FURROW_SHARING_NOW;
    furrow_sharing sharing = job->sharing;
    if (sharing == FURROW_SHARING_UNDECIDED)
        sharing = furrow_plan_sharing(known, job->loop->n, job->expected, ready);
    bool rests = sharing == FURROW_SHARING_NONE && known->loss == 0 && ready != FURROW_READY_AWAKE;
    if (rests && owes_a_wake(job, known))
        return FURROW_SHARING_NOW;
    return sharing;
}

/* ---- what is learned ---- */

static void note_usage(furrow__observation *seen, const furrow__pool_job *job)
{
    const furrow_usage *usage = &job->loop->usage;
    if (!job->loop->metered || usage->wall <= 0)
        return;
    seen->on_cpu = fmin(usage->cpu / usage->wall, 1);
    seen->waits = (double)usage->waits / (double)job->loop->n;
}

/* What takes less says more about the clock than about items; */
static const double least_front = 2e-6;
/* and more about a thread's waking, where one had to, than about sharing. */
static const double least_shared = 4 * FURROW_PLAN_WAKE;

static void learn(furrow__pool_job *job, bool loss)
{
    size_t n = job->loop->n;
    if (!job->history || job->begun <= 0 || furrow__loop_is_stopped(job->loop))
        return;
    furrow__observation seen = {.loss = loss};
    bool shared = atomic_load_explicit(&job->largest, memory_order_relaxed) > 1;
    double took = job->ended - job->begun;
    double front = job->front > 0 ? job->front_seconds / (double)job->front : 0;
    bool late = took < least_shared && job->ready != FURROW_READY_AWAKE && 2 * job->front >= n;
    if (!shared)
        seen.alone = took / (double)n;
    else if (late) /* the caller had run most of it when another came */
        seen.alone = front;
    else
        seen.shared = took / (double)n;
    if (shared && job->front_seconds >= least_front)
        seen.front = front;
    note_usage(&seen, job);
    furrow__history_learn(job->history, &seen);
}

/* ---- the call ---- */

/* Where the watcher has taken something from the caller the job is known already. */
static void share(furrow__pool_job *job, int slot)
{
    if (!atomic_load(&job->shared)) {
        furrow__pool_job_open(job);
        furrow__pool_make_way(job->pool);
        bool joined = atomic_load(&job->inside) > 2; /* beside this thread and the list */
        if (!joined)
            furrow__pool_wake(job->pool);
        furrow__stress_start();
    }
    furrow__pool_job_lead(job, slot);
}

/* How long a caller that does not share looks on before it does. */
static double budget_of(furrow_sharing sharing, bool shares, bool loss)
{
    if (!shares || loss)
        return (double)INFINITY;
    return sharing == FURROW_SHARING_LATE ? FURROW_PLAN_WAKE : 2 * FURROW_PLAN_WAKE;
}

/* By one thread, unless it turns out to be more than was known; true when it is done. */
static bool run_by_itself(furrow__pool_job *job, int slot, furrow_sharing sharing,
                          const furrow_plan_known *known, bool shares)
{
    bool loss = sharing == FURROW_SHARING_NONE && known->shared > 0 &&
                !furrow__choice_is_little(known, job->loop->n, FURROW_READY_ASLEEP);
    job->alone = sharing == FURROW_SHARING_NONE;
    bool done = furrow__pool_job_begin_alone(job, slot, budget_of(sharing, shares, loss));
    if (done)
        learn(job, loss);
    job->joined = true; /* what was run by itself is the front */
    return done;
}

/* The caller's part, on a slot. One item cannot be shared, and one worker shares with nobody. */
static void run_on_slot(furrow__pool_job *job, int slot)
{
    furrow_plan_known known = {0};
    bool shares = job->loop->n > 1 && job->limit > 1;
    furrow_sharing sharing = shares ? decide(job, &known) : FURROW_SHARING_NONE;
    if (shares && atomic_load_explicit(&job->pool->watchers, memory_order_relaxed) == 0)
        furrow__pool_keep_watch(job->pool);
    bool whole = sharing != FURROW_SHARING_NOW && job->loop->chunk == 0;
    if (whole && run_by_itself(job, slot, sharing, &known, shares))
        return;
    if (job->begun <= 0 && job->history)
        job->begun = furrow_clock_wall();
    if (shares)
        share(job, slot);
    else
        furrow__pool_job_lead(job, slot);
}

/* Until nobody is inside. */
static void wait_for_others(furrow__pool_job *job)
{
    furrow_pool *pool = job->pool;
    int inside = atomic_load(&job->shared) ? atomic_fetch_sub(&job->inside, 1) - 1 : 0;
    if (inside == 0) {
        furrow__tsan_acquire(job);
        return;
    }
    if (atomic_load(&job->open)) /* something was given back just now */
        furrow__pool_wake(pool);
    furrow__latch_wait(&job->over, &pool->lot, (double)INFINITY);
}

static void end_call(furrow__pool_job *job)
{
    if (!job->history)
        return;
    if (atomic_load(&job->shared)) {
        job->ended = furrow_clock_wall();
        learn(job, false);
    }
    atomic_store_explicit(&job->pool->last_call, job->ended, memory_order_relaxed);
}

/* A slot that was lent is given back before this thread waits for the others. */
static int run_shared(furrow__pool_job *job)
{
    furrow_pool *pool = job->pool;
    int worker = furrow__pool_here(pool);
    bool visits = worker < 0;
    job->calling_back = furrow__pool_calling_back(pool);
    int status = visits ? furrow__pool_visit(pool) : FURROW_OK;
    if (status)
        return status;
    int slot = visits ? furrow__slot_borrow(pool) : worker;
    furrow__stay stay;
    if (slot >= 0) {
        if (visits)
            furrow__stay_begin(&stay, pool, slot, false);
        run_on_slot(job, slot);
        if (atomic_load(&job->shared))
            furrow__pool_job_close(job);
        if (visits) {
            furrow__stay_end(&stay);
            furrow__slot_leave(pool, slot);
        }
    } else {
        furrow__pool_job_open(job);
        furrow__pool_wake(pool);
        if (pool->of_process) { /* which may have no thread at all */
            furrow__pool_job_lead(job, -1);
            furrow__pool_job_close(job);
        }
    }
    wait_for_others(job);
    end_call(job);
    if (visits)
        furrow__pool_visit_end(pool);
    return FURROW_OK;
}

/* Without a pool, or in a child of the process that has it. */
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
    furrow__stay stay;
    furrow__stay_begin_alone(&stay, dead, job->scratch);
    furrow__pool_job_work(job, 0, (double)INFINITY);
    furrow__stay_end(&stay);
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

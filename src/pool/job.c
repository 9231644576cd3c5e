#include "job.h"

#include <math.h>
#include <stdint.h>

#include <furrow/clock.h>

#include "stress.h"
#include "trace.h"

/* What the caller does by itself rather than share: about what sharing costs where a worker is
 * looking for work, and where one has to be roused. */
static const double little_when_awake = 2e-6;
static const double little_when_asleep = 10e-6;

int furrow__pool_job_check(const furrow_map_options *options, size_t n)
{
    if (n > PTRDIFF_MAX || options->chunk > PTRDIFF_MAX || options->first > SIZE_MAX - n ||
        (options->items && options->item_size == 0) ||
        (options->results && options->result_size == 0))
        return FURROW_EINVAL;
    size_t largest =
        options->item_size > options->result_size ? options->item_size : options->result_size;
    return largest > 0 && n > PTRDIFF_MAX / largest ? FURROW_EINVAL : FURROW_OK;
}

void furrow__pool_job_init(furrow__pool_job *job, furrow_pool *pool,
                           const furrow_map_options *options, size_t n, furrow_function function,
                           furrow_body body, void *context)
{
    *job = (furrow__pool_job){
        .pool = pool,
        .options = options,
        .function = function,
        .body = body,
        .context = context,
        .n = n,
        .workers = pool ? pool->workers : 1,
        .cancel = {.others = {pool ? &pool->cancel : NULL, options->cancel}},
        .failed_at = n,
        .reporting = ATOMIC_FLAG_INIT,
        .stop_at = SIZE_MAX,
        .inside = 1,
    };
}

void furrow__pool_job_open(furrow__pool_job *job)
{
    furrow_pool *pool = job->pool;
    job->shared = true;
    atomic_fetch_add(&job->inside, 1);
    furrow__pool_lock(pool);
    job->before = pool->last;
    if (pool->last)
        pool->last->after = job;
    else
        pool->first = job;
    pool->last = job;
    atomic_store(&job->open, true);
    atomic_fetch_add(&pool->open, 1);
    furrow__pool_unlock(pool);
    furrow__pool_make_way(pool);
    furrow__pool_rouse(pool);
    furrow__stress_start();
}

void furrow__pool_job_close(furrow__pool_job *job)
{
    furrow_pool *pool = job->pool;
    if (!atomic_load(&job->open))
        return;
    furrow__pool_lock(pool);
    bool closes = atomic_exchange(&job->open, false);
    if (closes) {
        *(job->before ? &job->before->after : &pool->first) = job->after;
        *(job->after ? &job->after->before : &pool->last) = job->before;
        atomic_fetch_sub(&pool->open, 1);
    }
    furrow__pool_unlock(pool);
    if (closes)
        atomic_fetch_sub(&job->inside, 1);
}

furrow__pool_job *furrow__pool_job_join_any(furrow_pool *pool)
{
    if (atomic_load(&pool->open) == 0)
        return NULL;
    furrow__pool_lock(pool);
    furrow__pool_job *job = pool->first;
    if (job)
        atomic_fetch_add(&job->inside, 1);
    furrow__pool_unlock(pool);
    return job;
}

bool furrow__pool_job_join(furrow__pool_job *job)
{
    furrow__pool_lock(job->pool);
    bool joins = atomic_load(&job->open);
    if (joins)
        atomic_fetch_add(&job->inside, 1);
    furrow__pool_unlock(job->pool);
    return joins;
}

/* Nothing of the job is touched after its gate is open, or its end has been called. */
void furrow__pool_job_leave(furrow__pool_job *job, int worker)
{
    furrow_pool *pool = job->pool;
    furrow__stress_point();
    if (atomic_fetch_sub(&job->inside, 1) > 1)
        return;
    if (job->end)
        job->end(job, worker);
    else
        furrow__gate_open(&job->over, &pool->lot);
}

/* An average in which the latest counts half. */
static void note_pace(furrow__pool_job *job, double seconds)
{
    uint_least64_t before = atomic_load_explicit(&job->pace, memory_order_relaxed);
    double now = fmin(fmax(1e12 * seconds, 1), 1e18);
    if (before)
        now = (now + (double)before) / 2;
    atomic_store_explicit(&job->pace, (uint_least64_t)now, memory_order_relaxed);
}

bool furrow__pool_job_work(furrow__pool_job *job, int worker, double seconds)
{
    bool planned = job->options->chunk == 0 && job->n > 1;
    bool timed = planned || seconds < (double)INFINITY;
    double now = timed ? furrow_clock_wall() : 0;
    const double end = now + seconds;
    size_t begin, size = 0;
    while (furrow__chunk_next(job, &begin, &size)) {
        furrow__chunk_run(job, begin, begin + size, worker);
        if (!timed || (size == 1 && begin + 1 == job->n)) /* nothing is left to decide */
            continue;
        double before = now;
        now = furrow_clock_wall();
        note_pace(job, (now - before) / (double)size);
        if (now >= end)
            return false;
    }
    return true;
}

static furrow_usage meter(const furrow__pool_job *job)
{
    if (!job->options->outcome)
        return (furrow_usage){0};
    return (furrow_usage){
        .waits = furrow_clock_thread_waits(),
        .cpu = furrow_clock_thread_cpu(),
        .wall = furrow_clock_wall(),
    };
}

static void add_usage(furrow__pool_job *job, const furrow_usage *before)
{
    if (!job->options->outcome)
        return;
    furrow_usage now = meter(job);
    if (job->pool)
        furrow__pool_lock(job->pool);
    job->usage.wall += now.wall - before->wall;
    job->usage.cpu += now.cpu - before->cpu;
    job->usage.waits += now.waits - before->waits;
    if (job->pool)
        furrow__pool_unlock(job->pool);
}

/* Until nothing is left: so who has worked closes. */
static void work_to_the_end(furrow__pool_job *job, int worker)
{
    furrow_usage before = meter(job);
    furrow__pool_job_work(job, worker, (double)INFINITY);
    add_usage(job, &before);
    furrow__pool_job_close(job);
}

void furrow__pool_job_take_part(furrow__pool_job *job, int worker)
{
    furrow__stay stay;
    bool calling_back = job->calling_back;
    if (calling_back)
        furrow__stay_begin(&stay, job->pool, worker, true);
    work_to_the_end(job, worker);
    if (calling_back)
        furrow__stay_end(&stay);
    furrow__pool_job_leave(job, worker);
}

static uintptr_t key_of(const furrow__pool_job *job)
{
    return job->body ? (uintptr_t)job->body : (uintptr_t)job->function;
}

/* Whether it takes less than sharing it would cost, as far as is known. */
static bool is_little(const furrow__pool_job *job)
{
    double seconds;
    furrow_pool *pool = job->pool;
    if (job->options->chunk || !furrow__paces_look_up(&pool->paces, key_of(job), &seconds))
        return false;
    bool awake = atomic_load_explicit(&pool->spinners, memory_order_relaxed) > 0;
    return seconds * (double)job->n <= (awake ? little_when_awake : little_when_asleep);
}

/* The caller's part, on a seat. One item cannot be shared, and one worker shares with nobody. */
static void work_on_seat(furrow__pool_job *job, int worker)
{
    bool shares = job->n > 1 && job->workers > 1;
    job->alone = shares && is_little(job);
    if (job->alone) {
        furrow_usage before = meter(job);
        bool done = furrow__pool_job_work(job, worker, little_when_asleep);
        add_usage(job, &before);
        if (done)
            return;
        job->alone = false;
    }
    if (shares)
        furrow__pool_job_open(job);
    work_to_the_end(job, worker);
}

static void remember(const furrow__pool_job *job)
{
    uint_least64_t pace = atomic_load(&((furrow__pool_job *)job)->pace);
    if (pace)
        furrow__paces_remember(&job->pool->paces, key_of(job), 1e-12 * (double)pace);
}

/* A seat that was lent is given back before this thread waits for the others. */
static int run_shared(furrow__pool_job *job)
{
    furrow_pool *pool = job->pool;
    int worker = furrow__pool_here(pool);
    bool visits = worker < 0;
    job->calling_back = furrow__pool_calling_back(pool);
    int status = visits ? furrow__pool_visit(pool) : FURROW_OK;
    if (status)
        return status;
    int seat = visits ? furrow__seat_borrow(pool) : worker;
    furrow__stay stay;
    if (seat >= 0) {
        if (visits)
            furrow__stay_begin(&stay, pool, seat, false);
        work_on_seat(job, seat);
        if (visits) {
            furrow__stay_end(&stay);
            furrow__seat_leave(pool, seat);
        }
    } else {
        furrow__pool_job_open(job);
    }
    if (job->shared && atomic_fetch_sub(&job->inside, 1) > 1)
        furrow__gate_wait(&job->over, &pool->lot, (double)INFINITY);
    remember(job);
    if (visits)
        furrow__pool_visit_end(pool);
    return FURROW_OK;
}

/* Without a pool, or in a child of the process that has it. */
static int run_alone(furrow__pool_job *job)
{
    const furrow_pool_options *options = job->pool ? &job->pool->options : NULL;
    job->pool = NULL;
    job->workers = 1;
    job->cancel.others[0] = NULL;
    bool makes = options && options->worker_new;
    int status = makes ? options->worker_new(&job->scratch, options->context) : FURROW_OK;
    if (status)
        return status;
    furrow_usage before = meter(job);
    furrow__pool_job_work(job, 0, (double)INFINITY);
    add_usage(job, &before);
    if (makes && options->worker_free)
        options->worker_free(job->scratch);
    return FURROW_OK;
}

static void tell_outcome(const furrow__pool_job *job)
{
    const furrow_map_options *options = job->options;
    if (options->error && job->status) {
        furrow_error_set(options->error, job->status, "item %zu: %s",
                         options->first + job->failed_at, furrow_status_text(job->status));
        options->error->item = options->first + job->failed_at;
    }
    if (!options->outcome)
        return;
    *options->outcome = (furrow_parallel_outcome){
        .plan = {.threads = job->workers,
                 .backend = job->pool ? FURROW_BACKEND_AUTO : FURROW_BACKEND_SERIAL,
                 .chunk = options->chunk,
                 .grounds = {.cause = job->pool ? FURROW_CAUSE_POOL : FURROW_CAUSE_SERIAL,
                             .requested = options->chunk > 0,
                             .items = job->n}},
        .usage = job->usage,
    };
    options->outcome->usage.items = job->status ? 0 : job->n;
}

int furrow__pool_job_run(furrow__pool_job *job)
{
    bool alive = furrow__pool_is_alive(job->pool);
    int status = furrow__trace_reserve(job->options->trace, (size_t)job->workers);
    if (status == FURROW_OK)
        status = alive ? run_shared(job) : run_alone(job);
    if (status == FURROW_OK) {
        furrow__pool_job_settle(job);
        tell_outcome(job);
        return job->status;
    }
    furrow__pool_job_refuse(job);
    return status;
}

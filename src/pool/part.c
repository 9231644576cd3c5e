#include "job.h"

#include <math.h>
#include <sched.h>
#include <stdint.h>

#include <furrow/clock.h>

/* The worker's number in the loop. It is its slot's number, but in the process's pool, which has
 * more slots than a loop may have workers: there it is the lowest free one; -1: none. */
static int take_number(furrow__pool_job *job, int slot)
{
    if (!job->pool || !job->pool->of_process)
        return slot < 0 ? 0 : slot;
    for (int word = 0; 64 * word < job->limit; word++) {
        uint_least64_t used = atomic_load_explicit(&job->numbers[word], memory_order_relaxed);
        while (~used != 0) {
            int bit = __builtin_ctzll(~used);
            if (64 * word + bit >= job->limit)
                break;
            if (atomic_compare_exchange_weak(&job->numbers[word], &used,
                                             used | (uint_least64_t)1 << bit))
                return 64 * word + bit;
        }
    }
    return -1;
}

static void give_number(furrow__pool_job *job, int number)
{
    if (job->pool && job->pool->of_process)
        atomic_fetch_and(&job->numbers[number / 64], ~((uint_least64_t)1 << number % 64));
}

/* A thread's part in a job. */
struct job_part {
    furrow__pool_job *job;
    int slot, number;
    size_t chunks;
    furrow_claim claim;
};

static void *scratch_of(const struct job_part *part)
{
    furrow_pool *pool = part->job->pool;
    return pool && part->slot >= 0 ? pool->slots[part->slot].scratch : part->job->scratch;
}

/* Publishes a claim on the first `end` items. False: all numbers are in use, so this thread would
 * only see that no items are left. */
static bool begin_part(struct job_part *part, furrow__pool_job *job, int slot, size_t end)
{
    part->job = job;
    part->slot = slot;
    part->chunks = 0;
    part->number = take_number(job, slot);
    if (part->number < 0)
        return false;
    furrow__claim_init(&part->claim, job->loop, end);
    if (job->pool && slot >= 0)
        furrow__slot_publish_claim(job->pool, slot, &part->claim);
    return true;
}

/* The caller must have a number. It waits until another thread gives one back. */
static void begin_callers_part(struct job_part *part, furrow__pool_job *job, int slot, size_t end)
{
    while (!begin_part(part, job, slot, end))
        sched_yield();
}

static void end_part(struct job_part *part)
{
    furrow__pool_job *job = part->job;
    if (job->pool && part->slot >= 0)
        furrow__slot_withdraw_claim(job->pool, part->slot, &part->claim);
    give_number(job, part->number);
}

static void beat(const struct job_part *part)
{
    furrow_pool *pool = part->job->pool;
    if (!pool || part->slot < 0)
        return;
    atomic_uint *heartbeat = &pool->slots[part->slot].heartbeat;
    atomic_store_explicit(heartbeat, atomic_load_explicit(heartbeat, memory_order_relaxed) + 1,
                          memory_order_relaxed);
}

/* A tail may have been added before a stop, and be taken after it. */
static void run_chunk(struct job_part *part, size_t begin, size_t end)
{
    furrow__loop *loop = part->job->loop;
    if (loop->body && furrow__loop_ends_before(loop, begin)) {
        furrow__loop_set_statuses(loop, begin, end, FURROW_ECANCELED);
        return;
    }
    beat(part);
    furrow__claim_open(&part->claim, begin, end, loop->body != NULL);
    furrow__loop_run(loop, &part->claim, end, part->number, scratch_of(part));
}

/* Counts threads that got a chunk: one that found nothing left does not count. */
static void note_size(furrow__pool_job *job)
{
    int open = atomic_load_explicit(&job->open, memory_order_relaxed);
    int inside = atomic_load_explicit(&job->inside, memory_order_relaxed) - open;
    int most = atomic_load_explicit(&job->max_inside, memory_order_relaxed);
    while (inside > most && !atomic_compare_exchange_weak(&job->max_inside, &most, inside))
        ;
}

/* Whether more threads are inside than allowed. The list counts as one. */
static bool is_one_too_many(const struct job_part *part)
{
    furrow__pool_job *job = part->job;
    return job->pool && atomic_load_explicit(&job->inside, memory_order_relaxed) - 1 >
                            atomic_load_explicit(&job->allowed, memory_order_relaxed);
}

/* The caller counts its items until it sees other threads inside. */
static void note_join(furrow__pool_job *job, double took, size_t ran)
{
    job->joined |= atomic_load_explicit(&job->inside, memory_order_relaxed) > 2;
    if (job->joined)
        return;
    job->solo_items += ran;
    job->solo_seconds += took;
}

static bool work(struct job_part *part, double seconds, bool is_caller)
{
    furrow__pool_job *job = part->job;
    furrow__loop *loop = job->loop;
    bool planned = loop->chunk == 0 && loop->n > 1, notes = is_caller && job->history;
    bool timed = planned || notes || seconds < (double)INFINITY;
    double now = timed ? furrow_clock_wall() : 0;
    const double end = now + seconds;
    size_t begin, size = 0;
    while (furrow__chunk_next(job, &begin, &size)) {
        if (part->chunks++ == 0)
            note_size(job);
        run_chunk(part, begin, begin + size);
        if (!timed || (size == 1 && begin + 1 == loop->n)) /* no decision depends on the time */
            continue;
        double before = now;
        now = furrow_clock_wall();
        furrow__chunk_note(job, (now - before) / (double)size);
        if (notes)
            note_join(job, now - before, size);
        else if (!is_caller && is_one_too_many(part))
            return true;
        if (now >= end)
            return false;
    }
    return true;
}

bool furrow__pool_job_work(furrow__pool_job *job, int slot, double seconds)
{
    struct job_part part;
    if (!begin_part(&part, job, slot, 0))
        return true;
    furrow__clocks meter = furrow__loop_enter(job->loop);
    bool done = work(&part, seconds, false);
    furrow__loop_leave(job->loop, &meter);
    end_part(&part);
    return done;
}

void furrow__pool_job_work_as_caller(furrow__pool_job *job, int slot)
{
    struct job_part part;
    begin_callers_part(&part, job, slot, 0);
    furrow__clocks meter = furrow__loop_enter(job->loop);
    work(&part, (double)INFINITY, true);
    furrow__loop_leave(job->loop, &meter);
    end_part(&part);
}

/* ---- a caller that does not share yet ---- */

/* How many items to run before the next reading of the clock. A loop for the caller alone needs few
 * readings. But a body must not get all of its items, for it may be longer than planned. */
static size_t next_range(const furrow__pool_job *job, size_t last, size_t left, double took)
{
    static const double short_range = 4e-6;
    size_t n = job->loop->n, size = last == 0 ? 1 : took < short_range ? 2 * last : last;
    if (job->caller_only)
        size = job->loop->body ? (n + 1) / 2 : n;
    else if (job->loop->body && size > left / 2)
        size = left / 2;
    return size == 0 ? 1 : size < left ? size : left;
}

/* Runs growing ranges of a claim on all items. */
static void run_ranges(struct job_part *part, double seconds)
{
    furrow__pool_job *job = part->job;
    furrow__loop *loop = job->loop;
    furrow_claim *claim = &part->claim;
    double now = job->begun, took = 0;
    for (size_t at = 0, size = 0; at < loop->n;) {
        size = next_range(job, size, loop->n - at, took);
        beat(part);
        claim->begin = at;
        if (loop->body && !furrow__claim_items(claim, at, at + size))
            break; /* the loop was stopped, or the watcher took the rest */
        furrow__loop_run(loop, claim, at + size, part->number, scratch_of(part));
        size_t next = atomic_load_explicit(&claim->next, memory_order_relaxed);
        if (next < at + size)
            break;
        at = next;
        took = -now;
        now = furrow_clock_wall();
        took += now;
        if (now - job->begun >= seconds)
            break;
    }
    job->ended = now;
    job->solo_items = atomic_load_explicit(&claim->next, memory_order_relaxed);
    job->solo_seconds = now - job->begun;
}

/* What the caller has not begun of its claim on all items. It is handed out; or, where the watcher
 * has taken the end of it, run here. After a stop the claim has been dropped already. */
static void hand_over(struct job_part *part)
{
    furrow__pool_job *job = part->job;
    bool stopped = part->claim.dropped > 0;
    if (!stopped)
        furrow__claim_drop(&part->claim);
    size_t next = atomic_load_explicit(&part->claim.next, memory_order_relaxed);
    size_t end = part->claim.dropped;
    part->claim.dropped = 0;
    if (end == job->loop->n)
        atomic_store(&job->next, next);
    else if (next < end && stopped)
        furrow__loop_set_statuses(job->loop, next, end, FURROW_ECANCELED);
    else if (next < end)
        run_chunk(part, next, end);
}

bool furrow__pool_job_begin_alone(furrow__pool_job *job, int slot, double seconds)
{
    struct job_part part;
    atomic_store_explicit(&job->next, job->loop->n, memory_order_relaxed);
    begin_callers_part(&part, job, slot, job->loop->n);
    furrow__clocks meter = furrow__loop_enter(job->loop);
    if (job->begun <= 0)
        job->begun = furrow_clock_wall();
    run_ranges(&part, seconds);
    if (job->solo_items < job->loop->n)
        hand_over(&part);
    furrow__loop_leave(job->loop, &meter);
    end_part(&part); /* waits until the watcher does not look at the claim */
    return !atomic_load(&job->shared) && !furrow__pool_job_has_items(job);
}

/* ---- a thread that has joined ---- */

static void close_if_done(furrow__pool_job *job)
{
    if (!furrow__pool_job_has_items(job))
        furrow__pool_job_close(job);
}

void furrow__pool_job_drain(furrow__pool_job *job, int slot)
{
    furrow__role role;
    bool calling_back = job->from_callback;
    if (calling_back)
        furrow__role_begin(&role, job->pool, slot, true);
    if (slot >= 0)
        furrow__pool_job_work(job, slot, (double)INFINITY);
    close_if_done(job);
    if (calling_back)
        furrow__role_end(&role);
}

void furrow__pool_job_drain_and_leave(furrow__pool_job *job, int slot)
{
    furrow__pool_job_drain(job, slot);
    furrow__pool_job_leave(job, slot);
}

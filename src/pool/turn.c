#include "job.h"

#include <math.h>
#include <sched.h>
#include <stdint.h>

#include <furrow/clock.h>

/* The worker's number in the loop: its slot's, or, where slots are more than the loop may have
 * workers, the lowest that is free; -1: none is. */
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

/* One who works, and what he is given. */
struct turn {
    furrow__pool_job *job;
    int slot, number;
    size_t chunks;
    furrow_claim claim;
};

static void *scratch_of(const struct turn *turn)
{
    furrow_pool *pool = turn->job->pool;
    return pool && turn->slot >= 0 ? pool->slots[turn->slot].scratch : turn->job->scratch;
}

/* With a claim on the first `end` items, before others can see it. False for who has only come to
 * see that nothing is left, beside as many as there may be. */
static bool begin_turn(struct turn *turn, furrow__pool_job *job, int slot, size_t end)
{
    turn->job = job;
    turn->slot = slot;
    turn->chunks = 0;
    turn->number = take_number(job, slot);
    if (turn->number < 0)
        return false;
    furrow__claim_init(&turn->claim, job->loop, end);
    if (job->pool && slot >= 0)
        furrow__slot_hold(job->pool, slot, &turn->claim);
    return true;
}

/* Its caller is one of those that there may be, if perhaps not before such a one has gone. */
static void begin_callers_turn(struct turn *turn, furrow__pool_job *job, int slot, size_t end)
{
    while (!begin_turn(turn, job, slot, end))
        sched_yield();
}

static void end_turn(struct turn *turn)
{
    furrow__pool_job *job = turn->job;
    if (job->pool && turn->slot >= 0)
        furrow__slot_let_go(job->pool, turn->slot, &turn->claim);
    give_number(job, turn->number);
}

static void beat(const struct turn *turn)
{
    furrow_pool *pool = turn->job->pool;
    if (!pool || turn->slot < 0)
        return;
    atomic_uint *pulse = &pool->slots[turn->slot].pulse;
    atomic_store_explicit(pulse, atomic_load_explicit(pulse, memory_order_relaxed) + 1,
                          memory_order_relaxed);
}

/* What was given back before a stop is still there after it. */
static void run_chunk(struct turn *turn, size_t begin, size_t end)
{
    furrow__loop *loop = turn->job->loop;
    if (loop->body && furrow__loop_ends_before(loop, begin)) {
        furrow__loop_set_statuses(loop, begin, end, FURROW_ECANCELED);
        return;
    }
    beat(turn);
    furrow__claim_open(&turn->claim, begin, end, loop->body != NULL);
    furrow__loop_run(loop, &turn->claim, end, turn->number, scratch_of(turn));
}

/* A thread that comes only to find nothing left does not count; nor does the list. */
static void note_size(furrow__pool_job *job)
{
    int open = atomic_load_explicit(&job->open, memory_order_relaxed);
    int inside = atomic_load_explicit(&job->inside, memory_order_relaxed) - open;
    int most = atomic_load_explicit(&job->largest, memory_order_relaxed);
    while (inside > most && !atomic_compare_exchange_weak(&job->largest, &most, inside))
        ;
}

/* More are inside than may be. The list counts for one. */
static bool is_one_too_many(const struct turn *turn)
{
    furrow__pool_job *job = turn->job;
    return job->pool && atomic_load_explicit(&job->inside, memory_order_relaxed) - 1 >
                            atomic_load_explicit(&job->most, memory_order_relaxed);
}

/* The caller looks when others come in. */
static void note_join(furrow__pool_job *job, double took, size_t ran)
{
    job->joined |= atomic_load_explicit(&job->inside, memory_order_relaxed) > 2;
    if (job->joined)
        return;
    job->front += ran;
    job->front_seconds += took;
}

static bool work(struct turn *turn, double seconds, bool calls)
{
    furrow__pool_job *job = turn->job;
    furrow__loop *loop = job->loop;
    bool planned = loop->chunk == 0 && loop->n > 1, notes = calls && job->history;
    bool timed = planned || notes || seconds < (double)INFINITY;
    double now = timed ? furrow_clock_wall() : 0;
    const double end = now + seconds;
    size_t begin, size = 0;
    while (furrow__chunk_next(job, &begin, &size)) {
        if (turn->chunks++ == 0)
            note_size(job);
        run_chunk(turn, begin, begin + size);
        if (!timed || (size == 1 && begin + 1 == loop->n)) /* nothing is left to decide */
            continue;
        double before = now;
        now = furrow_clock_wall();
        furrow__chunk_note(job, (now - before) / (double)size);
        if (notes)
            note_join(job, now - before, size);
        else if (!calls && is_one_too_many(turn))
            return true;
        if (now >= end)
            return false;
    }
    return true;
}

bool furrow__pool_job_work(furrow__pool_job *job, int slot, double seconds)
{
    struct turn turn;
    if (!begin_turn(&turn, job, slot, 0))
        return true;
    furrow__meter meter = furrow__loop_enter(job->loop);
    bool done = work(&turn, seconds, false);
    furrow__loop_leave(job->loop, &meter);
    end_turn(&turn);
    return done;
}

void furrow__pool_job_lead(furrow__pool_job *job, int slot)
{
    struct turn turn;
    begin_callers_turn(&turn, job, slot, 0);
    furrow__meter meter = furrow__loop_enter(job->loop);
    work(&turn, (double)INFINITY, true);
    furrow__loop_leave(job->loop, &meter);
    end_turn(&turn);
}

/* ---- a caller by itself ---- */

/* How many items to run before the next look at the clock. What is known to be little needs few;
 * but a body must not be given all, should it be more for once. */
static size_t next_stretch(const furrow__pool_job *job, size_t last, size_t left, double took)
{
    static const double short_stretch = 4e-6;
    size_t n = job->loop->n, size = last == 0 ? 1 : took < short_stretch ? 2 * last : last;
    if (job->alone)
        size = job->loop->body ? (n + 1) / 2 : n;
    else if (job->loop->body && size > left / 2)
        size = left / 2;
    return size == 0 ? 1 : size < left ? size : left;
}

/* Runs stretches of a claim on all items. */
static void run_stretches(struct turn *turn, double seconds)
{
    furrow__pool_job *job = turn->job;
    furrow__loop *loop = job->loop;
    furrow_claim *claim = &turn->claim;
    double now = job->begun, took = 0;
    for (size_t at = 0, size = 0; at < loop->n;) {
        size = next_stretch(job, size, loop->n - at, took);
        beat(turn);
        claim->begin = at;
        if (loop->body && !furrow__claim_items(claim, at, at + size))
            break; /* stopped, or somebody took the rest */
        furrow__loop_run(loop, claim, at + size, turn->number, scratch_of(turn));
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
    job->front = atomic_load_explicit(&claim->next, memory_order_relaxed);
    job->front_seconds = now - job->begun;
}

/* What the owner has left of a claim on all: to be handed out, or, where others have taken some of
 * it already, run by itself. A stop has dropped it before. */
static void hand_over(struct turn *turn)
{
    furrow__pool_job *job = turn->job;
    bool stopped = turn->claim.dropped > 0;
    if (!stopped)
        furrow__claim_drop(&turn->claim);
    size_t next = atomic_load_explicit(&turn->claim.next, memory_order_relaxed);
    size_t end = turn->claim.dropped;
    turn->claim.dropped = 0;
    if (end == job->loop->n)
        atomic_store(&job->next, next);
    else if (next < end && stopped)
        furrow__loop_set_statuses(job->loop, next, end, FURROW_ECANCELED);
    else if (next < end)
        run_chunk(turn, next, end);
}

bool furrow__pool_job_begin_alone(furrow__pool_job *job, int slot, double seconds)
{
    struct turn turn;
    atomic_store_explicit(&job->next, job->loop->n, memory_order_relaxed);
    begin_callers_turn(&turn, job, slot, job->loop->n);
    furrow__meter meter = furrow__loop_enter(job->loop);
    if (job->begun <= 0)
        job->begun = furrow_clock_wall();
    run_stretches(&turn, seconds);
    if (job->front < job->loop->n)
        hand_over(&turn);
    furrow__loop_leave(job->loop, &meter);
    end_turn(&turn); /* until nobody is about to take something away */
    return !atomic_load(&job->shared) && !furrow__pool_job_has_items(job);
}

static void close_if_done(furrow__pool_job *job)
{
    if (!furrow__pool_job_has_items(job))
        furrow__pool_job_close(job);
}

void furrow__pool_job_do_part(furrow__pool_job *job, int slot)
{
    furrow__stay stay;
    bool calling_back = job->calling_back;
    if (calling_back)
        furrow__stay_begin(&stay, job->pool, slot, true);
    if (slot >= 0)
        furrow__pool_job_work(job, slot, (double)INFINITY);
    close_if_done(job);
    if (calling_back)
        furrow__stay_end(&stay);
}

void furrow__pool_job_take_part(furrow__pool_job *job, int slot)
{
    furrow__pool_job_do_part(job, slot);
    furrow__pool_job_leave(job, slot);
}

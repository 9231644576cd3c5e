#include "job.h"

#include <math.h>
#include <stdint.h>

#include "stress.h"

/* A dispatch takes about 0.1 us, two readings of the clock included. That is 0.3 % of a long chunk,
 * and 10 % of a short one; only the last chunks are short. */
static const double long_chunk = 32e-6;
static const double short_chunk = 1e-6;

/* Each worker's share of the items left is cut into this many chunks: factoring (S. F. Hummel, E.
 * Schonberg, L. E. Flynn, "Factoring: a method for scheduling parallel loops", CACM 35(8), 1992),
 * which uses 2. */
static const size_t parts = 4;

static size_t share_of(const furrow__pool_job *job, size_t left)
{
    return left / (parts * (size_t)job->expected);
}

/* How many of the `left` items a thread gets whose last chunk had `last`. */
static size_t planned_size(furrow__pool_job *job, size_t left, size_t last)
{
    double seconds = 1e-12 * (double)atomic_load_explicit(&job->item_time, memory_order_relaxed);
    if (last == 0 || !(seconds > 0))
        return 1;
    size_t share = share_of(job, left);
    double most = fmin(long_chunk / seconds, (double)left);
    double least = fmin(short_chunk / seconds, (double)left);
    size_t size = fmin(most, (double)share) < (double)share ? (size_t)most : share;
    if ((double)size < least)
        size = (size_t)least;
    if (size > 2 * last)
        size = 2 * last;
    return size ? size : 1;
}

/* Rounds up to whole grains, since part of a grain costs as much as a whole one. But no thread
 * shall go without items for that. */
static size_t to_grain(const furrow__pool_job *job, size_t size, size_t left)
{
    size_t grain = job->loop->grain, share = (job->loop->n - 1) / (size_t)job->expected + 1;
    if (grain > 1 && size < share && size % grain)
        size += grain - size % grain < share - size ? grain - size % grain : share - size;
    return size < left ? size : left;
}

/* Until the job is shared no other thread is inside, so a plain store will do. */
static bool take(furrow__pool_job *job, size_t *next, size_t end)
{
    if (atomic_load_explicit(&job->shared, memory_order_relaxed))
        return atomic_compare_exchange_weak_explicit(&job->next, next, end, memory_order_relaxed,
                                                     memory_order_relaxed);
    atomic_store_explicit(&job->next, end, memory_order_relaxed);
    return true;
}

/* Takes a part of a tail. How long its items take is not known, for a worker was stuck just before
 * them. */
static bool take_tail_part(furrow__pool_job *job, size_t *begin, size_t *size)
{
    if (atomic_load_explicit(&job->tail_count, memory_order_relaxed) == 0)
        return false;
    furrow__pool_lock(job->pool);
    int count = atomic_load_explicit(&job->tail_count, memory_order_relaxed);
    if (count > 0) {
        furrow__tail *tail = &job->tails[count - 1];
        size_t share = share_of(job, tail->end - tail->begin);
        *begin = tail->begin;
        *size = share ? share : 1;
        tail->begin += *size;
        if (tail->begin == tail->end)
            atomic_store_explicit(&job->tail_count, count - 1, memory_order_relaxed);
    }
    furrow__pool_unlock(job->pool);
    return count > 0;
}

bool furrow__chunk_next(furrow__pool_job *job, size_t *begin, size_t *size)
{
    furrow__loop *loop = job->loop;
    size_t next = atomic_load_explicit(&job->next, memory_order_relaxed);
    size_t last = *size;
    do {
        if (next < loop->n && furrow__loop_is_cancelled(loop))
            furrow__loop_fail(loop, next, FURROW_ECANCELED, true);
        if (next >= loop->n || next >= atomic_load(&loop->stop_at))
            return take_tail_part(job, begin, size);
        size_t left = loop->n - next;
        size_t chunk = loop->chunk;
        *size = chunk ? (chunk < left ? chunk : left)
                      : to_grain(job, planned_size(job, left, last), left);
        furrow__stress_point();
    } while (!take(job, &next, next + *size));
    *begin = next;
    if (next + *size == loop->n && atomic_load_explicit(&job->shared, memory_order_relaxed))
        furrow__pool_job_close(job); /* now, while the others are busy */
    return true;
}

/* A moving average: the latest time counts half. */
void furrow__chunk_note(furrow__pool_job *job, double seconds)
{
    uint_least64_t before = atomic_load_explicit(&job->item_time, memory_order_relaxed);
    double now = fmin(fmax(1e12 * seconds, 1), 1e18);
    if (before)
        now = (now + (double)before) / 2;
    atomic_store_explicit(&job->item_time, (uint_least64_t)now, memory_order_relaxed);
}

#include "job.h"

#include <math.h>
#include <stdint.h>

#include "stress.h"

/* A chunk's dispatch takes about 0.1 us, two readings of the clock included: long chunks make that
 * 0.3 %, short ones, towards the end, 10 % of very little. */
static const double long_chunk = 32e-6;
static const double short_chunk = 1e-6;

/* Of what is left, a worker's share is cut into this many chunks: factoring (S. F. Hummel, E.
 * Schonberg, L. E. Flynn, "Factoring: a method for scheduling parallel loops", CACM 35(8), 1992,
 * has 2). */
static const size_t parts = 4;

static size_t share_of(const furrow__pool_job *job, size_t left)
{
    return left / (parts * (size_t)job->expected);
}

/* How many of `left` items to hand out next to a thread that was given `last` before. */
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

/* Part of a grain costs as much as a whole one, but no thread shall be without. */
static size_t to_grain(const furrow__pool_job *job, size_t size, size_t left)
{
    size_t grain = job->loop->grain, share = (job->loop->n - 1) / (size_t)job->expected + 1;
    if (grain > 1 && size < share && size % grain)
        size += grain - size % grain < share - size ? grain - size % grain : share - size;
    return size < left ? size : left;
}

/* While nobody else can be inside, without the cost of an atomic operation. */
static bool take(furrow__pool_job *job, size_t *next, size_t end)
{
    if (atomic_load_explicit(&job->shared, memory_order_relaxed))
        return atomic_compare_exchange_weak_explicit(&job->next, next, end, memory_order_relaxed,
                                                     memory_order_relaxed);
    atomic_store_explicit(&job->next, end, memory_order_relaxed);
    return true;
}

/* Of what was given back: nothing is known of it but that somebody was stuck before it. */
static bool take_piece(furrow__pool_job *job, size_t *begin, size_t *size)
{
    if (atomic_load_explicit(&job->tail_count, memory_order_relaxed) == 0)
        return false;
    furrow__pool_lock(job->pool);
    int count = atomic_load_explicit(&job->tail_count, memory_order_relaxed);
    if (count > 0) {
        furrow__tail *piece = &job->tails[count - 1];
        size_t share = share_of(job, piece->end - piece->begin);
        *begin = piece->begin;
        *size = share ? share : 1;
        piece->begin += *size;
        if (piece->begin == piece->end)
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
            return take_piece(job, begin, size);
        size_t left = loop->n - next;
        size_t chunk = loop->chunk;
        *size = chunk ? (chunk < left ? chunk : left)
                      : to_grain(job, planned_size(job, left, last), left);
        furrow__stress_point();
    } while (!take(job, &next, next + *size));
    *begin = next;
    if (next + *size == loop->n && atomic_load_explicit(&job->shared, memory_order_relaxed))
        furrow__pool_job_close(job); /* now, when others are busy */
    return true;
}

/* An average in which the latest counts half. */
void furrow__chunk_note(furrow__pool_job *job, double seconds)
{
    uint_least64_t before = atomic_load_explicit(&job->item_time, memory_order_relaxed);
    double now = fmin(fmax(1e12 * seconds, 1), 1e18);
    if (before)
        now = (now + (double)before) / 2;
    atomic_store_explicit(&job->item_time, (uint_least64_t)now, memory_order_relaxed);
}

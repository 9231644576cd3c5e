#include <math.h>

#include <furrow/clock.h>

#include "result.h"

struct any {
    furrow_result *const *results;
    size_t count, over; /* `over`: the first that is over */
};

static bool find_over(void *context)
{
    struct any *any = context;
    for (any->over = 0; any->over < any->count; any->over++)
        if (furrow__latch_is_open(&any->results[any->over]->over))
            return true;
    return false;
}

/* Runs on a worker what it can, for the pool may have no other. */
static void help_until_one_is_over(struct any *any, int worker, double deadline)
{
    for (size_t i = 0; i < any->count && furrow_clock_wall() < deadline && !find_over(any); i++)
        furrow__result_help(any->results[i], worker, deadline);
}

/* A thread that ends a result wakes those that wait for any. */
static bool await_any(struct any *any, furrow_pool *pool, double timeout)
{
    double deadline = furrow__deadline(timeout);
    int worker = furrow__pool_current_worker(pool);
    furrow__pool_pin(pool);
    if (worker >= 0)
        help_until_one_is_over(any, worker, deadline);
    if (worker >= 0 || timeout < 0)
        furrow__callbacks_run(pool);
    atomic_fetch_add(&pool->any_waiters, 1);
    bool over = furrow__parking_wait(&pool->parking, &pool->any_waiters, find_over, any, deadline);
    atomic_fetch_sub(&pool->any_waiters, 1);
    furrow__pool_unpin(pool);
    return over;
}

int furrow_result_wait_any(size_t *index, furrow_result *const *results, size_t count,
                           double timeout)
{
    struct any any = {.results = results, .count = count};
    if (count == 0 || isnan(timeout))
        return FURROW_EINVAL;
    bool over = find_over(&any);
    furrow_pool *pool = results[0]->pool;
    for (size_t i = 0; i < count && !over; i++) {
        if (results[i]->pool != pool)
            return FURROW_EINVAL;
        if (!furrow__result_is_alive(results[i]))
            return FURROW_ECANCELED;
        if (furrow__result_calls_back(results[i]) && furrow__pool_in_callback(pool))
            return FURROW_EDEADLK;
    }
    if (!over && timeout != 0)
        over = await_any(&any, pool, timeout);
    if (over)
        *index = any.over;
    return over ? FURROW_OK : FURROW_ETIMEDOUT;
}

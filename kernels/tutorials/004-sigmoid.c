/*
 * 004: the sigmoid of 0.1 to 0.9 on a pool of three: by apply, map, map_async and apply_async.
 *
 *     pool = Pool(processes=3)
 *     output = [pool.apply(sigmoid, args=(i,)) for i in np.arange(0.1,1,0.1)]
 *     output2 = pool.map(sigmoid, np.arange(0.1,1,0.1))
 *     output3 = pool.map_async(sigmoid, np.arange(0.1,1,0.1)).get()
 *     output4 = [pool.apply_async(sigmoid, args=(i, )) ... ]; [result.get() for result in ...]
 *
 * All four give the list in the order of the items. (The original says that the last two give
 * results in the order of processing. That is not so in Python either.)
 */
#include <math.h>

#include <furrow/pool.h>
#include <furrow/pool_async.h>

#include "tutorial.h"

enum { NUMBERS = 9 };

static int sigmoid(void *result, const void *item, void *context)
{
    const double *x = item;
    (void)context;
    *(double *)result = 1 / (1 + exp(-*x));
    return FURROW_OK;
}

static void print_list(const double *output)
{
    for (size_t i = 0; i < NUMBERS; i++)
        printf("%s%.14g", i == 0 ? "[" : ", ", output[i]);
    printf("]\n");
}

static int apply(double *output, furrow_pool *pool, const double *x)
{
    int status = FURROW_OK;
    for (size_t i = 0; !status && i < NUMBERS; i++)
        status = furrow_pool_apply(&output[i], pool, &x[i], sigmoid, NULL);
    return status;
}

static int map(double *output, furrow_pool *pool, const double *x)
{
    const furrow_map_options options = {
        .items = x, .item_size = sizeof *x, .results = output, .result_size = sizeof *output};
    return furrow_pool_map(pool, &options, NUMBERS, sigmoid, NULL);
}

static int map_async(double *output, furrow_pool *pool, const double *x)
{
    const furrow_map_options options = {
        .items = x, .item_size = sizeof *x, .result_size = sizeof *output};
    furrow_result *result;
    int status = furrow_pool_map_async(&result, pool, &options, NUMBERS, sigmoid, NULL);
    if (!status)
        status = furrow_result_get(output, result, FURROW_FOREVER);
    furrow_result_free(result);
    return status;
}

static int apply_async(double *output, furrow_pool *pool, const double *x)
{
    furrow_result *results[NUMBERS] = {NULL};
    int status = FURROW_OK;
    for (size_t i = 0; !status && i < NUMBERS; i++) {
        const furrow_map_options options = {
            .items = &x[i], .item_size = sizeof *x, .result_size = sizeof *output};
        status = furrow_pool_apply_async(&results[i], pool, &options, sigmoid, NULL);
    }
    for (size_t i = 0; i < NUMBERS; i++) {
        if (!status)
            status = furrow_result_get(&output[i], results[i], FURROW_FOREVER);
        furrow_result_free(results[i]);
    }
    return status;
}

int main(void)
{
    static int (*const ways[])(double *, furrow_pool *, const double *) = {apply, map, map_async,
                                                                           apply_async};
    const furrow_pool_options three = {.workers = 3};
    double x[NUMBERS];
    furrow_pool *pool;
    for (size_t i = 0; i < NUMBERS; i++)
        x[i] = 0.1 * (double)(i + 1);
    int status = furrow_pool_new(&pool, &three);
    for (size_t i = 0; !status && i < sizeof ways / sizeof *ways; i++) {
        double output[NUMBERS] = {0};
        status = ways[i](output, pool, x);
        if (!status)
            print_list(output);
    }
    furrow_pool_free(pool);
    return finish(status);
}

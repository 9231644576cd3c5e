/*
 * 002: map and reduce: the squares of 1 to 5, in a loop and on a pool, and their sum.
 *
 *     for i in list_of_nums:
 *         result_list.append(calc_square(i))
 *     result_list = pool.map(calc_square, list_of_nums)
 *
 * The reduction folds the results in the order of the items, so that any function will do.
 */
#include <furrow/pool.h>

#include "tutorial.h"

enum { NUMBERS = 5 };

static int calc_square(void *result, const void *item, void *context)
{
    const int *i = item;
    (void)context;
    *(int *)result = *i * *i;
    return FURROW_OK;
}

static int add(void *into, const void *square, const void *context)
{
    (void)context;
    *(int *)into += *(const int *)square;
    return FURROW_OK;
}

static void print_list(const int *squares)
{
    printf("The list of squares = ");
    for (size_t i = 0; i < NUMBERS; i++)
        printf("%s%d", i == 0 ? "[" : ", ", squares[i]);
    printf("]\n");
}

int main(void)
{
    const int list_of_nums[NUMBERS] = {1, 2, 3, 4, 5};
    int result_list[NUMBERS], sum = 0;
    furrow_map_options options = {
        .items = list_of_nums,
        .item_size = sizeof *list_of_nums,
        .results = result_list,
        .result_size = sizeof *result_list,
    };
    furrow_pool *pool;
    for (size_t i = 0; i < NUMBERS; i++)
        calc_square(&result_list[i], &list_of_nums[i], NULL);
    print_list(result_list);
    int status = furrow_pool_new(&pool, NULL);
    if (!status)
        status = furrow_pool_map(pool, &options, NUMBERS, calc_square, NULL);
    if (!status)
        print_list(result_list);
    options.results = NULL;
    if (!status)
        status = furrow_pool_map_reduce(&sum, pool, &options, NUMBERS, calc_square, add, NULL);
    if (!status)
        printf("The sum of squares = %d\n", sum);
    furrow_pool_free(pool);
    return finish(status);
}

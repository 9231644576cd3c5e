/*
 * 003: pool.map of get_combinations over twice as many tuples as there are threads.
 *
 *     data = tuple( tuple(range(6)) for i in range(my_processes * 2) )
 *     p = mp.Pool(processes=my_processes)
 *     result = p.map(get_combinations, data)
 *     for r in result:
 *         print(r)
 *
 *     003-map [PROCESSES]       24 in the original; default: the number of usable CPUs
 */
#include <furrow/pool.h>

#include "rows.h"

static int run(furrow_pool *pool, int processes, struct request *data, struct rows *result,
               size_t n)
{
    const furrow_map_options options = {
        .items = data,
        .item_size = sizeof *data,
        .results = result,
        .result_size = sizeof *result,
    };
    for (size_t i = 0; i < n; i++)
        data[i] = (struct request){{0, 1, 2, 3, 4, 5}, 2};
    int status = furrow_pool_map(pool, &options, n, get_combinations_n, NULL);
    if (status)
        return status;
    printf("Number of threads: %d\n", processes);
    printf("Number of results: %zu\n", n);
    for (size_t i = 0; i < n; i++) {
        print_rows(&result[i]);
        printf("\n");
    }
    return FURROW_OK;
}

int main(int count, char **arguments)
{
    const furrow_pool_options options = {.workers = my_processes(count, arguments)};
    size_t n = 2 * (size_t)options.workers;
    struct request *data = calloc(n, sizeof *data);
    struct rows *result = calloc(n, sizeof *result);
    furrow_pool *pool = NULL;
    int status = data && result ? furrow_pool_new(&pool, &options) : FURROW_ENOMEM;
    if (!status)
        status = run(pool, options.workers, data, result, n);
    furrow_pool_free(pool);
    free(data);
    free(result);
    return finish(status);
}

/*
 * 003: pool.starmap of get_combinations_n over tuples of (elements, a random length).
 *
 *     data = tuple( (tuple(range(6)), random.choice(lengths)) for i in range(my_processes * 2) )
 *     print(data[-1])
 *     result = p.starmap(get_combinations_n, data)
 *
 * The lengths depend on a seed, so that a run can be repeated (S. Vigna's SplitMix64, 2015).
 *
 *     003-starmap [PROCESSES [SEED]]        24 in the original; default: the usable CPUs
 */
#include <furrow/pool.h>

#include "rows.h"

static const uint32_t lengths[] = {2, 3, 4};

static uint32_t choice(uint64_t *random)
{
    uint64_t z = *random += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return lengths[(z ^ (z >> 31)) % 3];
}

static int run(furrow_pool *pool, int processes, struct request *data, struct rows *result,
               size_t n)
{
    const furrow_map_options options = {
        .items = data,
        .item_size = sizeof *data,
        .results = result,
        .result_size = sizeof *result,
    };
    printf("((0, 1, 2, 3, 4, 5), %u)\n", (unsigned)data[n - 1].n);
    int status = furrow_pool_starmap(pool, &options, n, get_combinations_n, NULL);
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
    uint64_t random = count > 2 ? strtoull(arguments[2], NULL, 10) : 0;
    struct request *data = calloc(n, sizeof *data);
    struct rows *result = calloc(n, sizeof *result);
    furrow_pool *pool = NULL;
    for (size_t i = 0; data && i < n; i++)
        data[i] = (struct request){{0, 1, 2, 3, 4, 5}, choice(&random)};
    int status = data && result ? furrow_pool_new(&pool, &options) : FURROW_ENOMEM;
    if (!status)
        status = run(pool, options.workers, data, result, n);
    furrow_pool_free(pool);
    free(data);
    free(result);
    return finish(status);
}

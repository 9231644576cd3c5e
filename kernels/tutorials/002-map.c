/*
 * 002: pool.map over ten strings, and pool.map_async with other work meanwhile.
 *
 *     with Pool(processes=cpu_count()) as pool:
 *         for item in pool.map(create_and_save_file_map, enumerate(strings)):
 *             print(f"file {item} created")
 *
 * A call waits 2 s in the original, and 2 * SECOND (tutorial.h) here. One after another the ten
 * calls take 20 s; on ten workers they take 2 s. Since calls wait, more workers than CPUs pay.
 */
#include <furrow/pool.h>
#include <furrow/pool_async.h>

#include "files.h"

static void print_created(const struct file_name *names, double start)
{
    for (size_t i = 0; i < FILES; i++)
        printf("file %s created\n", names[i].text);
    print_time_required(start);
}

static void number_from(struct request *requests, int first)
{
    for (int i = 0; i < FILES; i++)
        requests[i] = (struct request){first + i, strings[i], 2};
}

static int map(furrow_pool *pool)
{
    struct request requests[FILES];
    struct file_name names[FILES] = {0};
    const furrow_map_options options = {
        .items = requests,
        .item_size = sizeof *requests,
        .results = names,
        .result_size = sizeof *names,
    };
    double start = furrow_clock_wall();
    number_from(requests, 10);
    int status = furrow_pool_map(pool, &options, FILES, create_and_save_file, NULL);
    if (!status)
        print_created(names, start);
    return status;
}

static int map_async(furrow_pool *pool)
{
    struct request requests[FILES];
    struct file_name names[FILES] = {0};
    const furrow_map_options options = {
        .items = requests, .item_size = sizeof *requests, .result_size = sizeof *names};
    furrow_result *result;
    double start = furrow_clock_wall();
    number_from(requests, 30);
    int status = furrow_pool_map_async(&result, pool, &options, FILES, create_and_save_file, NULL);
    if (status)
        return status;
    printf("Other work while waiting for functions to complete...\n");
    status = furrow_result_get(names, result, FURROW_FOREVER);
    if (!status)
        print_created(names, start);
    furrow_result_free(result);
    return status;
}

int main(void)
{
    const furrow_pool_options options = {.workers = FILES};
    furrow_pool *pool;
    int status = furrow_pool_new(&pool, &options);
    if (!status)
        status = map(pool);
    if (!status)
        status = map_async(pool);
    furrow_pool_free(pool);
    return finish(status);
}

/*
 * 002: pool.starmap over tuples, each with a time-out of its own, and pool.starmap_async.
 *
 *     input_tuples = list(zip(enumerate(strings), time_out))
 *     with Pool(processes=cpu_count()) as pool:
 *         for item in pool.starmap(create_and_save_file_starmap, input_tuples):
 *             print(f"file {item} created")
 *
 * A tuple is a struct whose fields have names. Time-outs are 1, 2 or 3 times SECOND (tutorial.h).
 * With chunks of one item, each idle worker takes the next item.
 */
#include <furrow/pool.h>
#include <furrow/pool_async.h>

#include "files.h"

static const int time_out[FILES] = {1, 2, 3, 1, 2, 3, 1, 2, 3, 2};

static void zip(struct request *input_tuples, int first)
{
    for (int i = 0; i < FILES; i++)
        input_tuples[i] = (struct request){first + i, strings[i], time_out[i]};
}

static void print_tuples(const struct request *input_tuples, int first)
{
    for (size_t i = 0; i < FILES; i++)
        printf("%s((%d, '%s'), %d)", i == 0 ? "[" : ", ", input_tuples[i].number - first,
               input_tuples[i].string, input_tuples[i].time_out);
    printf("]\n");
}

static void print_created(const struct file_name *names, double start)
{
    for (size_t i = 0; i < FILES; i++)
        printf("file %s created\n", names[i].text);
    print_time_required(start);
}

static int starmap(furrow_pool *pool)
{
    struct request input_tuples[FILES];
    struct file_name names[FILES] = {0};
    const furrow_map_options options = {
        .items = input_tuples,
        .item_size = sizeof *input_tuples,
        .results = names,
        .result_size = sizeof *names,
        .chunk = 1,
    };
    double start = furrow_clock_wall();
    zip(input_tuples, 20);
    print_tuples(input_tuples, 20);
    int status = furrow_pool_starmap(pool, &options, FILES, create_and_save_file, NULL);
    if (!status)
        print_created(names, start);
    return status;
}

static int starmap_async(furrow_pool *pool)
{
    struct request input_tuples[FILES];
    struct file_name names[FILES] = {0};
    const furrow_map_options options = {
        .items = input_tuples,
        .item_size = sizeof *input_tuples,
        .result_size = sizeof *names,
        .chunk = 1,
    };
    furrow_result *result;
    double start = furrow_clock_wall();
    zip(input_tuples, 40);
    print_tuples(input_tuples, 40);
    int status =
        furrow_pool_starmap_async(&result, pool, &options, FILES, create_and_save_file, NULL);
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
        status = starmap(pool);
    if (!status)
        status = starmap_async(pool);
    furrow_pool_free(pool);
    return finish(status);
}

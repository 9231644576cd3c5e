/*
 * 002: a callback for the values, and a callback for the error.
 *
 *     with Pool() as pool:
 *         _ = pool.map_async(create_and_save_file_map, enumerate(strings),
 *                            callback=custom_callback)
 *         pool.close()
 *
 * The original prints nothing, since it leaves the `with` block, which terminates the pool, before
 * anything has run. Here the program waits for the result; then the callback has run. A call waits
 * 2 * SECOND (tutorial.h) instead of 2 s.
 */
#include <furrow/pool.h>
#include <furrow/pool_async.h>

#include "files.h"

static void custom_callback(const void *results, size_t count, void *context)
{
    const struct file_name *names = results;
    (void)context;
    printf("Callback got values: ");
    for (size_t i = 0; i < count; i++)
        printf("%s'%s'", i == 0 ? "[" : ", ", names[i].text);
    printf("]\n");
}

static void custom_error_callback(const furrow_error *error, void *context)
{
    (void)context;
    printf("Error callback got item %zu: %s\n", error->item, furrow_status_text(error->code));
}

static int fail_at_three(void *result, const void *item, void *context)
{
    const struct request *request = item;
    return request->number == 3 ? FURROW_EIO : create_and_save_file(result, item, context);
}

static int map_and_wait(furrow_pool *pool, const furrow_map_options *options,
                        furrow_function function)
{
    furrow_result *result;
    int status = furrow_pool_map_async(&result, pool, options, FILES, function, NULL);
    if (!status)
        status = furrow_result_wait(result, FURROW_FOREVER); /* and for its callbacks */
    furrow_result_free(result);
    return status;
}

int main(void)
{
    struct request requests[FILES];
    const furrow_map_options options = {
        .items = requests,
        .item_size = sizeof *requests,
        .result_size = sizeof(struct file_name),
        .callback = custom_callback,
        .error_callback = custom_error_callback,
    };
    furrow_pool *pool;
    for (int i = 0; i < FILES; i++)
        requests[i] = (struct request){i, strings[i], 2};
    int status = furrow_pool_new(&pool, NULL);
    if (!status)
        status = map_and_wait(pool, &options, create_and_save_file);
    if (!status)
        status = map_and_wait(pool, &options, fail_at_three);
    furrow_pool_free(pool);
    return finish(status);
}

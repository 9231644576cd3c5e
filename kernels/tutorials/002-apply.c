/*
 * 002: pool.apply, which waits for its call, and pool.apply_async, which does not.
 *
 *     result = pool.apply(create_and_save_file_apply, args=("empid_27468", "Falguni"))
 *     print(result, "created")
 *     result = pool.apply_async(create_and_save_file_apply, args=("empid_27468", "Falguni"))
 *     print(result.get(), "created")
 *
 * The original waits 2 s before it saves the file; here the wait is 2 * SECOND (tutorial.h).
 */
#include <errno.h>

#include <furrow/pool.h>
#include <furrow/pool_async.h>

#include "tutorial.h"

struct arguments {
    const char *file, *string;
};

static int create_and_save_file_apply(void *result, const void *item, void *context)
{
    const struct arguments *arguments = item;
    char *name = result;
    (void)context;
    snprintf(name, 32, "file_%s.txt", arguments->file);
    furrow_clock_sleep(2 * SECOND);
    FILE *file = fopen(name, "w");
    if (!file)
        return -errno;
    fputs(arguments->string, file);
    return fclose(file) == 0 ? FURROW_OK : -errno;
}

int main(void)
{
    const struct arguments falguni = {"empid_27468", "Falguni"};
    const furrow_map_options options = {
        .items = &falguni, .item_size = sizeof falguni, .result_size = 32};
    char name[32];
    furrow_pool *pool;
    furrow_result *result = NULL;
    int status = furrow_pool_new(&pool, NULL);
    if (!status)
        status = furrow_pool_apply(name, pool, &falguni, create_and_save_file_apply, NULL);
    if (!status)
        printf("%s created\n", name);
    if (!status)
        status = furrow_pool_apply_async(&result, pool, &options, create_and_save_file_apply, NULL);
    if (!status)
        status = furrow_result_get(name, result, FURROW_FOREVER);
    if (!status)
        printf("%s created\n", name);
    furrow_result_free(result);
    furrow_pool_free(pool);
    return finish(status);
}

/*
 * 002: a counter runs while the program waits for Enter, and then stops.
 *
 *     def counter():
 *         while not stop.is_set():
 *             count += 1
 *             time.sleep(1)
 *     thread = Thread(target=counter); thread.start()
 *     input("Press Enter to stop the counter")
 *     stop.set(); thread.join()
 *
 * The background loop is a call that nobody waits for; a furrow_cancel is the wish to stop, which
 * ends its sleep as well. The count, which depends on the reader, goes to stderr.
 */
#include <furrow/pool_async.h>

#include "tutorial.h"

static int counter(void *count, const void *item, void *stop)
{
    (void)item;
    do
        ++*(int *)count;
    while (furrow_cancel_sleep(stop, SECOND) == FURROW_OK);
    return FURROW_OK;
}

static void wait_for_enter(void)
{
    printf("Press Enter to stop the counter\n");
    fflush(stdout);
    for (int c = getchar(); c != '\n' && c != EOF; c = getchar())
        ;
}

int main(void)
{
    const furrow_pool_options one = {.workers = 1};
    const furrow_map_options options = {.result_size = sizeof(int), .name = "counter"};
    furrow_cancel stop = {0};
    furrow_pool *pool;
    furrow_result *result;
    int count, status = furrow_pool_new(&pool, &one);
    if (!status)
        status = furrow_pool_apply_async(&result, pool, &options, counter, &stop);
    if (!status) {
        wait_for_enter();
        furrow_cancel_request(&stop);
        status = furrow_result_get(&count, result, FURROW_FOREVER);
        furrow_result_free(result);
    }
    if (!status) {
        printf("The counter has stopped\n");
        fprintf(stderr, "at %d\n", count);
    }
    furrow_pool_free(pool);
    return finish(status);
}

/*
 * 004: five people sleep on a pool of two.
 *
 *     data = (["Ibrahim", 5], ["Jennifer", 2], ["Juan", 1], ["Andrew", 3], ["Anna", 7])
 *     p = Pool(2)
 *     p.map(process_data, data)
 *
 * Each idle worker takes the next item: Jennifer's worker goes on to Juan and Andrew while Ibrahim
 * still sleeps. A second is SECOND (tutorial.h) here. Lines come in the order of events, as in the
 * original:
 *
 *     Process Ibrahim starting and will complete in 5 seconds
 *     Process Jennifer starting and will complete in 2 seconds
 *     Process Jennifer is now finished!
 *     Process Juan starting and will complete in 1 seconds
 *     ...
 */
#include <furrow/pool.h>

#include "tutorial.h"

enum { PEOPLE = 5 };

struct arg {
    const char *name;
    int seconds;
};

static int process_data(void *result, const void *item, void *context)
{
    const struct arg *arg = item;
    (void)result;
    (void)context;
    printf("Process %s starting and will complete in %d seconds\n", arg->name, arg->seconds);
    furrow_clock_sleep(arg->seconds * SECOND);
    printf("Process %s is now finished!\n", arg->name);
    return FURROW_OK;
}

int main(void)
{
    const struct arg data[PEOPLE] = {
        {"Ibrahim", 5}, {"Jennifer", 2}, {"Juan", 1}, {"Andrew", 3}, {"Anna", 7}};
    const furrow_pool_options two = {.workers = 2};
    const furrow_map_options options = {.items = data, .item_size = sizeof *data, .chunk = 1};
    furrow_pool *p;
    int status = furrow_pool_new(&p, &two);
    if (!status)
        status = furrow_pool_map(p, &options, PEOPLE, process_data, NULL);
    furrow_pool_free(p); /* terminate and join */
    return finish(status);
}

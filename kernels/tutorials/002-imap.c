/*
 * 002: a progress bar over pool.imap of a hundred slow squares.
 *
 *     progress_bar = tqdm(total=len(numbers), desc='Processing')
 *     with Pool() as pool:
 *         for item in pool.imap(slow_square, numbers):
 *             results.append(item)
 *             progress_bar.update(1)
 *
 * imap gives each result in order, as soon as it is known, and takes numbers from the generator
 * only as workers need them. imap_unordered gives results as they finish; here only their sum is
 * printed, which does not depend on the order. A square takes 1 s in the original, and SECOND
 * (tutorial.h) here. The bar is drawn on stderr.
 */
#include <furrow/pool_async.h>
#include <furrow/progress.h>

#include "tutorial.h"

enum { NUMBERS = 100 };

/* The next of 0 ... 99. */
static int next_number(void *item, bool *end, void *context)
{
    int *next = context;
    *end = *next == NUMBERS;
    *(int *)item = *next;
    *next += !*end;
    return FURROW_OK;
}

static int slow_square(void *result, const void *item, void *context)
{
    const int *number = item;
    (void)context;
    furrow_clock_sleep(SECOND);
    *(int *)result = *number * *number;
    return FURROW_OK;
}

/* Adds the squares to *sum, and prints them if they come in order. */
static int iterate(int *sum, furrow_pool *pool, furrow_imap_options options)
{
    int next = 0;
    furrow_imap *imap;
    furrow_imap_item item;
    int status = furrow_imap_new(&imap, pool, &options, next_number, slow_square, &next);
    if (status)
        return status;
    while ((status = furrow_imap_next(&item, imap, FURROW_FOREVER)) == FURROW_OK) {
        const int *square = item.result;
        if (!options.unordered)
            printf("%s%d", item.index == 0 ? "[" : ", ", *square);
        *sum += *square;
    }
    furrow_imap_free(imap);
    return status == FURROW_END ? FURROW_OK : status;
}

int main(void)
{
    const furrow_pool_options four = {.workers = 4};
    furrow_imap_options options = {
        .item_size = sizeof(int), .result_size = sizeof(int), .progress = furrow_bar_show};
    furrow_bar *bar = NULL;
    furrow_pool *pool;
    int sum = 0;
    int status = furrow_pool_new(&pool, &four);
    if (!status)
        status = furrow_bar_new(&bar, stderr, &(furrow_bar_options){.label = "Processing"});
    options.progress_context = bar;
    printf("Results with multiprocessing: ");
    if (!status)
        status = iterate(&sum, pool, options);
    printf("]\n");
    furrow_bar_free(bar);
    options = (furrow_imap_options){
        .item_size = sizeof(int), .result_size = sizeof(int), .unordered = true};
    sum = 0;
    if (!status)
        status = iterate(&sum, pool, options);
    if (!status)
        printf("Unordered, their sum: %d\n", sum);
    furrow_pool_free(pool);
    return finish(status);
}

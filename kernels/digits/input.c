/* input.c: where the pictures come from. */
#include <stdio.h>
#include <string.h>

#include <furrow/output.h>

#include "digits.h"

int furrow__digits_next_path(struct digits *digits, const char **path, furrow_error *error)
{
    int status = furrow_paths_next(digits->paths, path, error);
    while (!status && !*path && ++digits->rounds < digits->repeat) {
        status = furrow_paths_rewind(digits->paths, error);
        if (!status)
            status = furrow_paths_next(digits->paths, path, error);
        if (!status && !*path)
            break; /* the input is empty in every pass */
    }
    return status;
}

/* Feeds the next path, or sets `*ended`. The path of a folder that cannot be read to its end is fed
 * as a failed item. */
static int feed_next(struct digits *digits, furrow_feed *feed, bool *ended, furrow_error *error)
{
    const char *path;
    int status = furrow__digits_next_path(digits, &path, error);
    *ended = !path;
    if (!path)
        return status;
    if (!status && digits->explain_to && furrow_output_numbered(path, digits->explain_to, ".png"))
        status =
            furrow_error_set(error, FURROW_EINVAL,
                             "%s: expected a picture that --explain-to does not write over", path);
    digits->given++;
    return status ? furrow_feed_fail(feed, path, strlen(path) + 1, NULL, error)
                  : furrow_feed_add(feed, path, strlen(path) + 1, NULL);
}

/* Feeds paths until it would have to wait for one. Only for the first path does it wait. */
static int next_files(struct digits *digits, furrow_feed *feed, furrow_error *error)
{
    bool ended = digits->rounds == digits->repeat;
    int status = FURROW_OK;
    while (!status && !ended && !furrow_feed_full(feed) &&
           (furrow_feed_count(feed) == 0 || furrow_paths_ready(digits->paths)))
        status = feed_next(digits, feed, &ended, error);
    return status;
}

static int next_images(struct digits *digits, furrow_feed *feed)
{
    const size_t images = digits->samples.count * (size_t)digits->repeat;
    const furrow_item none = {0};
    int status = FURROW_OK;
    for (; !status && digits->given < images && !furrow_feed_full(feed); digits->given++) {
        char name[NAME_SIZE];
        status =
            furrow_feed_add(feed, NULL, 0, furrow__digits_name(digits, digits->given, none, name));
    }
    return status;
}

int furrow__digits_next(void *state, furrow_feed *feed, size_t capacity, furrow_error *error)
{
    struct digits *digits = state;
    furrow_error own;
    (void)capacity;
    int status =
        digits->paths ? next_files(digits, feed, error ? error : &own) : next_images(digits, feed);
    digits->ended = status == FURROW_OK && furrow_feed_count(feed) == 0;
    return status;
}

const char *furrow__digits_name(const struct digits *digits, size_t number, furrow_item item,
                                char name[NAME_SIZE])
{
    if (digits->paths)
        return item.bytes;
    snprintf(name, NAME_SIZE, "%s[%zu]", digits->idx, number % digits->samples.count);
    return name;
}

int furrow__digits_truth(const struct digits *digits, size_t number, furrow_item item)
{
    if (digits->paths)
        return furrow__truth_of(&digits->truth, item.bytes);
    const unsigned char *labels = digits->samples.labels;
    return labels ? labels[number % digits->samples.count] : FURROW__NO_TRUTH;
}

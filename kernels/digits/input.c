/* input.c: where the pictures come from. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digits.h"

/* Of the paths of a batch, however long each is. */
static const size_t most_text = (size_t)8 << 20;

void furrow__digits_batch_clear(struct batch *batch)
{
    free(batch->text);
    free(batch->starts);
    free(batch->gaps);
    *batch = (struct batch){0};
}

/* Room for one more of `size`, twice as much when it has to grow. */
static int reserve(void **memory, size_t *room, size_t needed, size_t size)
{
    if (needed <= *room)
        return FURROW_OK;
    size_t more = 2 * needed + 64;
    void *grown = realloc(*memory, more * size);
    if (!grown)
        return FURROW_ENOMEM;
    *memory = grown;
    *room = more;
    return FURROW_OK;
}

static int add_path(struct batch *batch, const char *path)
{
    size_t size = strlen(path) + 1;
    void *text = batch->text, *starts = batch->starts;
    int status = reserve(&text, &batch->text_room, batch->text_size + size, 1);
    batch->text = text;
    if (status == FURROW_OK)
        status = reserve(&starts, &batch->room, batch->count + 1, sizeof *batch->starts);
    batch->starts = starts;
    if (status)
        return status;
    memcpy(batch->text + batch->text_size, path, size);
    batch->starts[batch->count++] = batch->text_size;
    batch->text_size += size;
    return FURROW_OK;
}

/* The last path that was added has nothing to be read. */
static int add_gap(struct batch *batch, const furrow_error *error)
{
    void *gaps = batch->gaps;
    int status = reserve(&gaps, &batch->gap_room, batch->gap_count + 1, sizeof *batch->gaps);
    batch->gaps = gaps;
    if (status == FURROW_OK)
        batch->gaps[batch->gap_count++] = (struct gap){batch->first + batch->count - 1, *error};
    return status;
}

/* The next path of this round or the next; NULL at the end of the last. */
static int next_path(struct digits *digits, const char **path, furrow_error *error)
{
    int status = furrow_paths_next(digits->paths, path, error);
    while (!status && !*path && ++digits->rounds < digits->repeat) {
        status = furrow_paths_rewind(digits->paths, error);
        if (!status)
            status = furrow_paths_next(digits->paths, path, error);
        if (!status && !*path)
            break; /* there are none, however often one asks */
    }
    return status;
}

/* Adds the next path; of a folder that broke off, as a gap. `*ended`: there are no more. */
static int add_next(struct digits *digits, bool *ended)
{
    const char *path;
    furrow_error *error = &digits->failure;
    int status = next_path(digits, &path, error);
    *ended = !path;
    if (!path)
        return status;
    if (!status && digits->explain_to && furrow__digits_is_explained(path, digits->explain_to))
        status =
            furrow_error_set(error, FURROW_EINVAL,
                             "%s: expected a picture that --explain-to does not write over", path);
    int added = add_path(&digits->batch, path);
    if (!added && status)
        added = add_gap(&digits->batch, error);
    return added ? furrow_error_set(error, added, "no memory for a path") : FURROW_OK;
}

/* Whether the batch may grow by one more, which does not have to be waited for. */
static bool goes_on(const struct digits *digits, size_t capacity)
{
    const struct batch *batch = &digits->batch;
    if (batch->count >= capacity || batch->text_size >= most_text || digits->failure.code)
        return false;
    return digits->rounds < digits->repeat &&
           (batch->count == 0 || furrow_paths_ready(digits->paths));
}

int furrow__digits_next_files(struct digits *digits, size_t capacity, size_t *count,
                              furrow_error *error)
{
    struct batch *batch = &digits->batch;
    batch->first = digits->given;
    batch->count = batch->text_size = batch->gap_count = 0;
    for (bool ended = false; !ended && goes_on(digits, capacity);)
        digits->failure.code = add_next(digits, &ended);
    *count = batch->count;
    if (*count == 0 && digits->failure.code) /* what came before it runs first */
        return furrow_error_set(error, digits->failure.code, "%s", digits->failure.text);
    return FURROW_OK;
}

int furrow__digits_next_images(struct digits *digits, size_t capacity, size_t *count)
{
    size_t images = digits->samples.count;
    if (digits->images_given == images && images > 0 && digits->rounds + 1 < digits->repeat) {
        digits->images_given = 0;
        digits->rounds++;
    }
    size_t left = images - digits->images_given;
    *count = left < capacity ? left : capacity;
    digits->images_given += *count;
    return FURROW_OK;
}

const char *furrow__digits_path(const struct digits *digits, size_t item)
{
    const struct batch *batch = &digits->batch;
    return batch->text + batch->starts[item - batch->first];
}

const furrow_error *furrow__digits_gap(const struct digits *digits, size_t item)
{
    const struct batch *batch = &digits->batch;
    for (size_t i = 0; i < batch->gap_count; i++)
        if (batch->gaps[i].item == item)
            return &batch->gaps[i].error;
    return NULL;
}

const char *furrow__digits_name(const struct digits *digits, size_t item, char name[NAME_SIZE])
{
    if (digits->paths)
        return furrow__digits_path(digits, item);
    snprintf(name, NAME_SIZE, "%s[%zu]", digits->idx, item % digits->samples.count);
    return name;
}

int furrow__digits_truth(const struct digits *digits, size_t item)
{
    if (digits->paths)
        return furrow__truth_of(&digits->truth, furrow__digits_path(digits, item));
    const unsigned char *labels = digits->samples.labels;
    return labels ? labels[item % digits->samples.count] : FURROW__NO_TRUTH;
}

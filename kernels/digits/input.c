/* input.c: where the pictures come from. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/digest.h>

#include "digits.h"

void furrow__digits_batch_clear(struct batch *batch)
{
    free(batch->text);
    free(batch->starts);
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

int furrow__digits_next_files(struct digits *digits, size_t capacity, size_t *count,
                              furrow_error *error)
{
    struct batch *batch = &digits->batch;
    batch->first = digits->given;
    batch->count = batch->text_size = 0;
    while (batch->count < capacity && digits->rounds < digits->repeat && !digits->failure.code) {
        const char *path;
        int status = next_path(digits, &path, &digits->failure);
        if (!status && path && add_path(batch, path) != 0)
            status = furrow_error_set(&digits->failure, FURROW_ENOMEM, "no memory for a path");
        digits->failure.code = status;
        if (!status && !path)
            break;
    }
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

const char *furrow__digits_name(const struct digits *digits, size_t item, char name[NAME_SIZE])
{
    if (digits->paths)
        return furrow__digits_path(digits, item);
    snprintf(name, NAME_SIZE, "%s[%zu]", digits->idx, item % digits->samples.count);
    return name;
}

int furrow__digits_fetch(const struct digits *digits, size_t item, furrow_image *image,
                         unsigned char *pixels, furrow_error *error)
{
    if (!digits->paths) {
        size_t index = item % digits->samples.count;
        memcpy(pixels, digits->samples.images + index * FURROW_DIGITS_PIXELS, FURROW_DIGITS_PIXELS);
        return FURROW_OK;
    }
    const char *path = furrow__digits_path(digits, item);
    int status = furrow_image_read(image, path, NULL, error);
    if (status)
        return status;
    furrow_error inner;
    status = furrow_digits_normalise(pixels, image, &inner);
    return status ? furrow_error_set(error, status, "%s: %s", path, inner.text) : FURROW_OK;
}

static uint64_t add_file(uint64_t digest, const char *path)
{
    return path ? furrow_digest_file(digest, path) : digest;
}

static uint64_t shared_identity(const struct digits *digits)
{
    size_t count;
    const float *parameters = furrow_digits_model_parameters(digits->model, &count);
    const char *layers = furrow_digits_model_layers(digits->model);
    uint64_t digest = furrow_digest_bytes(FURROW_DIGEST_START, layers, strlen(layers));
    digest = furrow_digest_bytes(digest, parameters, count * sizeof *parameters);
    return add_file(add_file(digest, digits->idx), digits->labels);
}

uint64_t furrow__digits_identity(const void *state, size_t item)
{
    const struct digits *digits = state;
    if (item == FURROW_NO_ITEM)
        return shared_identity(digits);
    if (!digits->paths)
        return 0;
    const char *path = furrow__digits_path(digits, item);
    return furrow_digest_file(furrow_digest_bytes(FURROW_DIGEST_START, path, strlen(path)), path);
}

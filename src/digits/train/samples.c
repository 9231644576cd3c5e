#include <furrow/digits/training.h>

#include <stdlib.h>

#include "idx.h"

static int check_images(const furrow__idx *images, const char *path, furrow_error *error)
{
    if (images->dimensions == 3 && images->lengths[1] == FURROW_DIGITS_SIDE &&
        images->lengths[2] == FURROW_DIGITS_SIDE)
        return FURROW_OK;
    return furrow_error_set(error, FURROW_EFORMAT, "%s: expected images of 28 x 28 bytes", path);
}

static int check_labels(const furrow__idx *labels, size_t images, const char *path,
                        furrow_error *error)
{
    if (labels->dimensions != 1 || labels->size != images)
        return furrow_error_set(error, FURROW_EFORMAT, "%s: expected %zu labels, one per image",
                                path, images);
    for (size_t i = 0; i < labels->size; i++)
        if (labels->bytes[i] >= FURROW_DIGITS_CLASSES)
            return furrow_error_set(error, FURROW_EFORMAT, "%s: label %zu: expected 0 to 9, got %d",
                                    path, i, labels->bytes[i]);
    return FURROW_OK;
}

int furrow_digits_samples_read(furrow_digits_samples *samples, const char *images_path,
                               const char *labels_path, furrow_error *error)
{
    furrow__idx images, labels = {0};
    *samples = (furrow_digits_samples){0};
    int status = furrow__idx_read(&images, images_path, error);
    if (!status)
        status = check_images(&images, images_path, error);
    if (!status && labels_path)
        status = furrow__idx_read(&labels, labels_path, error);
    if (!status && labels_path)
        status = check_labels(&labels, images.lengths[0], labels_path, error);
    if (status) {
        furrow__idx_clear(&images);
        furrow__idx_clear(&labels);
        return status;
    }
    *samples = (furrow_digits_samples){images.bytes, labels.bytes, images.lengths[0]};
    return FURROW_OK;
}

void furrow_digits_samples_clear(furrow_digits_samples *samples)
{
    free((void *)samples->images);
    free((void *)samples->labels);
    *samples = (furrow_digits_samples){0};
}

/* preprocess.c: from a file, or an image of --idx, to the pixels that the net sees. */
#include <string.h>

#include <furrow/clock.h>

#include "digits.h"

int furrow__preprocessor_init(struct furrow__preprocessor *preprocessor)
{
    const furrow_image_options options = {.gray = FURROW_IMAGE_CONTRAST};
    *preprocessor = (struct furrow__preprocessor){0};
    return furrow_image_reader_new(&preprocessor->reader, &options, NULL);
}

void furrow__preprocessor_clear(struct furrow__preprocessor *preprocessor)
{
    furrow_image_reader_free(preprocessor->reader);
    furrow_image_clear(&preprocessor->image);
    *preprocessor = (struct furrow__preprocessor){0};
}

/* Adds the time since `*start` to a phase, and starts the next. */
static void end_phase(const furrow_range *timed, size_t phase, double *start)
{
    if (!timed)
        return;
    double now = furrow_clock_wall();
    furrow_phase_add(timed, phase, now - *start);
    *start = now;
}

static int normalise(unsigned char *pixels, size_t *count, const furrow_image *image,
                     const char *path, furrow_error *error)
{
    furrow_error inner = {0};
    int status = furrow_digits_readings(pixels, count, image, &inner);
    return status ? furrow_error_set(error, status, "%s: %s", path, inner.text) : FURROW_OK;
}

int furrow__preprocess_file(unsigned char *pixels, size_t *count,
                            struct furrow__preprocessor *preprocessor, const char *path,
                            const furrow_range *timed, furrow_error *error)
{
    const unsigned char *bytes;
    size_t size;
    double start = timed ? furrow_clock_wall() : 0;
    int status = furrow_image_reader_fetch(&bytes, &size, preprocessor->reader, path, error);
    end_phase(timed, READ, &start);
    if (status == FURROW_OK)
        status = furrow_image_reader_decode(&preprocessor->image, preprocessor->reader, bytes, size,
                                            path, error);
    end_phase(timed, DECODE, &start);
    if (status == FURROW_OK)
        status = normalise(pixels, count, &preprocessor->image, path, error);
    end_phase(timed, NORMALISE, &start);
    return status;
}

int furrow__preprocess_image(unsigned char *pixels, size_t *count, const struct digits *digits,
                             size_t number)
{
    size_t index = number % digits->samples.count;
    memcpy(pixels, digits->samples.images + index * FURROW_DIGITS_PIXELS, FURROW_DIGITS_PIXELS);
    *count = 1;
    return FURROW_OK;
}

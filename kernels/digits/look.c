#include "look.h"

#include <string.h>

#include <furrow/clock.h>

int furrow__look_init(struct furrow__look *look)
{
    const furrow_image_options options = {.gray = FURROW_IMAGE_CONTRAST};
    *look = (struct furrow__look){0};
    return furrow_image_reader_new(&look->reader, &options, NULL);
}

void furrow__look_clear(struct furrow__look *look)
{
    furrow_image_reader_free(look->reader);
    furrow_image_clear(&look->image);
    *look = (struct furrow__look){0};
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

int furrow__look_at_file(unsigned char *pixels, size_t *count, struct furrow__look *look,
                         const char *path, const furrow_range *timed, furrow_error *error)
{
    const unsigned char *bytes;
    size_t size;
    double start = timed ? furrow_clock_wall() : 0;
    int status = furrow_image_reader_fetch(&bytes, &size, look->reader, path, error);
    end_phase(timed, READ, &start);
    if (status == FURROW_OK)
        status = furrow_image_reader_decode(&look->image, look->reader, bytes, size, path, error);
    end_phase(timed, DECODE, &start);
    if (status == FURROW_OK)
        status = normalise(pixels, count, &look->image, path, error);
    end_phase(timed, NORMALISE, &start);
    return status;
}

int furrow__look_at_image(unsigned char *pixels, size_t *count, const struct digits *digits,
                          size_t number)
{
    size_t index = number % digits->samples.count;
    memcpy(pixels, digits->samples.images + index * FURROW_DIGITS_PIXELS, FURROW_DIGITS_PIXELS);
    *count = 1;
    return FURROW_OK;
}

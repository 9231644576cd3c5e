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
static void end_phase(struct furrow__lap *lap, enum furrow__phase phase, double *start)
{
    if (!lap)
        return;
    double now = furrow_clock_wall();
    lap->seconds[phase] += now - *start;
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
                         const char *path, struct furrow__lap *lap, furrow_error *error)
{
    const unsigned char *bytes;
    size_t size;
    double start = lap ? furrow_clock_wall() : 0;
    int status = furrow_image_reader_fetch(&bytes, &size, look->reader, path, error);
    end_phase(lap, FURROW__READ, &start);
    if (status == FURROW_OK)
        status = furrow_image_reader_decode(&look->image, look->reader, bytes, size, path, error);
    end_phase(lap, FURROW__DECODE, &start);
    if (status == FURROW_OK)
        status = normalise(pixels, count, &look->image, path, error);
    end_phase(lap, FURROW__NORMALISE, &start);
    if (lap)
        lap->timed++;
    return status;
}

int furrow__look_at_item(unsigned char *pixels, size_t *count, struct furrow__look *look,
                         const struct digits *digits, size_t item, struct furrow__lap *lap,
                         furrow_error *error)
{
    const furrow_error *gap = furrow__digits_gap(digits, item);
    if (gap)
        return furrow_error_set(error, gap->code, "%s", gap->text);
    if (digits->paths)
        return furrow__look_at_file(pixels, count, look, furrow__digits_path(digits, item), lap,
                                    error);
    size_t index = item % digits->samples.count;
    memcpy(pixels, digits->samples.images + index * FURROW_DIGITS_PIXELS, FURROW_DIGITS_PIXELS);
    *count = 1;
    return FURROW_OK;
}

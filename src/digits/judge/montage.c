#include "report.h"

#include <stdlib.h>
#include <string.h>

#include <furrow/digits/image.h>

static const size_t side = FURROW_DIGITS_SIDE, gap = 2;
static const int gray = 128;

void furrow__montage_clear(struct furrow__montage *montage)
{
    free(montage->pixels);
    *montage = (struct furrow__montage){0};
}

/* Makes room for the item. Places without an item are gray. */
static int reserve(struct furrow__montage *montage, size_t item)
{
    if (item < montage->room)
        return FURROW_OK;
    size_t room = 2 * item < FURROW__MONTAGE_MAX ? 2 * item + 1 : FURROW__MONTAGE_MAX;
    unsigned char *grown = realloc(montage->pixels, room * FURROW_DIGITS_PIXELS);
    if (!grown)
        return FURROW_ENOMEM;
    memset(grown + montage->room * FURROW_DIGITS_PIXELS, gray,
           (room - montage->room) * FURROW_DIGITS_PIXELS);
    montage->pixels = grown;
    montage->room = room;
    return FURROW_OK;
}

int furrow__montage_add(struct furrow__montage *montage, size_t item, const unsigned char *pixels)
{
    montage->all++;
    if (item >= FURROW__MONTAGE_MAX)
        return FURROW_OK;
    int status = reserve(montage, item);
    if (status)
        return status;
    if (pixels)
        memcpy(montage->pixels + item * FURROW_DIGITS_PIXELS, pixels, FURROW_DIGITS_PIXELS);
    montage->count = item < montage->count ? montage->count : item + 1;
    return FURROW_OK;
}

/* The side of the smallest square of at least `count` fields, at least 1. */
static size_t square_of(size_t count)
{
    size_t columns = 1;
    while (columns * columns < count)
        columns++;
    return columns;
}

static void draw(furrow_image *image, const struct furrow__montage *montage, size_t columns)
{
    memset(image->pixels, gray, image->width * image->height);
    for (size_t i = 0; i < montage->count; i++) {
        size_t left = i % columns * (side + gap), top = i / columns * (side + gap);
        for (size_t y = 0; y < side; y++)
            memcpy(image->pixels + (top + y) * image->width + left,
                   montage->pixels + i * FURROW_DIGITS_PIXELS + y * side, side);
    }
}

int furrow__montage_write(const struct furrow__montage *montage, furrow_sink sink, void *context)
{
    size_t columns = square_of(montage->count);
    size_t rows = montage->count ? (montage->count + columns - 1) / columns : 1;
    furrow_image image = {.width = columns * (side + gap) - gap,
                          .height = rows * (side + gap) - gap};
    unsigned char *bytes = NULL;
    size_t size;
    image.pixels = malloc(image.width * image.height);
    if (!image.pixels)
        return FURROW_ENOMEM;
    draw(&image, montage, columns);
    int status = furrow_image_encode(&bytes, &size, &image, NULL);
    if (status == FURROW_OK)
        status = sink((const char *)bytes, size, context);
    free(bytes);
    free(image.pixels);
    return status;
}

/* ---- as text ---- */

/* A line of text shows two rows of pixels, since characters are twice as high as wide. */
void furrow_digits_sketch(char text[FURROW_DIGITS_SKETCH_SIZE], const unsigned char *pixels)
{
    static const char shades[] = " .:-=+*#%@"; /* from paper to ink */
    const int levels = sizeof shades - 1;
    for (int y = 0; y < FURROW_DIGITS_SIDE; y += 2) {
        const unsigned char *upper = pixels + y * FURROW_DIGITS_SIDE;
        const unsigned char *lower = upper + FURROW_DIGITS_SIDE;
        for (int x = 0; x < FURROW_DIGITS_SIDE; x++)
            *text++ = shades[(upper[x] + lower[x]) * levels / (2 * 255 + 1)];
        *text++ = '\n';
    }
    *text = '\0';
}

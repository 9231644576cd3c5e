#include "montage.h"

#include <stdlib.h>
#include <string.h>

#include <furrow/digits/digits.h>
#include <furrow/digits/image.h>

static const size_t side = FURROW_DIGITS_SIDE, gap = 2;
static const int gray = 128;

void furrow__montage_clear(struct furrow__montage *montage)
{
    free(montage->pixels);
    *montage = (struct furrow__montage){0};
}

/* Room for the item; what is not known yet is gray. */
static int reserve(struct furrow__montage *montage, size_t item)
{
    if (item < montage->room)
        return FURROW_OK;
    size_t room = 2 * item < FURROW__MONTAGE_MOST ? 2 * item + 1 : FURROW__MONTAGE_MOST;
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
    if (item >= FURROW__MONTAGE_MOST)
        return FURROW_OK;
    int status = reserve(montage, item);
    if (status)
        return status;
    if (pixels)
        memcpy(montage->pixels + item * FURROW_DIGITS_PIXELS, pixels, FURROW_DIGITS_PIXELS);
    montage->count = item < montage->count ? montage->count : item + 1;
    return FURROW_OK;
}

/* The side of the smallest square that has room for `count`, at least 1. */
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

/* normalise.c: brings a picture to MNIST's form, in one reading or two. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum {
    MIN_STRENGTH = 192, /* of the strongest ink */
    WHOLE = 32          /* bytes of a row, rounded up to whole vectors */
};

/* ---- pictures in MNIST's form ---- */

/* The ink of each row and column. Weak pixels are left out. */
struct profile {
    uint16_t rows[SIDE], columns[WHOLE]; /* beyond SIDE undefined */
    unsigned char max;                   /* of a pixel */
};

/* The loops run over whole vectors and do one thing each, so that compilers vectorise them. */
static struct profile profile_of(const unsigned char *pixels)
{
    struct profile profile = {.max = 0};
    unsigned char ink[SIDE * SIDE + WHOLE - SIDE] = {0}, max = 0;
    for (size_t i = 0; i < SIDE * SIDE; i++) {
        ink[i] = (unsigned char)(pixels[i] * (pixels[i] >= MIN_INK));
        max = ink[i] > max ? ink[i] : max;
    }
    for (size_t y = 0; y < SIDE; y++)
        for (size_t x = 0; x < WHOLE; x++)
            profile.columns[x] = (uint16_t)(profile.columns[x] + ink[y * SIDE + x]);
    for (size_t y = 0; y < SIDE; y++)
        for (size_t x = 0; x < SIDE; x++)
            profile.rows[y] = (uint16_t)(profile.rows[y] + ink[y * SIDE + x]);
    profile.max = max;
    return profile;
}

/* Whether more than a tenth of the border is not black. Corners count twice. */
static bool has_bright_border(const unsigned char *pixels)
{
    const unsigned black = 16;
    unsigned bright = 0;
    for (size_t i = 0; i < SIDE; i++) {
        bright += pixels[i] >= black;
        bright += pixels[SIDE * (SIDE - 1) + i] >= black;
        bright += pixels[SIDE * i] >= black;
        bright += pixels[SIDE * i + SIDE - 1] >= black;
    }
    return 10 * bright > 4 * SIDE;
}

/* Counts the rows or columns from the first with ink to the last; some must have ink. True: the
 * centre of mass is within 1 of MNIST's. */
static bool is_centred(int *extent, const uint16_t ink[SIDE])
{
    int first = 0, last = SIDE - 1, mass = 0, moment = 0;
    while (ink[first] == 0)
        first++;
    while (ink[last] == 0)
        last--;
    for (int i = 0; i < SIDE; i++) {
        mass += ink[i];
        moment += ink[i] * (i - SIDE / 2);
    }
    *extent = last - first + 1;
    return abs(moment) < mass;
}

/* Whether the picture has MNIST's form: strong bright ink on black, in a box of 18 to 20 pixels,
 * its centre of mass within 1 of MNIST's. */
static bool is_normal(const furrow_image *image)
{
    int width, height;
    if (image->width != SIDE || image->height != SIDE || has_bright_border(image->pixels))
        return false;
    const struct profile profile = profile_of(image->pixels);
    if (profile.max < MIN_STRENGTH || !is_centred(&width, profile.columns) ||
        !is_centred(&height, profile.rows))
        return false;
    int side = width > height ? width : height;
    return side <= BOX && side >= BOX - 2;
}

/* ---- all other pictures ---- */

static struct view part_of(const struct view *view, const struct map *map, const struct box *box)
{
    const struct box part = furrow__digits_pixels_of(box, map, view);
    return (struct view){view->pixels + part.top * view->stride + part.left, part.right - part.left,
                         part.bottom - part.top, view->stride};
}

/* Makes the second reading: with the other paper if the paper is doubtful, with the parts that were
 * taken for dirt, or with strokes more like MNIST's. False: there is no second reading, or it is
 * the same. */
static bool read_otherwise(unsigned char *readings, struct map *map, struct ink *ink,
                           const struct view *view, bool is_cleaned)
{
    unsigned char *other = readings + FURROW_DIGITS_PIXELS;
    bool drawn = false, is_heavy;
    if (ink->is_doubtful) {
        if (!furrow__digits_find_ink(map, ink, true))
            return false;
        furrow__digits_clean(map);
        drawn = furrow__digits_draw(other, map, ink, view);
    } else if (is_cleaned) {
        furrow__digits_keep_all(map);
        drawn = furrow__digits_draw(other, map, ink, view);
    } else if (furrow__digits_find_stroke(&is_heavy, readings)) {
        furrow__digits_restroke(other, readings, is_heavy);
        drawn = true;
    }
    return drawn && memcmp(readings, other, FURROW_DIGITS_PIXELS) != 0;
}

/* Fills `readings` and returns their number; 0: there is no ink. */
static size_t read_view(unsigned char *readings, const struct view *view, bool may_be_framed)
{
    struct map map;
    struct ink ink;
    struct box sheet;
    furrow__digits_map_picture(&map, view);
    if (!furrow__digits_find_ink(&map, &ink, false))
        return 0;
    if (may_be_framed && furrow__digits_find_sheet(&sheet, &map)) {
        const struct view inner = part_of(view, &map, &sheet);
        size_t count = read_view(readings, &inner, false);
        if (count > 0)
            return count;
    }
    bool is_cleaned = furrow__digits_clean(&map);
    if (!furrow__digits_draw(readings, &map, &ink, view)) { /* a one may look like a line */
        furrow__digits_keep_all(&map);
        return furrow__digits_draw(readings, &map, &ink, view);
    }
    return 1 + read_otherwise(readings, &map, &ink, view, is_cleaned);
}

static int no_ink(const furrow_image *image, furrow_error *error)
{
    return furrow_error_set(error, FURROW_EFORMAT,
                            "no ink found: nothing on %zu x %zu pixels differs from the border by "
                            "%d gray levels and more than its grain",
                            image->width, image->height, MIN_CONTRAST);
}

int furrow_digits_readings(unsigned char *pixels, size_t *count, const furrow_image *image,
                           furrow_error *error)
{
    *count = 0;
    if (image->width == 0 || image->height == 0)
        return furrow_error_set(error, FURROW_EFORMAT, "no ink found: the picture is empty");
    if (is_normal(image)) {
        memcpy(pixels, image->pixels, FURROW_DIGITS_PIXELS);
        *count = 1;
        return FURROW_OK;
    }
    const struct view view = {image->pixels, image->width, image->height, image->width};
    *count = read_view(pixels, &view, true);
    return *count > 0 ? FURROW_OK : no_ink(image, error);
}

int furrow_digits_normalise(unsigned char *pixels, const furrow_image *image, furrow_error *error)
{
    unsigned char readings[FURROW_DIGITS_READINGS * FURROW_DIGITS_PIXELS];
    size_t count;
    int status = furrow_digits_readings(readings, &count, image, error);
    if (status == FURROW_OK)
        memcpy(pixels, readings, FURROW_DIGITS_PIXELS);
    return status;
}

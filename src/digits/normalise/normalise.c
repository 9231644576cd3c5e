#include <math.h>
#include <string.h>

#include "internal.h"

/* ---- pictures in MNIST's form ---- */

static void count_border(struct levels *border, const unsigned char *pixels)
{
    for (int i = 0; i < SIDE; i++) {
        border->counts[pixels[i]]++;
        border->counts[pixels[SIDE * (SIDE - 1) + i]]++;
        border->counts[pixels[SIDE * i]]++;
        border->counts[pixels[SIDE * i + SIDE - 1]]++;
    }
    border->all += 4 * SIDE;
}

/* Bright ink on black, at its full strength, in a box of 18 to 20 pixels, its centre of mass within
 * 1 of where MNIST has it. */
static bool is_normal(const furrow_image *image)
{
    if (image->width != SIDE || image->height != SIDE)
        return false;
    struct levels border = {.all = 0};
    int left = SIDE, right = 0, top = SIDE, bottom = 0, most = 0;
    long mass = 0, across = 0, down = 0;
    const unsigned char *pixel = image->pixels;
    count_border(&border, image->pixels);
    if (furrow__digits_quantile(&border, 0.9) >= 16)
        return false;
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++, pixel++) {
            if (*pixel < LEAST_INK)
                continue;
            most = *pixel > most ? *pixel : most;
            left = x < left ? x : left;
            right = x > right ? x : right;
            top = y < top ? y : top;
            bottom = y;
            mass += *pixel;
            across += *pixel * x;
            down += *pixel * y;
        }
    if (most < 192)
        return false;
    int side = (right - left > bottom - top ? right - left : bottom - top) + 1;
    return side <= BOX && side >= BOX - 2 && fabs((double)across / (double)mass - 14) < 1 &&
           fabs((double)down / (double)mass - 14) < 1;
}

/* ---- any other ---- */

static struct view part_of(const struct view *view, const struct map *map, const struct box *box)
{
    const struct box part = furrow__digits_pixels_of(box, map, view);
    return (struct view){view->pixels + part.top * view->stride + part.left, part.right - part.left,
                         part.bottom - part.top, view->stride};
}

/* The second reading: by the other paper, where that is doubtful; with all that was taken for dirt;
 * or with strokes more like MNIST's. False: there is none, or it is the same. */
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

/* Fills `readings`; returns how many there are, 0: no ink. */
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
                            image->width, image->height, LEAST_CONTRAST);
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

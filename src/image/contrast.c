/*
 * contrast.c: gray by the position on the line from the colour of the paper to that of the ink.
 * This is Fisher's discriminant if paper and ink vary alike: R. A. Fisher, "The Use of Multiple
 * Measurements in Taxonomic Problems", Annals of Eugenics 7(2), 1936.
 */
#include <stdint.h>
#include <stdlib.h>

#include "internal.h"

enum { COLORS = 3, WHOLE = 65536 };

/* How a colour becomes gray. The weights add up to WHOLE. */
struct mixture {
    uint32_t weights[COLORS];
    bool inverted[COLORS]; /* a value v of this colour counts as 255 - v */
};

static int median(const size_t counts[256])
{
    size_t all = 0, below = 0;
    for (int value = 0; value < 256; value++)
        all += counts[value];
    int value = 0;
    while ((below += counts[value]) < (all + 1) / 2)
        value++;
    return value;
}

static void count_pixel(size_t counts[COLORS][256], const unsigned char *rgb)
{
    for (int color = 0; color < COLORS; color++)
        counts[color][rgb[color]]++;
}

/* The median of each colour along the border. */
static void find_paper(int paper[COLORS], const furrow_image *image)
{
    size_t counts[COLORS][256] = {{0}};
    const size_t width = image->width, height = image->height;
    for (size_t x = 0; x < width; x++) {
        count_pixel(counts, image->pixels + COLORS * x);
        count_pixel(counts, image->pixels + COLORS * ((height - 1) * width + x));
    }
    for (size_t y = 1; y + 1 < height; y++) {
        count_pixel(counts, image->pixels + COLORS * y * width);
        count_pixel(counts, image->pixels + COLORS * ((y + 1) * width - 1));
    }
    for (int color = 0; color < COLORS; color++)
        paper[color] = median(counts[color]);
}

/* The sum of all differences from the paper, each weighted by its square. So pixels far from the
 * paper decide, and grain cancels out. */
static void find_direction(int64_t direction[COLORS], const furrow_image *image,
                           const int paper[COLORS])
{
    const unsigned char *rgb = image->pixels;
    for (size_t i = 0; i < image->width * image->height; i++, rgb += COLORS) {
        int red = rgb[0] - paper[0], green = rgb[1] - paper[1], blue = rgb[2] - paper[2];
        int64_t square = red * red + green * green + blue * blue;
        direction[0] += red * square;
        direction[1] += green * square;
        direction[2] += blue * square;
    }
}

/* Without a direction all weights are equal, so that gray stays as it is. */
static struct mixture mix(const int64_t direction[COLORS])
{
    struct mixture mixture = {{WHOLE / 3, WHOLE / 3, WHOLE - 2 * (WHOLE / 3)}, {false}};
    int64_t sum = direction[0] + direction[1] + direction[2];
    double length = 0;
    for (int color = 0; color < COLORS; color++)
        length += (double)llabs(direction[color]);
    if (length == 0)
        return mixture;
    for (int color = 0; color < COLORS; color++) {
        mixture.inverted[color] = sum < 0 ? direction[color] > 0 : direction[color] < 0;
        mixture.weights[color] = (uint32_t)(WHOLE * ((double)llabs(direction[color]) / length));
    }
    mixture.weights[1] = WHOLE - mixture.weights[0] - mixture.weights[2];
    return mixture;
}

void furrow__image_make_contrast(furrow_image *image)
{
    int paper[COLORS];
    int64_t direction[COLORS] = {0};
    find_paper(paper, image);
    find_direction(direction, image, paper);
    const struct mixture mixture = mix(direction);
    const unsigned char *rgb = image->pixels;
    for (size_t i = 0; i < image->width * image->height; i++, rgb += COLORS) {
        uint32_t sum = WHOLE / 2;
        for (int color = 0; color < COLORS; color++)
            sum +=
                mixture.weights[color] * (mixture.inverted[color] ? 255u - rgb[color] : rgb[color]);
        image->pixels[i] = (unsigned char)(sum / WHOLE);
    }
}

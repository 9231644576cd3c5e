#include <stdint.h>

#include "internal.h"

/* The default weights of libpng, those of Rec. 709, in parts of 32768, rounded. */
static unsigned char luma(const unsigned char *rgb)
{
    const unsigned red = 6968, green = 23434, blue = 2366, whole = 32768;
    return (unsigned char)((red * rgb[0] + green * rgb[1] + blue * rgb[2] + whole / 2) / whole);
}

/* ---- transparency ---- */

/* The mean is compared without dividing: sum(alpha * gray) / sum(alpha) >= 255 / 2. */
static unsigned farther_from_the_ink(const unsigned char *samples, size_t count, size_t channels)
{
    uint64_t alphas = 0, inks = 0;
    for (size_t i = 0; i < count; i++, samples += channels) {
        unsigned gray = channels == 4 ? luma(samples) : samples[0];
        unsigned alpha = samples[channels - 1];
        alphas += alpha;
        inks += alpha * gray;
    }
    return 2 * inks >= 255 * alphas ? 0 : 255;
}

/* The gray that shines through. `samples` are pairs of gray and alpha, or RGB and alpha. */
static unsigned background_of(const unsigned char *samples, size_t count, size_t channels,
                              int background)
{
    if (background)
        return (unsigned)(background - FURROW_IMAGE_BACKGROUND(0));
    return farther_from_the_ink(samples, count, channels);
}

/* Lays pixels of `channels` bytes, the last of which is alpha, on a gray background, in place. */
static void lay_on_background(unsigned char *samples, size_t count, size_t channels,
                              unsigned background)
{
    unsigned char *to = samples;
    for (size_t i = 0; i < count; i++, samples += channels) {
        unsigned alpha = samples[channels - 1];
        for (size_t channel = 0; channel + 1 < channels; channel++)
            *to++ = (unsigned char)((alpha * samples[channel] + (255 - alpha) * background + 127) /
                                    255);
    }
}

/* ---- colours ---- */

static void make_luma(unsigned char *samples, size_t count)
{
    for (size_t i = 0; i < count; i++)
        samples[i] = luma(samples + 3 * i);
}

void furrow__image_make_gray(furrow_image *image, size_t channels,
                             const furrow_image_options *options)
{
    size_t count = image->width * image->height;
    bool has_alpha = channels % 2 == 0;
    if (has_alpha) {
        unsigned behind = background_of(image->pixels, count, channels, options->background);
        lay_on_background(image->pixels, count, channels, behind);
    }
    if (channels < 3)
        return;
    if (options->gray == FURROW_IMAGE_CONTRAST)
        furrow__image_make_contrast(image);
    else
        make_luma(image->pixels, count);
}

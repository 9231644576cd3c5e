#include <stdint.h>

#include "internal.h"

/* The mean is compared without dividing: sum(alpha * gray) / sum(alpha) >= 255 / 2. */
static unsigned farther_from_the_ink(const unsigned char *samples, size_t count, size_t channels)
{
    uint64_t alphas = 0, inks = 0;
    for (size_t i = 0; i < count; i++, samples += channels) {
        unsigned gray = channels == 4 ? furrow__image_luma(samples) : samples[0];
        unsigned alpha = samples[channels - 1];
        alphas += alpha;
        inks += alpha * gray;
    }
    return 2 * inks >= 255 * alphas ? 0 : 255;
}

unsigned furrow__image_background(const unsigned char *samples, size_t count, size_t channels,
                                  int background)
{
    if (background)
        return (unsigned)(background - FURROW_IMAGE_BACKGROUND(0));
    return farther_from_the_ink(samples, count, channels);
}

void furrow__image_lay_on_background(unsigned char *samples, size_t count, size_t channels,
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

#include <stdint.h>

#include "internal.h"

/* The mean is compared without dividing: sum(alpha * gray) / sum(alpha) >= 255 / 2. */
static unsigned farther_from_the_ink(const unsigned char *pixels, size_t count)
{
    uint64_t alphas = 0, inks = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned gray = pixels[2 * i], alpha = pixels[2 * i + 1];
        alphas += alpha;
        inks += alpha * gray;
    }
    return 2 * inks >= 255 * alphas ? 0 : 255;
}

void furrow__image_lay_on_background(unsigned char *pixels, size_t count, int background)
{
    unsigned behind = background ? (unsigned)(background - FURROW_IMAGE_BACKGROUND(0))
                                 : farther_from_the_ink(pixels, count);
    for (size_t i = 0; i < count; i++) {
        unsigned gray = pixels[2 * i], alpha = pixels[2 * i + 1];
        pixels[i] = (unsigned char)((alpha * gray + (255 - alpha) * behind + 127) / 255);
    }
}

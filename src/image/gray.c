#include "internal.h"

unsigned char furrow__image_luma(const unsigned char *rgb)
{
    const unsigned red = 6968, green = 23434, blue = 2366, whole = 32768;
    return (unsigned char)((red * rgb[0] + green * rgb[1] + blue * rgb[2] + whole / 2) / whole);
}

static void make_luma(unsigned char *samples, size_t count)
{
    for (size_t i = 0; i < count; i++)
        samples[i] = furrow__image_luma(samples + 3 * i);
}

void furrow__image_make_gray(furrow_image *image, size_t channels,
                             const furrow_image_options *options)
{
    size_t count = image->width * image->height;
    bool has_alpha = channels % 2 == 0;
    if (has_alpha) {
        unsigned behind =
            furrow__image_background(image->pixels, count, channels, options->background);
        furrow__image_lay_on_background(image->pixels, count, channels, behind);
    }
    if (channels < 3)
        return;
    if (options->gray == FURROW_IMAGE_CONTRAST)
        furrow__image_make_contrast(image);
    else
        make_luma(image->pixels, count);
}

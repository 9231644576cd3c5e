#include "image_ways.h"

#include <string.h>

#include "image/internal.h"

static const furrow_image_options limits = {
    .max_width = 4096, .max_height = 4096, .max_file_size = 67108864};

static struct furrow__image_quick quick;
static furrow_image fast, general;

static bool same_samples(size_t fast_channels, size_t general_channels)
{
    return fast_channels == general_channels && fast.width == general.width &&
           fast.height == general.height &&
           memcmp(fast.pixels, general.pixels, fast.width * fast.height * fast_channels) == 0;
}

image_ways_verdict image_ways_compare(const void *bytes, size_t size)
{
    const furrow__image_source source = {"a.png", NULL};
    size_t channels[2] = {0};
    int code = furrow__image_read_quick(&fast, &channels[0], &quick, bytes, size, &limits, &source);
    if (code == FURROW__IMAGE_LEFT)
        return IMAGE_WAYS_LEFT;
    if (code != FURROW_OK ||
        furrow__image_read_png(&general, &channels[1], bytes, size, &limits, &source) != FURROW_OK)
        return IMAGE_WAYS_DIFFER;
    return same_samples(channels[0], channels[1]) ? IMAGE_WAYS_EQUAL : IMAGE_WAYS_DIFFER;
}

void image_ways_clear(void)
{
    furrow__image_quick_clear(&quick);
    furrow_image_clear(&fast);
    furrow_image_clear(&general);
}

#include <furrow/digits/image.h>

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

int furrow__image_fail(const furrow__image_source *source, int code, const char *format, ...)
{
    char reason[160];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);

    const size_t longest = FURROW_ERROR_TEXT_SIZE - strlen(reason) - sizeof "...: ";
    size_t length = strlen(source->name);
    size_t cut = length > longest ? length - longest : 0;
    return furrow_error_set(source->error, code, "%s%s: %s", cut ? "..." : "", source->name + cut,
                            reason);
}

static size_t value_or(size_t value, size_t when_zero)
{
    return value ? value : when_zero;
}

int furrow__image_resolve_options(furrow_image_options *resolved,
                                  const furrow_image_options *options,
                                  const furrow__image_source *source)
{
    const furrow_image_options given = options ? *options : (furrow_image_options){0};
    const int black = FURROW_IMAGE_BACKGROUND(0), white = FURROW_IMAGE_BACKGROUND(255);
    if (given.background != 0 && (given.background < black || given.background > white))
        return furrow__image_fail(source, FURROW_EINVAL,
                                  "background: expected 0 or FURROW_IMAGE_BACKGROUND(0 to 255), "
                                  "got %d",
                                  given.background);
    if (given.gray != FURROW_IMAGE_LUMA && given.gray != FURROW_IMAGE_CONTRAST)
        return furrow__image_fail(source, FURROW_EINVAL,
                                  "gray: expected FURROW_IMAGE_LUMA or FURROW_IMAGE_CONTRAST, got "
                                  "%d",
                                  given.gray);
    *resolved = (furrow_image_options){
        .max_width = value_or(given.max_width, FURROW_IMAGE_MAX_WIDTH),
        .max_height = value_or(given.max_height, FURROW_IMAGE_MAX_HEIGHT),
        .max_file_size = value_or(given.max_file_size, FURROW_IMAGE_MAX_FILE_SIZE),
        .background = given.background,
        .gray = given.gray,
    };
    return FURROW_OK;
}

bool furrow__image_reserve(struct furrow__image_buffer *buffer, size_t size)
{
    if (buffer->bytes && size <= buffer->capacity)
        return true;
    free(buffer->bytes);
    buffer->bytes = malloc(size ? size : 1);
    buffer->capacity = buffer->bytes ? size : 0;
    return buffer->bytes != NULL;
}

int furrow__image_reserve_pixels(furrow_image *image, size_t channels,
                                 const furrow__image_source *source)
{
    if (image->width > SIZE_MAX / channels / image->height)
        return furrow__image_fail(source, FURROW_EFBIG, "%zu x %zu pixels fit no memory",
                                  image->width, image->height);
    struct furrow__image_buffer pixels = {image->pixels, image->capacity};
    bool reserved = furrow__image_reserve(&pixels, image->width * image->height * channels);
    image->pixels = pixels.bytes;
    image->capacity = pixels.capacity;
    if (!reserved)
        return furrow__image_fail(source, FURROW_ENOMEM, "no memory for %zu x %zu pixels",
                                  image->width, image->height);
    return FURROW_OK;
}

void furrow_image_clear(furrow_image *image)
{
    free(image->pixels);
    *image = (furrow_image){0};
}

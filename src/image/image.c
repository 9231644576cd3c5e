#include <furrow/image.h>

#include <stdarg.h>
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

static int resolve_options(furrow_image_options *resolved, const furrow_image_options *options,
                           const furrow__image_source *source)
{
    const furrow_image_options given = options ? *options : (furrow_image_options){0};
    const int black = FURROW_IMAGE_BACKGROUND(0), white = FURROW_IMAGE_BACKGROUND(255);
    if (given.background != 0 && (given.background < black || given.background > white))
        return furrow__image_fail(source, FURROW_EINVAL,
                                  "background: expected 0 or FURROW_IMAGE_BACKGROUND(0 to 255), "
                                  "got %d",
                                  given.background);
    *resolved = (furrow_image_options){
        .max_width = value_or(given.max_width, FURROW_IMAGE_MAX_WIDTH),
        .max_height = value_or(given.max_height, FURROW_IMAGE_MAX_HEIGHT),
        .max_file_size = value_or(given.max_file_size, FURROW_IMAGE_MAX_FILE_SIZE),
        .background = given.background,
    };
    return FURROW_OK;
}

static void empty(furrow_image *image)
{
    image->width = 0;
    image->height = 0;
}

int furrow_image_read(furrow_image *image, const char *path, const furrow_image_options *options,
                      furrow_error *error)
{
    const furrow__image_source source = {path, error};
    empty(image);
    furrow_image_options resolved;
    int code = resolve_options(&resolved, options, &source);
    if (code != FURROW_OK)
        return code;
    unsigned char *bytes;
    size_t size;
    code = furrow__image_read_file(&bytes, &size, resolved.max_file_size, &source);
    if (code != FURROW_OK)
        return code;
    code = furrow_image_decode(image, bytes, size, path, &resolved, error);
    free(bytes);
    return code;
}

int furrow_image_decode(furrow_image *image, const void *bytes, size_t size, const char *name,
                        const furrow_image_options *options, furrow_error *error)
{
    const furrow__image_source source = {name ? name : "image", error};
    empty(image);
    furrow_image_options resolved;
    int code = resolve_options(&resolved, options, &source);
    if (code != FURROW_OK)
        return code;
    if (size > resolved.max_file_size)
        return furrow__image_fail(
            &source, FURROW_EFBIG,
            "expected at most %zu bytes, got %zu; max_file_size can be raised",
            resolved.max_file_size, size);
    code = furrow__image_read_png(image, bytes, size, &resolved, &source);
    if (code != FURROW_OK)
        empty(image);
    return code;
}

void furrow_image_clear(furrow_image *image)
{
    free(image->pixels);
    *image = (furrow_image){0};
}

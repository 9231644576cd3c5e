#include <stdlib.h>

#include "internal.h"

int furrow_image_reader_new(furrow_image_reader **reader, const furrow_image_options *options,
                            furrow_error *error)
{
    const furrow__image_source source = {"image reader", error};
    furrow_image_options resolved;
    *reader = NULL;
    int code = furrow__image_resolve_options(&resolved, options, &source);
    if (code != FURROW_OK)
        return code;
    *reader = calloc(1, sizeof **reader);
    if (!*reader)
        return furrow_error_set(error, FURROW_ENOMEM, "no memory for an image reader");
    (*reader)->options = resolved;
    return FURROW_OK;
}

static void clear(furrow_image_reader *reader)
{
    furrow__image_folder_leave(&reader->folder);
    furrow__image_quick_clear(&reader->quick);
    free(reader->file.bytes);
}

void furrow_image_reader_free(furrow_image_reader *reader)
{
    if (!reader)
        return;
    clear(reader);
    free(reader);
}

int furrow_image_reader_fetch(const unsigned char **bytes, size_t *size,
                              furrow_image_reader *reader, const char *path, furrow_error *error)
{
    const furrow__image_source source = {path, error};
    int code = furrow__image_read_file(&reader->file, size, reader->options.max_file_size,
                                       &reader->folder, &source);
    *bytes = code == FURROW_OK ? reader->file.bytes : NULL;
    return code;
}

static int decode(furrow_image *image, furrow_image_reader *reader, const void *bytes, size_t size,
                  const furrow__image_source *source)
{
    const furrow_image_options *options = &reader->options;
    size_t channels;
    if (size > options->max_file_size)
        return furrow__image_fail(source, FURROW_EFBIG,
                                  "expected at most %zu bytes, got %zu; max_file_size can be "
                                  "raised",
                                  options->max_file_size, size);
    int code =
        furrow__image_read_quick(image, &channels, &reader->quick, bytes, size, options, source);
    if (code == FURROW__IMAGE_LEFT)
        code = furrow__image_read_png(image, &channels, bytes, size, options, source);
    if (code == FURROW_OK)
        furrow__image_make_gray(image, channels, options);
    return code;
}

int furrow_image_reader_decode(furrow_image *image, furrow_image_reader *reader, const void *bytes,
                               size_t size, const char *name, furrow_error *error)
{
    const furrow__image_source source = {name ? name : "image", error};
    int code = decode(image, reader, bytes, size, &source);
    if (code != FURROW_OK)
        image->width = image->height = 0;
    return code;
}

int furrow_image_reader_read(furrow_image *image, furrow_image_reader *reader, const char *path,
                             furrow_error *error)
{
    const unsigned char *bytes;
    size_t size;
    image->width = image->height = 0;
    int code = furrow_image_reader_fetch(&bytes, &size, reader, path, error);
    if (code != FURROW_OK)
        return code;
    return furrow_image_reader_decode(image, reader, bytes, size, path, error);
}

/* ---- a reader for one picture ---- */

int furrow_image_read(furrow_image *image, const char *path, const furrow_image_options *options,
                      furrow_error *error)
{
    const furrow__image_source source = {path, error};
    furrow_image_reader reader = {.folder.length = 0};
    image->width = image->height = 0;
    int code = furrow__image_resolve_options(&reader.options, options, &source);
    if (code == FURROW_OK)
        code = furrow_image_reader_read(image, &reader, path, error);
    clear(&reader);
    return code;
}

int furrow_image_decode(furrow_image *image, const void *bytes, size_t size, const char *name,
                        const furrow_image_options *options, furrow_error *error)
{
    const furrow__image_source source = {name ? name : "image", error};
    furrow_image_reader reader = {.folder.length = 0};
    image->width = image->height = 0;
    int code = furrow__image_resolve_options(&reader.options, options, &source);
    if (code == FURROW_OK)
        code = furrow_image_reader_decode(image, &reader, bytes, size, name, error);
    clear(&reader);
    return code;
}

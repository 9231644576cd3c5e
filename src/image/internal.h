/*
 * image/internal.h: what the files of this folder share. image.c owns the public functions;
 * file.c brings bytes, png.c turns them into pixels, background.c lays transparent ones on gray.
 */
#ifndef FURROW_IMAGE_INTERNAL_H
#define FURROW_IMAGE_INTERNAL_H

#include <furrow/image.h>

/* What an error calls the picture, and where it goes. */
typedef struct furrow__image_source {
    const char *name;
    furrow_error *error; /* may be NULL */
} furrow__image_source;

/* Sets the error to "NAME: ..." and returns `code`. The end of a long name is kept, and the reason
 * always fits. */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
int furrow__image_fail(const furrow__image_source *source, int code, const char *format, ...);

/* Reads a regular file of at most `limit` bytes. The caller frees `*bytes`, NULL after a failure.
 */
int furrow__image_read_file(unsigned char **bytes, size_t *size, size_t limit,
                            const furrow__image_source *source);

/* Decodes a whole PNG into `image`; every limit of `options` is set. After a failure the size of
 * the image means nothing. */
int furrow__image_read_png(furrow_image *image, const unsigned char *bytes, size_t size,
                           const furrow_image_options *options, const furrow__image_source *source);

/* Turns `count` pairs of gray and alpha into `count` grays, in place. `background` is that of the
 * options. */
void furrow__image_lay_on_background(unsigned char *pixels, size_t count, int background);

#endif

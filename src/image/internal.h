/*
 * image/internal.h: what the files of this folder share.
 *
 * reader.c and write.c own the public functions. file.c and folder.c read the bytes of a file.
 * quick.c and unfilter.c decode plain files, png.c all others. gray.c and contrast.c turn samples
 * into gray. image.c has errors, options and memory for all of them. checksum_libdeflate.c and
 * checksum_zlib.c define the same functions: CMake takes one of the two.
 */
#ifndef FURROW_IMAGE_INTERNAL_H
#define FURROW_IMAGE_INTERNAL_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#define ZLIB_CONST /* next_in is only read */
#include <zlib.h>

#include <furrow/digits/image.h>

/* What an error calls the picture, and where it goes. */
typedef struct furrow__image_source {
    const char *name;
    furrow_error *error; /* may be NULL */
} furrow__image_source;

/* Memory that is kept from picture to picture and only grows. */
struct furrow__image_buffer {
    unsigned char *bytes;
    size_t capacity;
};

/* The folder of the last path, open from the second path in a row that lies in it. */
struct furrow__image_folder {
    int file;
    bool is_open;
    double opened_at; /* reading of the wall clock */
    size_t length;    /* of path, with the slash at its end; 0: none */
    char path[PATH_MAX];
};

/* What quick.c keeps from picture to picture: zlib's state, and rows as they are decompressed. */
struct furrow__image_quick {
    bool is_ready;
    z_stream stream;
    struct furrow__image_buffer rows;
};

struct furrow_image_reader {
    furrow_image_options options; /* every limit is set */
    struct furrow__image_buffer file;
    struct furrow__image_folder folder;
    struct furrow__image_quick quick;
};

/* Sets the error to "NAME: ..." and returns `code`. The end of a long name is kept, and the reason
 * always fits. */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
int furrow__image_fail(const furrow__image_source *source, int code, const char *format, ...);

int furrow__image_resolve_options(furrow_image_options *resolved,
                                  const furrow_image_options *options,
                                  const furrow__image_source *source);

/* Room for `size` bytes, what was there is lost; false: no memory. */
bool furrow__image_reserve(struct furrow__image_buffer *buffer, size_t size);

/* The descriptor that openat takes for `path`, AT_FDCWD or that of its folder, and the name it
 * takes beside it. */
int furrow__image_folder_enter(struct furrow__image_folder *folder, const char **name,
                               const char *path);
void furrow__image_folder_leave(struct furrow__image_folder *folder);

/* Reads a regular file of at most `limit` bytes into `buffer`. */
int furrow__image_read_file(struct furrow__image_buffer *buffer, size_t *size, size_t limit,
                            struct furrow__image_folder *folder,
                            const furrow__image_source *source);

/* Whether no pixel depends on the chunk of these four letters: all that libpng knows but IHDR,
 * PLTE, tRNS, IDAT and IEND. */
bool furrow__image_is_metadata(const unsigned char *name);

/* Makes room for width * height pixels of `channels` bytes. */
int furrow__image_reserve_pixels(furrow_image *image, size_t channels,
                                 const furrow__image_source *source);

/* Decodes a whole PNG into `image`, `*channels` bytes a pixel: gray, gray and alpha, RGB, or RGB
 * and alpha; every limit of `options` is set. After a failure the size of the image means nothing.
 */
int furrow__image_read_png(furrow_image *image, size_t *channels, const unsigned char *bytes,
                           size_t size, const furrow_image_options *options,
                           const furrow__image_source *source);

/* Does what furrow__image_read_png does where it is sure to come to the same samples without an
 * error, and else leaves the picture to it. */
enum { FURROW__IMAGE_LEFT = 1 };
int furrow__image_read_quick(furrow_image *image, size_t *channels,
                             struct furrow__image_quick *quick, const unsigned char *bytes,
                             size_t size, const furrow_image_options *options,
                             const furrow__image_source *source);
void furrow__image_quick_clear(struct furrow__image_quick *quick);

/* The checksums of PNG's chunks and of zlib's streams. */
uint32_t furrow__image_crc32(const unsigned char *bytes, size_t size);
uint32_t furrow__image_adler32(const unsigned char *bytes, size_t size);

/* Undoes PNG's filters: `filtered` holds a filter byte before each of `height` rows of `row_size`
 * bytes, `pixel_size` bytes each pixel; `zeros` is such a row of zeros. False: no such filter. */
bool furrow__image_unfilter(unsigned char *samples, const unsigned char *filtered,
                            const unsigned char *zeros, size_t height, size_t row_size,
                            size_t pixel_size);

/* Turns samples into grays, in place, as the options have it. */
void furrow__image_make_gray(furrow_image *image, size_t channels,
                             const furrow_image_options *options);

/* Turns RGB into gray, in place, so that ink differs from paper as far as it can. */
void furrow__image_make_contrast(furrow_image *image);

#endif

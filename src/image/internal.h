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

/* The name of the picture in errors, and where errors are stored. */
typedef struct furrow__image_source {
    const char *name;
    furrow_error *error; /* may be NULL */
} furrow__image_source;

/* Memory that is kept from picture to picture. It only grows. */
struct furrow__image_buffer {
    unsigned char *bytes;
    size_t capacity;
};

/* The folder of the last path. It is opened for the second path in a row that lies in it. */
struct furrow__image_folder {
    int file;
    bool is_open;
    double opened_at; /* furrow_clock_wall */
    size_t length;    /* of path, including the slash at its end; 0: no folder */
    char path[PATH_MAX];
};

/* What quick.c keeps from picture to picture: the state of zlib, and memory for decompressed
 * rows. */
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

/* Sets the error to "NAME: ..." and returns `code`. A long name is cut at its beginning, so that
 * the reason always fits. */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
int furrow__image_fail(const furrow__image_source *source, int code, const char *format, ...);

int furrow__image_resolve_options(furrow_image_options *resolved,
                                  const furrow_image_options *options,
                                  const furrow__image_source *source);

/* Makes room for `size` bytes. The old content is lost. False: no memory. */
bool furrow__image_reserve(struct furrow__image_buffer *buffer, size_t size);

/* Returns the folder and sets the `*name` for an openat of `path`: AT_FDCWD and the path, or the
 * descriptor of its folder and the name within. */
int furrow__image_folder_enter(struct furrow__image_folder *folder, const char **name,
                               const char *path);
void furrow__image_folder_leave(struct furrow__image_folder *folder);

/* Reads a regular file of at most `limit` bytes into `buffer`. */
int furrow__image_read_file(struct furrow__image_buffer *buffer, size_t *size, size_t limit,
                            struct furrow__image_folder *folder,
                            const furrow__image_source *source);

/* Whether the chunk with this name of four letters is metadata, on which no pixel depends. These
 * are the chunks that libpng knows, except IHDR, PLTE, tRNS, IDAT and IEND. */
bool furrow__image_is_metadata(const unsigned char *name);

/* Makes room for width * height pixels of `channels` bytes. */
int furrow__image_reserve_pixels(furrow_image *image, size_t channels,
                                 const furrow__image_source *source);

/* Decodes a whole PNG into `image`. A pixel has `*channels` bytes: gray, gray and alpha, RGB, or
 * RGB and alpha. No limit of `options` may be 0. After a failure the size of the image is
 * undefined. */
int furrow__image_read_png(furrow_image *image, size_t *channels, const unsigned char *bytes,
                           size_t size, const furrow_image_options *options,
                           const furrow__image_source *source);

/* Decodes as furrow__image_read_png, if it is sure to get the same samples without an error.
 * Otherwise returns FURROW__IMAGE_LEFT: the picture is left to that function. */
enum { FURROW__IMAGE_LEFT = 1 };
int furrow__image_read_quick(furrow_image *image, size_t *channels,
                             struct furrow__image_quick *quick, const unsigned char *bytes,
                             size_t size, const furrow_image_options *options,
                             const furrow__image_source *source);
void furrow__image_quick_clear(struct furrow__image_quick *quick);

/* The checksums of PNG's chunks and of zlib's streams. */
uint32_t furrow__image_crc32(const unsigned char *bytes, size_t size);
uint32_t furrow__image_adler32(const unsigned char *bytes, size_t size);

/* Undoes PNG's filters. `filtered` has `height` rows of `row_size` bytes, each after a byte that
 * names its filter; a pixel has `pixel_size` bytes. `zeros` is a row of zeros. False: there is no
 * such filter. */
bool furrow__image_unfilter(unsigned char *samples, const unsigned char *filtered,
                            const unsigned char *zeros, size_t height, size_t row_size,
                            size_t pixel_size);

/* Turns samples into grays, in place, as `options` say. */
void furrow__image_make_gray(furrow_image *image, size_t channels,
                             const furrow_image_options *options);

/* Turns RGB into gray, in place, so that ink differs from paper as far as possible. */
void furrow__image_make_contrast(furrow_image *image);

#endif

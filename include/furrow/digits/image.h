/*
 * image.h: reads PNG files as 8-bit gray pixels. It is safe to read files from strangers.
 *
 *     furrow_image image = {0};
 *     furrow_error error;
 *     if (furrow_image_read(&image, "17.png", NULL, &error) != FURROW_OK)
 *         fprintf(stderr, "%s\n", error.text);
 *     ... image.pixels[y * image.width + x] ...
 *     furrow_image_clear(&image);
 *
 * Every kind of PNG is read: gray, RGB and palette of any bit depth, with or without alpha or a
 * transparent colour, interlaced or not. Of an animation the default picture is read.
 *   - Colours become gray by libpng's default weights, those of Rec. 709: 0.2127 red + 0.7152 green
 *     + 0.0722 blue, of the values as stored: gamma and colour space are ignored. The other way to
 *     gray is FURROW_IMAGE_CONTRAST.
 *   - 16 bits are rounded to 8; 1, 2 and 4 bits are repeated. 255 is always the full value.
 *   - Transparent pixels are laid on a background: see furrow_image_options.
 *
 * A function returns either the whole picture, or an error and no picture:
 *   - Errors are: data that end before the end of the IEND chunk; a wrong checksum of a chunk or of
 *     the compressed picture; more or less compressed data than the picture has pixels; and all
 *     other warnings of libpng.
 *   - No errors are: bytes after IEND; palette indices beyond the palette, which are black; and
 *     damage within a chunk of metadata (text, time, colour space, Exif, ...). Metadata and unknown
 *     chunks are skipped and never decompressed. But a damaged chunk with an unknown name is an
 *     error, since the damage may be in the name of a known one.
 *
 * Memory: width * height bytes; twice that with transparency, three times with colours, four times
 * with both; about 100 KB and a few rows for libpng; and the file, if it is read from a path. The
 * limits are checked before memory of that size is allocated. Time is bounded too: at most some
 * hundred MB are decompressed beyond the picture, whatever the file holds.
 *
 * No function prints. All are thread-safe as long as no two threads use the same furrow_image at
 * once.
 */
#ifndef FURROW_DIGITS_IMAGE_H
#define FURROW_DIGITS_IMAGE_H

#include <stddef.h>

#include <furrow/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A picture, which owns its pixels; {0} is empty. Reading another picture into it reuses the
 * memory, so a worker should keep one furrow_image for all its files. */
typedef struct furrow_image {
    size_t width, height;
    unsigned char *pixels; /* height rows of width bytes, from the top; 0 black, 255 white */
    size_t capacity;       /* bytes allocated for `pixels`, at least width * height */
} furrow_image;

/* The default limits. */
#define FURROW_IMAGE_MAX_WIDTH     4096
#define FURROW_IMAGE_MAX_HEIGHT    4096
#define FURROW_IMAGE_MAX_FILE_SIZE 67108864 /* 64 MiB */

/* How colours become gray. Pixels that are gray already stay as they are. */
enum {
    FURROW_IMAGE_LUMA,    /* by the weights above, as the eye sees it */
    FURROW_IMAGE_CONTRAST /* so that ink differs from paper as far as possible: yellow ink on white
                           * counts as much as black ink. Paper has the median colour of the border;
                           * pixels far from it show the colour of the ink. The weight of red, green
                           * and blue is each colour's part of the difference. */
};

/* A fixed background, from 0 (black) to 255 (white). */
#define FURROW_IMAGE_BACKGROUND(gray) ((gray) + 1)

/* How to read. NULL or {0} are good defaults. */
typedef struct furrow_image_options {
    size_t max_width, max_height; /* pixels; 0: the defaults above */
    size_t max_file_size;         /* bytes, in a file or in memory; 0: the default above */

    /* What shows where the picture is transparent: FURROW_IMAGE_BACKGROUND(gray), or 0. With 0 the
     * background is black or white, whichever is farther from the ink, which is the mean gray of
     * all pixels weighted by their alpha. So white ink gets a black background, black ink a white
     * one, and an entirely transparent picture is black. With 0 a transparent colour of a gray or
     * RGB picture stays as it is stored, since a single colour that is left out is the paper's. */
    int background;
    int gray; /* FURROW_IMAGE_LUMA or FURROW_IMAGE_CONTRAST */
} furrow_image_options;

/*
 * Reads the PNG file at `path` into `image`.
 *
 * Only regular files are opened, so that a FIFO, a socket or a device neither blocks the caller nor
 * loses data. The whole file is read before it is decoded: if it changes meanwhile, the result is
 * an error, or the picture as it was read.
 *
 * After a failure the image is empty, 0 x 0. Its memory stays, for the next picture or
 * furrow_image_clear. The error names the file, what was expected and what was found:
 *   FURROW_EINVAL   not a regular file, or a bad option
 *   FURROW_EFBIG    beyond a limit
 *   FURROW_EFORMAT  not a PNG, or a damaged one; the text has libpng's reason
 *   FURROW_ENOMEM   no memory
 *   -errno          the file cannot be opened or read: FURROW_ENOENT, -EACCES, FURROW_EIO, ...
 */
int furrow_image_read(furrow_image *image, const char *path, const furrow_image_options *options,
                      furrow_error *error);

/*
 * Reads the PNG in the `size` bytes at `bytes` into `image`, as furrow_image_read does. Errors call
 * it `name`, or "image" if that is NULL. The bytes are not needed afterwards.
 */
int furrow_image_decode(furrow_image *image, const void *bytes, size_t size, const char *name,
                        const furrow_image_options *options, furrow_error *error);

/*
 * Writes the image as an 8-bit gray PNG, by furrow_output_replace (output.h): PATH is always the
 * old file or the whole new one, a link stays, and a device or a FIFO is written to.
 *
 *   FURROW_EINVAL  an empty picture, or one that no PNG can hold
 *   FURROW_ENOMEM  no memory
 *   -errno         the file cannot be written
 */
int furrow_image_write(const furrow_image *image, const char *path, furrow_error *error);

/* Makes the same PNG in memory. The caller frees `*bytes`, which is NULL after a failure.
 * FURROW_EINVAL, FURROW_ENOMEM. */
int furrow_image_encode(unsigned char **bytes, size_t *size, const furrow_image *image,
                        furrow_error *error);

/* Frees the pixels; the image is {0} again. The image may be empty. */
void furrow_image_clear(furrow_image *image);

/* ---- many pictures ---- */

/*
 * What is kept from picture to picture: memory for files and rows, the state of zlib, and the open
 * folder of the last file. A worker should keep a reader beside its furrow_image. If neither has to
 * grow, a plain picture allocates nothing: 8 bits a sample, no palette, no transparent colour, not
 * interlaced, at most 256 KiB of samples. Only one thread at a time may use a reader.
 */
typedef struct furrow_image_reader furrow_image_reader;

/* Copies the options. FURROW_EINVAL: a bad option. FURROW_ENOMEM. */
int furrow_image_reader_new(furrow_image_reader **reader, const furrow_image_options *options,
                            furrow_error *error);
void furrow_image_reader_free(furrow_image_reader *reader);

/*
 * Reads as furrow_image_read with the reader's options: the same pictures and the same errors.
 *
 * A folder stays open from its second file in a row on, for a tenth of a second. If a folder is
 * replaced by another of the same name within that time, files may still be read from the old one.
 * A process that changes its working folder must give a reader absolute paths.
 */
int furrow_image_reader_read(furrow_image *image, furrow_image_reader *reader, const char *path,
                             furrow_error *error);

/* The two halves of furrow_image_reader_read. _fetch reads the bytes of a file; they are valid
 * until the next _fetch or _free, and NULL after a failure. _decode is furrow_image_decode with the
 * reader's options, for any bytes. */
int furrow_image_reader_fetch(const unsigned char **bytes, size_t *size,
                              furrow_image_reader *reader, const char *path, furrow_error *error);
int furrow_image_reader_decode(furrow_image *image, furrow_image_reader *reader, const void *bytes,
                               size_t size, const char *name, furrow_error *error);

#ifdef __cplusplus
}
#endif

#endif

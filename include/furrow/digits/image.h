/*
 * image.h: PNG files as 8-bit gray pixels, safe to point at files from strangers.
 *
 *     furrow_image image = {0};
 *     furrow_error error;
 *     if (furrow_image_read(&image, "17.png", NULL, &error) != FURROW_OK)
 *         fprintf(stderr, "%s\n", error.text);
 *     ... image.pixels[y * image.width + x] ...
 *     furrow_image_clear(&image);
 *
 * Every kind of PNG is read: gray, RGB and palette of any bit depth, with or without alpha or a
 * transparent colour, interlaced or not; of an animation, its default picture.
 *   - Colours become gray with libpng's default weights, those of Rec. 709: 0.2127 red + 0.7152
 *     green + 0.0722 blue, on the values as stored: what a file says of its gamma or its colour
 *     space is not looked at. Or as ink differs from paper: see furrow_image_options.
 *   - 16 bits become 8 by rounding, 1, 2 and 4 bits by repeating them: 255 is always full.
 *   - Transparency is laid on a background: see furrow_image_options.
 *
 * Either the whole picture comes back, or an error and no picture:
 *   - An error: data that end early, before the end of the IEND chunk; a wrong checksum, whether a
 *     chunk's or the compressed picture's; more or less compressed data than the picture has
 *     pixels; whatever else libpng warns of.
 *   - Accepted: bytes after IEND; palette indices beyond the palette, which are black; and anything
 *     wrong within a chunk of metadata (text, time, colour space, Exif, ...). Metadata and unknown
 *     chunks are skipped unread and never decompressed. But a damaged chunk with an unknown name is
 *     an error: it may once have been a known one.
 *
 * Memory: width * height bytes, twice that with transparency, three times with colours, four times
 * with both; about 100 KB and a few rows for libpng; from a path, also the file. The limits are
 * checked before anything of that size is allocated. Time is bounded likewise: whatever a file
 * holds, what is decompressed is the picture and at most some hundred MB beyond it.
 *
 * All functions are thread-safe as long as no two threads use the same furrow_image at once, and
 * never print.
 */
#ifndef FURROW_DIGITS_IMAGE_H
#define FURROW_DIGITS_IMAGE_H

#include <stddef.h>

#include <furrow/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A picture; {0} is an empty one. It owns its pixels. Reading another picture into it reuses their
 * memory, so that a worker keeps one furrow_image for all its files. */
typedef struct furrow_image {
    size_t width, height;
    unsigned char *pixels; /* height rows of width bytes, from the top; 0 black, 255 white */
    size_t capacity;       /* bytes that `pixels` has room for, at least width * height */
} furrow_image;

/* The limits of an options struct that leaves them 0. */
#define FURROW_IMAGE_MAX_WIDTH     4096
#define FURROW_IMAGE_MAX_HEIGHT    4096
#define FURROW_IMAGE_MAX_FILE_SIZE 67108864 /* 64 MiB */

/* How colours become gray. What is gray already, the weights leave alone. */
enum {
    FURROW_IMAGE_LUMA,    /* by the weights above, as the eye sees it */
    FURROW_IMAGE_CONTRAST /* along the line from the paper's colour, the median of the border, to
                           * the ink's, that of all pixels farthest from it: yellow ink on white
                           * counts as much as black; each weight is that colour's part of the
                           * difference */
};

/* A fixed background, from 0 (black) to 255 (white). */
#define FURROW_IMAGE_BACKGROUND(gray) ((gray) + 1)

/* How to read; NULL or {0} reads well. */
typedef struct furrow_image_options {
    size_t max_width, max_height; /* pixels; 0: the defaults above */
    size_t max_file_size;         /* bytes, of a file or in memory; 0: the default above */

    /* What shines through where the picture is transparent: FURROW_IMAGE_BACKGROUND(gray), or 0:
     * black or white, whichever is farther from the ink, that is from the mean gray of all pixels
     * weighted by their alpha. White ink on nothing is read as white on black, black ink as black
     * on white, nothing at all as black; and a transparent colour of gray or RGB is laid on
     * itself, since a single colour that is left out is the paper's. Opaque pictures are the same
     * on any background. */
    int background;
    int gray; /* FURROW_IMAGE_LUMA or FURROW_IMAGE_CONTRAST */
} furrow_image_options;

/*
 * Reads the PNG file at `path` into `image`.
 *
 * Only a regular file is ever opened, so that a FIFO, a socket or a device neither blocks the
 * caller nor loses data. The file is read first and decoded then: one that changes meanwhile gives
 * an error, or the picture as it was read.
 *
 * After a failure the image is empty, 0 x 0; its memory stays, for the next picture or
 * furrow_image_clear. The error names the file, what was expected and what came:
 *   FURROW_EINVAL   not a regular file, or a bad option
 *   FURROW_EFBIG    beyond a limit
 *   FURROW_EFORMAT  not a PNG, or a broken one; libpng's reason is in the text
 *   FURROW_ENOMEM   no memory
 *   -errno          the file cannot be opened or read: FURROW_ENOENT, -EACCES, FURROW_EIO, ...
 */
int furrow_image_read(furrow_image *image, const char *path, const furrow_image_options *options,
                      furrow_error *error);

/*
 * Reads the PNG in the `size` bytes at `bytes` into `image`, as furrow_image_read does. Errors call
 * it `name`, or "image" where that is NULL. The bytes stay as they are and are not kept.
 */
int furrow_image_decode(furrow_image *image, const void *bytes, size_t size, const char *name,
                        const furrow_image_options *options, furrow_error *error);

/*
 * Writes the image as an 8-bit gray PNG, as furrow_output_replace (output.h) writes: PATH is the
 * old file or the whole new one, a link stays, a device or a FIFO is written to.
 *
 *   FURROW_EINVAL  an empty picture, or one that no PNG can hold
 *   FURROW_ENOMEM  no memory
 *   -errno         the file cannot be written
 */
int furrow_image_write(const furrow_image *image, const char *path, furrow_error *error);

/* The same PNG in memory, which the caller frees; NULL after a failure. FURROW_EINVAL,
 * FURROW_ENOMEM. */
int furrow_image_encode(unsigned char **bytes, size_t *size, const furrow_image *image,
                        furrow_error *error);

/* Frees the pixels; the image is {0} again. Fine on an empty one. */
void furrow_image_clear(furrow_image *image);

/* ---- many pictures ---- */

/*
 * What reading leaves behind for the next picture: memory for files and rows, what zlib knows, and
 * the folder of the last file, open. A worker keeps one beside its furrow_image, and where neither
 * has to grow, nothing is allocated for a picture that is plain: 8 bits a sample, no palette, no
 * transparent colour, not interlaced, at most 256 KiB of samples. One thread at a time.
 */
typedef struct furrow_image_reader furrow_image_reader;

/* The options are copied. FURROW_EINVAL: a bad option. FURROW_ENOMEM. */
int furrow_image_reader_new(furrow_image_reader **reader, const furrow_image_options *options,
                            furrow_error *error);
void furrow_image_reader_free(furrow_image_reader *reader);

/*
 * furrow_image_read, with the reader's options: the same pictures and the same errors.
 *
 * From the second file in a row on, a folder stays open, and names are looked up in it: for a
 * tenth of a second one that is replaced may be read as it was, then what has its name now. A
 * reader whose process changes its working folder is for absolute paths.
 */
int furrow_image_reader_read(furrow_image *image, furrow_image_reader *reader, const char *path,
                             furrow_error *error);

/* The two halves of furrow_image_reader_read: the bytes of a file, the reader's until it fetches
 * another or is freed (NULL after a failure), and furrow_image_decode of any bytes. */
int furrow_image_reader_fetch(const unsigned char **bytes, size_t *size,
                              furrow_image_reader *reader, const char *path, furrow_error *error);
int furrow_image_reader_decode(furrow_image *image, furrow_image_reader *reader, const void *bytes,
                               size_t size, const char *name, furrow_error *error);

#ifdef __cplusplus
}
#endif

#endif

/*
 * quick.c: decodes plain pictures: 8 bits, no palette, no colour key, not interlaced, not large,
 * and with nothing odd in the file. libpng passes zlib one row at a time, and short rows never
 * reach zlib's fast loop. Here all rows are decompressed at once.
 *
 * libpng would decode every picture that is accepted here to the same samples. No picture is
 * refused here: in case of doubt it is left to libpng, which decides and words the error.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum {
    SIGNATURE_SIZE = 8,
    HEADER_SIZE = 13,
    MAX_ROWS = 262144, /* bytes of filtered rows, which a second level cache holds */
    SLACK = 320,       /* zlib's fast loop needs room for 258 bytes more than it writes */
    LARGEST_WINDOW = 32768,
    STREAM_HEADER = 2, /* bytes before and after the data of a zlib stream */
    STREAM_TRAILER = 4
};

/* A position in the sequence of chunks, and the chunk there. */
struct chunk_position {
    const unsigned char *next, *end;
    const unsigned char *name, *content;
    size_t size;
};

/* The bytes read so far of those behind the compressed data of a zlib stream. */
struct trailer {
    unsigned char bytes[STREAM_TRAILER];
    size_t size;
};

/* The size of the picture; of a row without its filter byte, and of all rows with theirs. */
struct shape {
    size_t width, height, channels;
    size_t row_size, filtered_size;
};

static uint32_t number_at(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static bool step(struct chunk_position *walk)
{
    const size_t around = 12; /* length, name and checksum */
    size_t left = (size_t)(walk->end - walk->next);
    if (left < around)
        return false;
    walk->size = number_at(walk->next);
    if (walk->size > INT32_MAX || walk->size > left - around)
        return false;
    walk->name = walk->next + 4;
    walk->content = walk->next + 8;
    walk->next += around + walk->size;
    return true;
}

static bool is_at(const struct chunk_position *walk, const char *name)
{
    return memcmp(walk->name, name, 4) == 0;
}

static bool is_sound(const struct chunk_position *walk)
{
    return furrow__image_crc32(walk->name, 4 + walk->size) == number_at(walk->content + walk->size);
}

/* Moves to the next chunk that is no metadata. The checksums of metadata are ignored, as image.h
 * says. */
static bool step_over_metadata(struct chunk_position *walk)
{
    do {
        if (!step(walk))
            return false;
    } while (furrow__image_is_metadata(walk->name));
    return true;
}

static bool read_header(struct shape *shape, const struct chunk_position *walk,
                        const furrow_image_options *options)
{
    static const unsigned char channels[] = {[0] = 1, [2] = 3, [4] = 2, [6] = 4}; /* by type */
    const unsigned char *content = walk->content;
    if (!is_at(walk, "IHDR") || walk->size != HEADER_SIZE || !is_sound(walk))
        return false;
    size_t width = number_at(content), height = number_at(content + 4);
    unsigned type = content[9];
    bool is_plain = content[8] == 8 && type < sizeof channels && channels[type] != 0 &&
                    content[10] == 0 && content[11] == 0 && content[12] == 0;
    if (!is_plain || width == 0 || height == 0 || width > options->max_width ||
        height > options->max_height || width > MAX_ROWS || height > MAX_ROWS)
        return false;
    size_t row_size = width * channels[type];
    *shape = (struct shape){width, height, channels[type], row_size, height * (1 + row_size)};
    return row_size < MAX_ROWS / height; /* filtered_size may have overflowed */
}

/* Checks the header of RFC 1950 as zlib does. A dictionary is refused, since PNG has none.
 *
 * Row by row, zlib refuses references that lie further back than the window of the stream; all at
 * once it does not. So the window must be so large that this makes no difference. */
static bool read_stream_header(const struct chunk_position *walk, const struct shape *shape)
{
    if (walk->size < STREAM_HEADER)
        return false;
    unsigned method = walk->content[0], flags = walk->content[1];
    const unsigned has_dictionary = 0x20;
    if ((method << 8 | flags) % 31 != 0 || (method & 15) != Z_DEFLATED || flags & has_dictionary)
        return false;
    size_t window = (size_t)1 << (8 + (method >> 4));
    return window == LARGEST_WINDOW || (window < LARGEST_WINDOW && window >= shape->filtered_size);
}

static int ready(struct furrow__image_quick *quick)
{
    if (quick->is_ready)
        return inflateReset(&quick->stream);
    int status = inflateInit2(&quick->stream, -MAX_WBITS);
    quick->is_ready = status == Z_OK;
    return status;
}

static int reserve_rows(struct furrow__image_quick *quick, const struct shape *shape,
                        const furrow__image_source *source)
{
    size_t size = shape->row_size + shape->filtered_size + SLACK;
    if (!furrow__image_reserve(&quick->rows, size) || ready(quick) != Z_OK)
        return furrow__image_fail(source, FURROW_ENOMEM, "no memory to decode it");
    memset(quick->rows.bytes, 0, shape->row_size);
    quick->stream.next_out = quick->rows.bytes + shape->row_size;
    quick->stream.avail_out = (uInt)(shape->filtered_size + SLACK);
    return FURROW_OK;
}

/* Keeps the input that zlib has left. */
static bool keep_trailer(struct trailer *trailer, const z_stream *stream)
{
    if (stream->avail_in > STREAM_TRAILER - trailer->size)
        return false;
    memcpy(trailer->bytes + trailer->size, stream->next_in, stream->avail_in);
    trailer->size += stream->avail_in;
    return true;
}

/* Decompresses all IDAT chunks. `walk` is at the first of them, and afterwards at the chunk behind
 * them. zlib gets the raw data between the header and the trailer of the stream. */
static bool inflate_chunks(struct chunk_position *walk, z_stream *stream, struct trailer *trailer)
{
    size_t skipped = STREAM_HEADER;
    int status = Z_OK;
    for (; is_at(walk, "IDAT"); skipped = 0) {
        if (walk->size == 0 || !is_sound(walk))
            return false;
        stream->next_in = walk->content + skipped;
        stream->avail_in = (uInt)(walk->size - skipped);
        if (!step(walk))
            return false;
        if (status == Z_OK && stream->avail_in > 0)
            status = inflate(stream, is_at(walk, "IDAT") ? Z_NO_FLUSH : Z_FINISH);
        bool is_read = status == Z_STREAM_END ? keep_trailer(trailer, stream)
                                              : status == Z_OK && stream->avail_in == 0;
        if (!is_read)
            return false;
    }
    return status == Z_STREAM_END;
}

/* Whether the IDAT chunks hold one valid stream of all rows and nothing else. */
static bool inflate_rows(struct chunk_position *walk, struct furrow__image_quick *quick,
                         const struct shape *shape)
{
    struct trailer trailer = {.size = 0};
    const unsigned char *rows = quick->stream.next_out;
    return inflate_chunks(walk, &quick->stream, &trailer) &&
           quick->stream.total_out == shape->filtered_size && trailer.size == STREAM_TRAILER &&
           number_at(trailer.bytes) == furrow__image_adler32(rows, shape->filtered_size);
}

static bool is_at_end(struct chunk_position *walk)
{
    if (furrow__image_is_metadata(walk->name) && !step_over_metadata(walk))
        return false;
    return is_at(walk, "IEND") && walk->size == 0 && is_sound(walk);
}

int furrow__image_read_quick(furrow_image *image, size_t *channels,
                             struct furrow__image_quick *quick, const unsigned char *bytes,
                             size_t size, const furrow_image_options *options,
                             const furrow__image_source *source)
{
    static const unsigned char signature[SIGNATURE_SIZE] = "\x89PNG\r\n\x1a\n";
    struct shape shape;
    if (size < SIGNATURE_SIZE || memcmp(bytes, signature, SIGNATURE_SIZE) != 0)
        return FURROW__IMAGE_LEFT;
    struct chunk_position walk = {.next = bytes + SIGNATURE_SIZE, .end = bytes + size};
    if (!step(&walk) || !read_header(&shape, &walk, options) || !step_over_metadata(&walk) ||
        !is_at(&walk, "IDAT") || !read_stream_header(&walk, &shape))
        return FURROW__IMAGE_LEFT;
    int code = reserve_rows(quick, &shape, source);
    if (code != FURROW_OK)
        return code;
    if (!inflate_rows(&walk, quick, &shape) || !is_at_end(&walk))
        return FURROW__IMAGE_LEFT;
    image->width = shape.width;
    image->height = shape.height;
    *channels = shape.channels;
    code = furrow__image_reserve_pixels(image, shape.channels, source);
    if (code != FURROW_OK)
        return code;
    const unsigned char *zeros = quick->rows.bytes, *filtered = zeros + shape.row_size;
    return furrow__image_unfilter(image->pixels, filtered, zeros, shape.height, shape.row_size,
                                  shape.channels)
               ? FURROW_OK
               : FURROW__IMAGE_LEFT;
}

void furrow__image_quick_clear(struct furrow__image_quick *quick)
{
    if (quick->is_ready)
        inflateEnd(&quick->stream);
    free(quick->rows.bytes);
    *quick = (struct furrow__image_quick){.is_ready = false};
}

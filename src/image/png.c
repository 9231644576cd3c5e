#include <png.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* libpng leaves a function by longjmp when something is wrong. This struct holds all that must
 * survive that, and the only local variable of a function with setjmp is a pointer to it. */
typedef struct decoder {
    const unsigned char *bytes;
    size_t size, position;
    size_t readable; /* libpng may read up to here */
    const furrow__image_source *source;
    furrow_image *image;
    png_structp png;
    png_infop info;
    size_t channels;
    bool shows_background; /* in place of the transparent colour; else that colour shows */
    int passes;            /* over the rows: 1, or 7 for an interlaced picture */
    bool allocation_failed;
    int code;
} decoder;

/* The chunks of metadata: names with their final zeros, as png_set_keep_unknown_chunks takes them.
 * gAMA, cHRM, sRGB and iCCP are among them, since colour spaces are ignored. */
#define NAME_SIZE 5
static const png_byte metadata[] = "bKGD\0cHRM\0cICP\0cLLI\0eXIf\0gAMA\0hIST\0iCCP\0iTXt\0mDCV\0"
                                   "oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0sPLT\0sRGB\0tEXt\0tIME\0zTXt";
static const int metadata_count = sizeof metadata / NAME_SIZE;

bool furrow__image_is_metadata(const unsigned char *name)
{
    if (name[0] < 'a') /* a critical chunk */
        return false;
    for (int i = 0; i < metadata_count; i++)
        if (memcmp(metadata + NAME_SIZE * i, name, NAME_SIZE - 1) == 0)
            return true;
    return false;
}

static void on_error(png_structp png, png_const_charp text)
{
    decoder *self = png_get_error_ptr(png);
    self->code = self->allocation_failed ? FURROW_ENOMEM : FURROW_EFORMAT;
    furrow__image_fail(self->source, self->code, "%s",
                       self->allocation_failed ? "no memory to decode it" : text);
    png_longjmp(png, 1);
}

/* With a warning libpng goes on, but not with the picture in the file: it may have dropped a colour
 * key with a wrong checksum, or left pixels over. So a warning is an error. */
static void on_warning(png_structp png, png_const_charp text)
{
    png_byte name[4];
    png_save_uint_32(name, png_get_io_chunk_type(png));
    if (!furrow__image_is_metadata(name))
        png_error(png, text);
}

static png_voidp on_malloc(png_structp png, png_alloc_size_t size)
{
    decoder *self = png_get_mem_ptr(png);
    void *memory = malloc(size);
    if (!memory)
        self->allocation_failed = true;
    return memory;
}

static void on_free(png_structp png, png_voidp memory)
{
    (void)png;
    free(memory);
}

static void on_read(png_structp png, png_bytep bytes, size_t size)
{
    decoder *self = png_get_io_ptr(png);
    if (size > self->readable - self->position)
        png_error(png, self->readable < self->size ? "too much image data"
                                                   : "the data end early; is the file complete?");
    memcpy(bytes, self->bytes + self->position, size);
    self->position += size;
}

static bool guarded(decoder *self, void step(decoder *))
{
    if (setjmp(png_jmpbuf(self->png)))
        return false;
    step(self);
    return true;
}

/* Lifts libpng's own limits: check_size has a better message for large pictures, and skipped chunks
 * may have any length. */
static void read_header(decoder *self)
{
    png_structp png = self->png;
    png_set_read_fn(png, self, on_read);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_chunk_malloc_max(png, 0);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, metadata, metadata_count);
    png_read_info(png, self->info);

    if (png_get_color_type(png, self->info) == PNG_COLOR_TYPE_PALETTE || self->shows_background)
        png_set_expand(png);
    else
        png_set_expand_gray_1_2_4_to_8(png);
    png_set_scale_16(png);
    self->passes = png_set_interlace_handling(png);
    self->image->width = png_get_image_width(png, self->info);
    self->image->height = png_get_image_height(png, self->info);
}

static int check_size(decoder *self, const furrow_image_options *options)
{
    size_t width = self->image->width, height = self->image->height;
    if (width > options->max_width || height > options->max_height)
        return furrow__image_fail(self->source, FURROW_EFBIG,
                                  "expected at most %zu x %zu pixels, got %zu x %zu; max_width and "
                                  "max_height can be raised",
                                  options->max_width, options->max_height, width, height);
    return FURROW_OK;
}

/* From here on libpng allocates rows. */
static void start_rows(decoder *self)
{
    png_read_update_info(self->png, self->info);
    self->channels = png_get_channels(self->png, self->info);
    if (png_get_rowbytes(self->png, self->info) != self->image->width * self->channels)
        png_error(self->png, "libpng gives rows of another size than expected");
}

/* With the last row libpng decompresses all data after it, which may be gigabytes from a small
 * file. A row has at most 8 bytes a pixel, and a byte in a chunk of its own takes 13. */
static void bound_last_row(decoder *self)
{
    size_t enough = 65536 + 8 * 13 * self->image->width;
    if (enough < self->size - self->position)
        self->readable = self->position + enough;
}

static void read_rows(decoder *self)
{
    const furrow_image *image = self->image;
    const size_t row_size = image->width * self->channels;
    for (int pass = 0; pass < self->passes; pass++)
        for (size_t y = 0; y < image->height; y++) {
            if (pass == self->passes - 1 && y == image->height - 1)
                bound_last_row(self);
            png_read_row(self->png, image->pixels + y * row_size, NULL);
        }
    self->readable = self->size;
    png_read_end(self->png, NULL);
}

static int decode(decoder *self, const furrow_image_options *options)
{
    furrow_image *image = self->image;
    if (!guarded(self, read_header))
        return self->code;
    int code = check_size(self, options);
    if (code != FURROW_OK)
        return code;
    if (!guarded(self, start_rows))
        return self->code;
    code = furrow__image_reserve_pixels(image, self->channels, self->source);
    if (code != FURROW_OK)
        return code;
    return guarded(self, read_rows) ? FURROW_OK : self->code;
}

/* Guesses the format by the first bytes. */
static const char *guess_format(const unsigned char *bytes, size_t size)
{
    const struct {
        const char *start, *format;
    } table[] = {
        {"\xff\xd8\xff", "a JPEG"}, {"GIF8", "a GIF"}, {"BM", "a BMP"},        {"II*", "a TIFF"},
        {"RIFF", "a WebP"},         {"%PDF", "a PDF"}, {"\x1f\x8b", "a gzip"}, {"<", "HTML or XML"},
    };
    if (size == 0)
        return "an empty file";
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t length = strlen(table[i].start);
        if (size >= length && memcmp(bytes, table[i].start, length) == 0)
            return table[i].format;
    }
    return "something else";
}

/* Checks only whether the file is meant to be a PNG; for other faults libpng has the better
 * message. */
static int check_signature(const decoder *self)
{
    const size_t length = 4;
    if (self->size >= length && png_sig_cmp(self->bytes, 0, length) == 0)
        return FURROW_OK;
    const char *format = guess_format(self->bytes, self->size);
    return furrow__image_fail(self->source, FURROW_EFORMAT, "expected a PNG, got %s", format);
}

int furrow__image_read_png(furrow_image *image, size_t *channels, const unsigned char *bytes,
                           size_t size, const furrow_image_options *options,
                           const furrow__image_source *source)
{
    decoder self = {.bytes = bytes,
                    .size = size,
                    .readable = size,
                    .source = source,
                    .image = image,
                    .shows_background = options->background != 0};
    int code = check_signature(&self);
    if (code != FURROW_OK)
        return code;
    self.png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, &self, on_error, on_warning, &self,
                                        on_malloc, on_free);
    if (self.png)
        self.info = png_create_info_struct(self.png);
    if (self.info)
        code = decode(&self, options);
    else if (self.code)
        code = self.code;
    else
        code = furrow__image_fail(source, FURROW_ENOMEM, "no memory to decode it");
    png_destroy_read_struct(&self.png, &self.info, NULL);
    *channels = self.channels;
    return code;
}

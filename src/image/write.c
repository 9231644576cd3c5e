#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/output.h>

#include "internal.h"

/* libpng leaves a function by longjmp when something is wrong. This struct holds all that must
 * survive that. */
struct writer {
    const furrow_image *image;
    FILE *file;
    png_structp png;
    png_infop info;
    bool allocation_failed;
};

static void on_error(png_structp png, png_const_charp text)
{
    (void)text;
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
}

static png_voidp on_malloc(png_structp png, png_alloc_size_t size)
{
    struct writer *self = png_get_mem_ptr(png);
    void *memory = malloc(size);
    self->allocation_failed = self->allocation_failed || !memory;
    return memory;
}

static void on_free(png_structp png, png_voidp memory)
{
    (void)png;
    free(memory);
}

static bool write_rows(struct writer *self)
{
    const furrow_image *image = self->image;
    if (setjmp(png_jmpbuf(self->png)))
        return false;
    png_init_io(self->png, self->file);
    png_set_IHDR(self->png, self->info, (png_uint_32)image->width, (png_uint_32)image->height, 8,
                 PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_write_info(self->png, self->info);
    for (size_t y = 0; y < image->height; y++)
        png_write_row(self->png, image->pixels + y * image->width);
    png_write_end(self->png, NULL);
    return true;
}

/* FURROW_EIO: the write failed, and errno has no reason. */
static int write_png(const furrow_image *image, FILE *file)
{
    struct writer self = {.image = image, .file = file};
    errno = 0;
    self.png = png_create_write_struct_2(PNG_LIBPNG_VER_STRING, &self, on_error, on_warning, &self,
                                         on_malloc, on_free);
    if (self.png)
        self.info = png_create_info_struct(self.png);
    bool written = self.info && write_rows(&self) && fflush(file) == 0;
    int code = self.allocation_failed || !self.info ? FURROW_ENOMEM
               : errno != 0                         ? -errno
                                                    : FURROW_EIO;
    png_destroy_write_struct(&self.png, &self.info);
    return written ? FURROW_OK : code;
}

static int check_size(const furrow_image *image, const furrow__image_source *source)
{
    if (image->width > 0 && image->height > 0 && image->width <= PNG_UINT_31_MAX &&
        image->height <= PNG_UINT_31_MAX)
        return FURROW_OK;
    return furrow__image_fail(source, FURROW_EINVAL,
                              "a PNG has 1 to 2147483647 pixels a side, got %zu x %zu",
                              image->width, image->height);
}

static int encode(unsigned char **bytes, size_t *size, const furrow_image *image,
                  const furrow__image_source *source)
{
    char *text = NULL;
    FILE *file = open_memstream(&text, size);
    int code = file ? write_png(image, file) : FURROW_ENOMEM;
    if (file && fclose(file) != 0 && code == FURROW_OK)
        code = FURROW_ENOMEM;
    *bytes = (unsigned char *)text;
    return code
               ? furrow__image_fail(source, code, "cannot be encoded: %s", furrow_status_text(code))
               : FURROW_OK;
}

int furrow_image_encode(unsigned char **bytes, size_t *size, const furrow_image *image,
                        furrow_error *error)
{
    const furrow__image_source source = {"image", error};
    *bytes = NULL;
    *size = 0;
    int code = check_size(image, &source);
    if (code == FURROW_OK)
        code = encode(bytes, size, image, &source);
    if (code != FURROW_OK) {
        free(*bytes);
        *bytes = NULL;
        *size = 0;
    }
    return code;
}

int furrow_image_write(const furrow_image *image, const char *path, furrow_error *error)
{
    const furrow__image_source source = {path, error};
    unsigned char *bytes = NULL;
    size_t size = 0;
    int code = check_size(image, &source);
    if (code == FURROW_OK)
        code = encode(&bytes, &size, image, &source);
    if (code == FURROW_OK)
        code = furrow_output_replace(path, bytes, size, error);
    free(bytes);
    return code;
}

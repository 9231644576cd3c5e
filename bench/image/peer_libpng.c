#include <fcntl.h>
#include <png.h>
#include <setjmp.h>
#include <string.h>
#include <unistd.h>

#include "peers.h"

enum { MAX_BYTES = 65536 };

struct memory {
    unsigned char bytes[MAX_BYTES];
    size_t size, position;
};

size_t peer_read_file(unsigned char *bytes, size_t capacity, const char *path)
{
    int file = open(path, O_RDONLY);
    if (file < 0)
        return 0;
    ssize_t size = read(file, bytes, capacity);
    close(file);
    return size > 0 ? (size_t)size : 0;
}

static void on_read(png_structp png, png_bytep to, size_t size)
{
    struct memory *memory = png_get_io_ptr(png);
    if (size > memory->size - memory->position)
        png_error(png, "the data end early");
    memcpy(to, memory->bytes + memory->position, size);
    memory->position += size;
}

static bool decode(unsigned char *pixels, png_structp png, png_infop info)
{
    png_bytep rows[PEER_SIDE];
    if (setjmp(png_jmpbuf(png)))
        return false;
    for (int y = 0; y < PEER_SIDE; y++)
        rows[y] = pixels + y * PEER_SIDE;
    png_read_info(png, info);
    if (png_get_rowbytes(png, info) != PEER_SIDE || png_get_image_height(png, info) != PEER_SIDE)
        return false;
    png_read_image(png, rows);
    png_read_end(png, NULL);
    return true;
}

bool peer_libpng(unsigned char *pixels, const char *path)
{
    struct memory memory;
    memory.position = 0;
    memory.size = peer_read_file(memory.bytes, MAX_BYTES, path);
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_set_read_fn(png, &memory, on_read);
    bool decoded = decode(pixels, png, info);
    png_destroy_read_struct(&png, &info, NULL);
    return decoded;
}

bool peer_libpng_write(const char *path, const unsigned char *pixels)
{
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = PEER_SIDE,
                       .height = PEER_SIDE,
                       .format = PNG_FORMAT_GRAY};
    return png_image_write_to_file(&image, path, 0, pixels, 0, NULL) != 0;
}

/* peers.h: other decoders. Each reads a file of 28 x 28 gray pixels; false: it could not. */
#ifndef FURROW_BENCH_IMAGE_PEERS_H
#define FURROW_BENCH_IMAGE_PEERS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { PEER_SIDE = 28, PEER_PIXELS = PEER_SIDE * PEER_SIDE };

/* Opens, reads and closes: the part that no decoder avoids. Returns the size; 0: it failed. */
size_t peer_read_file(unsigned char *bytes, size_t capacity, const char *path);

/* libpng as its manual shows it: rows by png_read_image, default settings. */
bool peer_libpng(unsigned char *pixels, const char *path);
bool peer_libpng_write(const char *path, const unsigned char *pixels);

/* NULL: the build did not find the library. */
extern bool (*const peer_spng)(unsigned char *pixels, const char *path);
extern bool (*const peer_opencv)(unsigned char *pixels, const char *path);

#ifdef __cplusplus
}
#endif

#endif

#include <spng.h>

#include "peers.h"

static bool decode(unsigned char *pixels, const char *path)
{
    unsigned char bytes[65536];
    size_t size = peer_read_file(bytes, sizeof bytes, path);
    spng_ctx *context = spng_ctx_new(0);
    bool decoded = context && spng_set_png_buffer(context, bytes, size) == 0 &&
                   spng_decode_image(context, pixels, PEER_PIXELS, SPNG_FMT_PNG, 0) == 0;
    spng_ctx_free(context);
    return decoded;
}

bool (*const peer_spng)(unsigned char *pixels, const char *path) = decode;

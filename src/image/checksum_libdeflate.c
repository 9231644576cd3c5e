/* checksum_libdeflate.c: these take a tenth of the time of zlib's. */
#include <libdeflate.h>

#include "internal.h"

uint32_t furrow__image_crc32(const unsigned char *bytes, size_t size)
{
    return libdeflate_crc32(0, bytes, size);
}

uint32_t furrow__image_adler32(const unsigned char *bytes, size_t size)
{
    return libdeflate_adler32(1, bytes, size);
}

/* checksum_zlib.c: used if libdeflate is not installed. */
#include "internal.h"

uint32_t furrow__image_crc32(const unsigned char *bytes, size_t size)
{
    return (uint32_t)crc32_z(0, bytes, size);
}

uint32_t furrow__image_adler32(const unsigned char *bytes, size_t size)
{
    return (uint32_t)adler32_z(1, bytes, size);
}

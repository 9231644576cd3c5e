/* little_endian.h: numbers as files have them on every machine, the lowest byte first. */
#ifndef FURROW_DIGITS_NET_LITTLE_ENDIAN_H
#define FURROW_DIGITS_NET_LITTLE_ENDIAN_H

#include <stdint.h>
#include <string.h>

static inline uint32_t furrow__get(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

static inline void furrow__put(unsigned char *bytes, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        bytes[i] = (unsigned char)(value >> 8 * i);
}

static inline float furrow__get_real(const unsigned char *bytes)
{
    uint32_t bits = furrow__get(bytes);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline void furrow__put_real(unsigned char *bytes, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    furrow__put(bytes, bits);
}

#endif

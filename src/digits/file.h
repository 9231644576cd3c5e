/* file.h: what model files and checkpoints share: whole files, little-endian numbers. */
#ifndef FURROW__DIGITS_FILE_H
#define FURROW__DIGITS_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <furrow/status.h>

/* The whole of the file at `path`, which free takes back; `what` it should be is for the error. At
 * most 64 MiB, far above any model that is of use. */
int furrow__file_read(unsigned char **bytes, size_t *size, const char *path, const char *what,
                      furrow_error *error);

/* Writes PATH.partial, syncs it and renames it. */
int furrow__file_write(const unsigned char *bytes, size_t size, const char *path,
                       furrow_error *error);

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

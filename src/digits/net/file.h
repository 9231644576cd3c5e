/* file.h: what the files of models and checkpoints share: they are read as a whole, and their
 * numbers have the lowest byte first, on every machine. */
#ifndef FURROW_DIGITS_NET_FILE_H
#define FURROW_DIGITS_NET_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <furrow/status.h>

/* Reads the file at `path`, of at most 64 MiB, far above any useful model. The caller frees
 * `bytes`. Errors call the expected content `what`, such as "a model". */
int furrow__file_read(unsigned char **bytes, size_t *size, const char *path, const char *what,
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

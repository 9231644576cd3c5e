#include "digest.h"

#include <errno.h>
#include <sys/stat.h>

uint64_t furrow__digest_bytes(uint64_t digest, const void *bytes, size_t size)
{
    const unsigned char *byte = bytes;
    for (size_t i = 0; i < size; i++)
        digest = (digest ^ byte[i]) * UINT64_C(0x100000001b3);
    return digest;
}

uint64_t furrow__digest_file(uint64_t digest, const char *path)
{
    struct stat found;
    int64_t facts[3] = {0};
    if (stat(path, &found) == 0) {
        facts[0] = found.st_size;
        facts[1] = found.st_mtim.tv_sec;
        facts[2] = found.st_mtim.tv_nsec;
    } else {
        facts[0] = -errno;
    }
    return furrow__digest_bytes(digest, facts, sizeof facts);
}

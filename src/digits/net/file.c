#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_BYTES = 1 << 26 };

static int refuse(furrow_error *error, const char *verb, const char *path)
{
    int code = errno ? errno : EIO;
    return furrow_error_set(error, -code, "%s: cannot %s: %s", path, verb,
                            furrow_status_text(-code));
}

/* Reads an open file, and one byte more than fstat said, to see that it ends there. */
static int read_all(unsigned char **bytes, size_t *size, int file, const char *path,
                    const char *what, furrow_error *error)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return refuse(error, "read", path);
    if (!S_ISREG(status.st_mode) || status.st_size > MAX_BYTES)
        return furrow_error_set(error, FURROW_EFORMAT, "%s: not %s: %s", path, what,
                                S_ISREG(status.st_mode) ? "larger than 64 MiB" : "not a file");
    size_t capacity = (size_t)status.st_size + 1;
    *bytes = malloc(capacity);
    if (!*bytes)
        return furrow_error_set(error, FURROW_ENOMEM, "%s: no memory for %zu bytes", path,
                                capacity);
    ssize_t some = 1;
    for (*size = 0; *size < capacity && some > 0; *size += (size_t)some) {
        errno = 0;
        some = read(file, *bytes + *size, capacity - *size);
        if (some < 0)
            return refuse(error, "read", path);
    }
    return FURROW_OK;
}

int furrow__file_read(unsigned char **bytes, size_t *size, const char *path, const char *what,
                      furrow_error *error)
{
    *bytes = NULL;
    *size = 0;
    errno = 0;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return refuse(error, "open", path);
    int status = read_all(bytes, size, file, path, what, error);
    close(file);
    if (status) {
        free(*bytes);
        *bytes = NULL;
    }
    return status;
}

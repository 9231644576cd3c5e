#include "output.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int output_open(struct output *output, const char *path, furrow_error *error)
{
    bool standard = !path || strcmp(path, "-") == 0;
    output->file = STDOUT_FILENO;
    output->path = standard ? NULL : path;
    output->partial = NULL;
    if (standard)
        return FURROW_OK;
    if (asprintf(&output->partial, "%s.partial", path) < 0) {
        output->partial = NULL;
        return furrow_error_set(error, FURROW_ENOMEM, "out of memory");
    }
    output->file = open(output->partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (output->file >= 0)
        return FURROW_OK;
    int status =
        furrow_error_set(error, -errno, "%s: cannot write: %s", output->partial, strerror(errno));
    free(output->partial);
    return status;
}

int output_write(void *context, const char *bytes, size_t size)
{
    const struct output *output = context;
    while (size > 0) {
        ssize_t written = write(output->file, bytes, size);
        if (written < 0 && errno != EINTR)
            return -errno;
        if (written < 0)
            continue;
        bytes += written;
        size -= (size_t)written;
    }
    return FURROW_OK;
}

int output_close(struct output *output, bool whole, furrow_error *error)
{
    if (!output->path)
        return FURROW_OK;
    int status = FURROW_OK;
    bool synced = fsync(output->file) == 0;
    if (close(output->file) != 0 || !synced ||
        (whole && rename(output->partial, output->path) != 0))
        status =
            furrow_error_set(error, -errno, "%s: cannot finish: %s", output->path, strerror(errno));
    if (!whole || status)
        fprintf(stderr, "furrow: what was finished is in %s\n", output->partial);
    free(output->partial);
    return status;
}

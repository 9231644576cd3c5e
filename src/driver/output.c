#include "output.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void output_hold_standard(void)
{
    const int wrong_way[] = {O_WRONLY, O_RDONLY, O_RDONLY};
    for (int i = 0; i < 3; i++)
        if (fcntl(i, F_GETFD) < 0 && open("/dev/null", wrong_way[i]) < 0)
            return; /* the lowest free number is i; without /dev/null nothing can be done */
}

int output_open(furrow_output *output, const char *path, furrow_error *error)
{
    *output = (furrow_output){.file = STDOUT_FILENO};
    return !path || strcmp(path, "-") == 0 ? FURROW_OK : furrow_output_open(output, path, error);
}

int output_write(void *context, const char *bytes, size_t size)
{
    return furrow_output_write(context, bytes, size, NULL);
}

static bool is_file(const furrow_output *output)
{
    struct stat status;
    return fstat(output->file, &status) == 0 && S_ISREG(status.st_mode);
}

int output_write_at(const furrow_output *output, const char *bytes, size_t size, uint64_t offset)
{
    while (size > 0) {
        ssize_t written = pwrite(output->file, bytes, size, (off_t)offset);
        if (written < 0 && errno != EINTR)
            return -errno;
        if (written < 0)
            continue;
        bytes += written;
        offset += (uint64_t)written;
        size -= (size_t)written;
    }
    return FURROW_OK;
}

bool output_at_any_place(const furrow_output *output)
{
    return output->partial != NULL;
}

uint64_t output_position(const furrow_output *output)
{
    if (!is_file(output))
        return 0;
    bool appends = fcntl(output->file, F_GETFL) & O_APPEND;
    off_t position = lseek(output->file, 0, appends ? SEEK_END : SEEK_CUR);
    return position > 0 ? (uint64_t)position : 0;
}

void output_cut(const furrow_output *output, uint64_t start, uint64_t size)
{
    struct stat status;
    if (!is_file(output) || fstat(output->file, &status) != 0)
        return;
    if ((uint64_t)status.st_size > start + size && ftruncate(output->file, (off_t)(start + size)))
        fprintf(stderr, "furrow: cannot cut the output behind its last whole row: %s\n",
                strerror(errno));
}

int output_close(furrow_output *output, bool whole, furrow_error *error)
{
    if (!output->path)
        return FURROW_OK;
    int status = whole ? furrow_output_finish(output, error) : FURROW_OK;
    if (output->partial)
        fprintf(stderr, "furrow: what was finished is in %s\n", output->partial);
    if (status)
        furrow_output_keep(output, NULL);
    else if (!whole)
        status = furrow_output_keep(output, error);
    furrow_output_clear(output);
    return status;
}

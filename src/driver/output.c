#include "output.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
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

/* A device or a pipe is written as it is: there is nothing to complete, and renaming would replace
 * it. */
static bool is_special(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

static int open_file(struct output *output, const char *name, int flags, furrow_error *error)
{
    output->file = open(name, O_WRONLY | O_CLOEXEC | flags, 0666);
    if (output->file >= 0)
        return FURROW_OK;
    return furrow_error_set(error, -errno, "%s: cannot write: %s", name, strerror(errno));
}

/* A link stays: what it leads to is written. */
static int open_path(struct output *output, const char *path, furrow_error *error)
{
    output->path = realpath(path, NULL);
    if (!output->path)
        output->path = strdup(path);
    if (output->path && is_special(output->path))
        return open_file(output, output->path, 0, error);
    if (!output->path || asprintf(&output->partial, "%s.partial", output->path) < 0) {
        output->partial = NULL;
        return furrow_error_set(error, FURROW_ENOMEM, "out of memory");
    }
    return open_file(output, output->partial, O_CREAT | O_TRUNC, error);
}

static void forget(struct output *output)
{
    free(output->path);
    free(output->partial);
    output->path = output->partial = NULL;
}

int output_open(struct output *output, const char *path, furrow_error *error)
{
    *output = (struct output){.file = STDOUT_FILENO};
    if (!path || strcmp(path, "-") == 0)
        return FURROW_OK;
    int status = open_path(output, path, error);
    if (status)
        forget(output);
    return status;
}

static bool is_file(const struct output *output)
{
    struct stat status;
    return fstat(output->file, &status) == 0 && S_ISREG(status.st_mode);
}

/* Takes the last bytes of a file off again. */
static void take_back(const struct output *output, size_t size)
{
    struct stat status;
    if (size == 0 || !is_file(output) || fstat(output->file, &status) != 0)
        return;
    off_t end = lseek(output->file, 0, SEEK_CUR), begin = end - (off_t)size;
    if (end == status.st_size && begin >= 0 && ftruncate(output->file, begin) == 0)
        lseek(output->file, begin, SEEK_SET);
}

int output_write(void *context, const char *bytes, size_t size)
{
    const struct output *output = context;
    for (size_t done = 0; done < size;) {
        ssize_t written = write(output->file, bytes + done, size - done);
        if (written >= 0) {
            done += (size_t)written;
        } else if (errno == EAGAIN) {
            poll(&(struct pollfd){.fd = output->file, .events = POLLOUT}, 1, -1);
        } else if (errno != EINTR) {
            int failure = -errno;
            take_back(output, done);
            return failure;
        }
    }
    return FURROW_OK;
}

int output_write_at(const struct output *output, const char *bytes, size_t size, uint64_t offset)
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

bool output_at_any_place(const struct output *output)
{
    return output->partial != NULL;
}

uint64_t output_position(const struct output *output)
{
    if (!is_file(output))
        return 0;
    bool appends = fcntl(output->file, F_GETFL) & O_APPEND;
    off_t position = lseek(output->file, 0, appends ? SEEK_END : SEEK_CUR);
    return position > 0 ? (uint64_t)position : 0;
}

void output_cut(const struct output *output, uint64_t start, uint64_t size)
{
    struct stat status;
    if (!is_file(output) || fstat(output->file, &status) != 0)
        return;
    if ((uint64_t)status.st_size > start + size && ftruncate(output->file, (off_t)(start + size)))
        fprintf(stderr, "furrow: cannot cut the output behind its last whole row: %s\n",
                strerror(errno));
}

/* Syncs and closes; what cannot be synced (a pipe) says EINVAL and is as good as synced. */
static int finish(const struct output *output)
{
    int failure = fsync(output->file) == 0 || errno == EINVAL ? 0 : errno;
    if (close(output->file) != 0 && !failure)
        failure = errno;
    return failure;
}

int output_close(struct output *output, bool whole, furrow_error *error)
{
    if (!output->path)
        return FURROW_OK;
    int failure = finish(output);
    if (!failure && whole && output->partial && rename(output->partial, output->path) != 0)
        failure = errno;
    if (output->partial && (!whole || failure))
        fprintf(stderr, "furrow: what was finished is in %s\n", output->partial);
    if (failure)
        furrow_error_set(error, -failure, "%s: cannot finish: %s", output->path, strerror(failure));
    forget(output);
    return -failure;
}

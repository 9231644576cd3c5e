#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

static int refuse(furrow_error *error, const char *verb, const char *path, int code)
{
    return furrow_error_set(error, code, "%s: cannot %s: %s", path ? path : "output", verb,
                            furrow_status_text(code));
}

/* ---- opening ---- */

static int open_file(furrow_output *output, const char *path, int flags, furrow_error *error)
{
    output->file = open(path, O_WRONLY | O_CLOEXEC | flags, 0666);
    return output->file >= 0 ? FURROW_OK : refuse(error, "write", path, -errno);
}

static int open_partial(furrow_output *output, furrow_error *error)
{
    struct stat found;
    output->partial = furrow__output_partial(output->path);
    if (!output->partial)
        return refuse(error, "write", output->path, FURROW_ENOMEM);
    /* O_NOFOLLOW: a rename would put a link at the path. */
    int status = open_file(output, output->partial, O_CREAT | O_TRUNC | O_NOFOLLOW, error);
    if (status == FURROW_OK && stat(output->path, &found) == 0)
        (void)!fchmod(output->file, found.st_mode & 0777); /* some file systems have no modes */
    return status;
}

/* Duplicates the descriptor: a second open would start at the beginning, and fail for a socket. */
static int open_descriptor(furrow_output *output, int descriptor, furrow_error *error)
{
    output->file = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    return output->file >= 0 ? FURROW_OK : refuse(error, "write", output->path, -errno);
}

int furrow_output_open(furrow_output *output, const char *path, furrow_error *error)
{
    *output = (furrow_output){.file = -1, .path = furrow__output_follow(path)};
    int status, descriptor = output->path ? furrow__output_descriptor(output->path) : -1;
    if (!output->path)
        status = refuse(error, "write", path, -errno);
    else if (descriptor >= 0)
        status = open_descriptor(output, descriptor, error);
    else if (furrow__output_special(output->path))
        status = open_file(output, output->path, 0, error);
    else
        status = open_partial(output, error);
    if (status) {
        free(output->path);
        free(output->partial);
        *output = (furrow_output){.file = -1};
    }
    return status;
}

/* ---- writing ---- */

/* Removes the last bytes of a file. */
static void take_back(int file, size_t size)
{
    struct stat status;
    if (size == 0 || fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
        return;
    off_t end = lseek(file, 0, SEEK_CUR), begin = end - (off_t)size;
    if (end == status.st_size && begin >= 0 && ftruncate(file, begin) == 0)
        lseek(file, begin, SEEK_SET);
}

int furrow_output_write(const furrow_output *output, const void *bytes, size_t size,
                        furrow_error *error)
{
    for (size_t done = 0; done < size;) {
        ssize_t written = write(output->file, (const char *)bytes + done, size - done);
        if (written >= 0) {
            done += (size_t)written;
        } else if (errno == EAGAIN) {
            poll(&(struct pollfd){.fd = output->file, .events = POLLOUT}, 1, -1);
        } else if (errno != EINTR) {
            int code = -errno;
            take_back(output->file, done);
            return refuse(error, "write", output->partial ? output->partial : output->path, code);
        }
    }
    return FURROW_OK;
}

/* For fopencookie, whose streams report a failure as 0. */
static ssize_t write_stream(void *cookie, const char *bytes, size_t size)
{
    furrow_output *output = cookie;
    if (!output->failure)
        output->failure = furrow_output_write(output, bytes, size, NULL);
    return output->failure ? 0 : (ssize_t)size;
}

FILE *furrow_output_stream(furrow_output *output)
{
    const cookie_io_functions_t functions = {.write = write_stream};
    if (!output->stream)
        output->stream = fopencookie(output, "w", functions);
    return output->stream;
}

/* ---- ending ---- */

/* EINVAL: a pipe, say, which cannot be synced and need not be. */
static int sync_and_close(furrow_output *output)
{
    if (output->stream && fclose(output->stream) != 0 && !output->failure)
        output->failure = -errno;
    output->stream = NULL;
    int code = output->failure;
    if (!code && output->file >= 0 && fsync(output->file) != 0 && errno != EINVAL)
        code = -errno;
    if (output->file >= 0 && close(output->file) != 0 && !code)
        code = -errno;
    output->file = -1;
    return code;
}

int furrow_output_finish(furrow_output *output, furrow_error *error)
{
    int code = sync_and_close(output);
    if (code)
        return refuse(error, "write", output->partial ? output->partial : output->path, code);
    if (output->partial && rename(output->partial, output->path) != 0)
        return refuse(error, "replace", output->path, -errno);
    free(output->partial);
    output->partial = NULL;
    return FURROW_OK;
}

int furrow_output_keep(furrow_output *output, furrow_error *error)
{
    int code = sync_and_close(output);
    if (code)
        refuse(error, "write", output->partial ? output->partial : output->path, code);
    free(output->partial);
    output->partial = NULL;
    return code;
}

void furrow_output_clear(furrow_output *output)
{
    if (output->partial)
        unlink(output->partial);
    if (output->stream)
        fclose(output->stream);
    if (output->path && output->file >= 0)
        close(output->file);
    free(output->path);
    free(output->partial);
    *output = (furrow_output){.file = -1};
}

int furrow_output_replace(const char *path, const void *bytes, size_t size, furrow_error *error)
{
    furrow_output output;
    int status = furrow_output_open(&output, path, error);
    if (status == FURROW_OK)
        status = furrow_output_write(&output, bytes, size, error);
    if (status == FURROW_OK)
        status = furrow_output_finish(&output, error);
    furrow_output_clear(&output);
    return status;
}

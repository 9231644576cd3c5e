#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

static int fail_with_errno(const furrow__image_source *source, const char *verb)
{
    int code = -errno;
    return furrow__image_fail(source, code, "cannot be %s: %s", verb, furrow_status_text(code));
}

static const char *kind_of(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFDIR:
        return "directory";
    case S_IFIFO:
        return "FIFO";
    case S_IFSOCK:
        return "socket";
    case S_IFCHR:
    case S_IFBLK:
        return "device";
    default:
        return "special file";
    }
}

static int expect_regular(const struct stat *status, const furrow__image_source *source)
{
    if (S_ISREG(status->st_mode))
        return FURROW_OK;
    return furrow__image_fail(source, FURROW_EINVAL, "expected a regular file, got a %s",
                              kind_of(status->st_mode));
}

/* Checks the kind of the file before opening it, since opening a FIFO wakes its writer, and a
 * device may act when it is opened. O_NONBLOCK helps if the file is replaced in between. */
static int open_regular(int *file, size_t *size, int folder, const char *name,
                        const furrow__image_source *source)
{
    struct stat status;
    if (fstatat(folder, name, &status, 0) != 0)
        return fail_with_errno(source, "opened");
    int code = expect_regular(&status, source);
    if (code != FURROW_OK)
        return code;
    *file = openat(folder, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (*file < 0)
        return fail_with_errno(source, "opened");
    *size = (size_t)status.st_size;
    return FURROW_OK;
}

/* Tries the open folder first. If that fails, the folder may have been replaced: the path is
 * tried. */
static int open_path(int *file, size_t *size, struct furrow__image_folder *folder,
                     const furrow__image_source *source)
{
    const char *name;
    const furrow__image_source quiet = {source->name, NULL};
    int at = furrow__image_folder_enter(folder, &name, source->name);
    if (at != AT_FDCWD && open_regular(file, size, at, name, &quiet) == FURROW_OK)
        return FURROW_OK;
    if (at != AT_FDCWD)
        furrow__image_folder_leave(folder);
    return open_regular(file, size, AT_FDCWD, source->name, source);
}

/* Reads up to `*size` bytes. If the file has shrunk, `*size` becomes the number of bytes. pread
 * fails on a FIFO, so none loses data. */
static int read_up_to(unsigned char *bytes, size_t *size, int file,
                      const furrow__image_source *source)
{
    size_t done = 0;
    while (done < *size) {
        ssize_t got = pread(file, bytes + done, *size - done, (off_t)done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_with_errno(source, "read");
        if (got == 0)
            break;
        done += (size_t)got;
    }
    *size = done;
    return FURROW_OK;
}

/* Makes room for one byte more than the file has, to see that it ends there. */
static int reserve_file(struct furrow__image_buffer *buffer, size_t size, size_t limit,
                        const furrow__image_source *source)
{
    if (size > limit)
        return furrow__image_fail(
            source, FURROW_EFBIG,
            "expected a file of at most %zu bytes, got %zu; max_file_size can be raised", limit,
            size);
    if (!furrow__image_reserve(buffer, size + 1))
        return furrow__image_fail(source, FURROW_ENOMEM, "no memory for a file of %zu bytes", size);
    return FURROW_OK;
}

/* One read is enough if it returns the size that the file had before it was opened. Otherwise the
 * file may have been replaced, so the open file is checked. */
static int read_opened(struct furrow__image_buffer *buffer, size_t *size, size_t limit, int file,
                       const furrow__image_source *source)
{
    struct stat status;
    int code = reserve_file(buffer, *size, limit, source);
    if (code != FURROW_OK)
        return code;
    if (pread(file, buffer->bytes, *size + 1, 0) == (ssize_t)*size)
        return FURROW_OK;
    if (fstat(file, &status) != 0)
        return fail_with_errno(source, "read");
    code = expect_regular(&status, source);
    *size = (size_t)status.st_size;
    if (code == FURROW_OK)
        code = reserve_file(buffer, *size, limit, source);
    return code == FURROW_OK ? read_up_to(buffer->bytes, size, file, source) : code;
}

int furrow__image_read_file(struct furrow__image_buffer *buffer, size_t *size, size_t limit,
                            struct furrow__image_folder *folder, const furrow__image_source *source)
{
    int file = -1;
    *size = 0;
    int code = open_path(&file, size, folder, source);
    if (code != FURROW_OK)
        return code;
    code = read_opened(buffer, size, limit, file, source);
    close(file);
    return code;
}

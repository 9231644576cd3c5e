#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <furrow/clock.h>

#include "internal.h"

/* Seconds that a folder stays open. Opening it ten times a second costs next to nothing. */
static const double max_age = 0.1;

void furrow__image_folder_leave(struct furrow__image_folder *folder)
{
    if (folder->is_open)
        close(folder->file);
    folder->is_open = false;
    folder->length = 0;
}

static bool is_same(const struct furrow__image_folder *folder, const char *path, size_t length)
{
    return folder->length == length && memcmp(folder->path, path, length) == 0;
}

/* Another folder may have the name by now. */
static void close_if_old(struct furrow__image_folder *folder)
{
    if (!folder->is_open || furrow_clock_wall() - folder->opened_at < max_age)
        return;
    close(folder->file);
    folder->is_open = false;
}

/* A folder is not opened for its first file: opening it costs as much as resolving a path. */
int furrow__image_folder_enter(struct furrow__image_folder *folder, const char **name,
                               const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) + 1 : 0;
    *name = path;
    if (length == 0 || length >= sizeof folder->path || path[length] == '\0')
        return AT_FDCWD;
    if (!is_same(folder, path, length)) {
        furrow__image_folder_leave(folder);
        memcpy(folder->path, path, length);
        folder->path[length] = '\0';
        folder->length = length;
        return AT_FDCWD;
    }
    close_if_old(folder);
    if (!folder->is_open) {
        folder->file = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        folder->is_open = folder->file >= 0;
        folder->opened_at = furrow_clock_wall();
    }
    if (!folder->is_open)
        return AT_FDCWD;
    *name = slash + 1;
    return folder->file;
}

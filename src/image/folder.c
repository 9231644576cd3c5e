#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <furrow/clock.h>

#include "internal.h"

/* Seconds that a folder stays open: opening it again later costs nothing beside its use. */
static const double longest = 0.1;

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

/* Another may have its name by now. */
static void close_if_old(struct furrow__image_folder *folder)
{
    if (!folder->is_open || furrow_clock_wall() - folder->opened_at < longest)
        return;
    close(folder->file);
    folder->is_open = false;
}

/* A folder is opened for its second file: opening it costs as much as walking a path does. */
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

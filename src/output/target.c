#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

/* As many as Linux follows. */
static const int most_links = 40;

/* Of the folder that the path begins with, with its slash. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

int furrow__output_descriptor(const char *path)
{
    static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        size_t length = strlen(folders[i]);
        if (strncmp(path, folders[i], length) != 0)
            continue;
        size_t digits = strspn(path + length, "0123456789");
        if (digits > 0 && digits < 9 && !path[length + digits])
            return atoi(path + length);
    }
    return -1;
}

/* What the link `path` says, read from where it lies. */
static char *join(const char *path, const char *link)
{
    size_t folder = link[0] == '/' ? 0 : folder_length(path);
    char *joined = malloc(folder + strlen(link) + 1);
    if (joined) {
        memcpy(joined, path, folder);
        strcpy(joined + folder, link);
    }
    return joined;
}

char *furrow__output_follow(const char *path)
{
    char *at = strdup(path);
    for (int links = 0; at && links < most_links; links++) {
        char link[PATH_MAX];
        ssize_t length =
            furrow__output_descriptor(at) < 0 ? readlink(at, link, sizeof link - 1) : -1;
        if (length < 0)
            return at;
        link[length] = '\0';
        char *next = join(at, link);
        free(at);
        at = next;
    }
    errno = at ? ELOOP : ENOMEM;
    free(at);
    return NULL;
}

bool furrow__output_special(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && !S_ISREG(found.st_mode);
}

char *furrow__output_partial(const char *target)
{
    static const char suffix[] = ".partial";
    size_t length = strlen(target);
    char *partial = malloc(length + sizeof suffix);
    if (partial) {
        memcpy(partial, target, length);
        memcpy(partial + length, suffix, sizeof suffix);
    }
    return partial;
}

/* ---- before a long run ---- */

/* The folder of a followed path, in `folder`; false: too long. */
static bool folder_of(char folder[PATH_MAX], const char *path)
{
    size_t length = folder_length(path);
    if (length >= PATH_MAX)
        return false;
    memcpy(folder, path, length);
    strcpy(folder + length, length > 0 ? "" : ".");
    return true;
}

static int refuse(furrow_error *error, const char *path, const char *what, int code)
{
    return furrow_error_set(error, code, "%s: cannot write%s: %s", path, what,
                            furrow_status_text(code));
}

static int check_target(const char *target, furrow_error *error)
{
    char folder[PATH_MAX];
    struct stat found;
    if (furrow__output_descriptor(target) >= 0)
        return fcntl(furrow__output_descriptor(target), F_GETFD) < 0
                   ? refuse(error, target, "", -errno)
                   : FURROW_OK;
    if (!folder_of(folder, target))
        return refuse(error, target, "", -ENAMETOOLONG);
    bool special = stat(target, &found) == 0 && !S_ISREG(found.st_mode);
    if (special && S_ISDIR(found.st_mode))
        return refuse(error, target, "", -EISDIR);
    if (special && access(target, W_OK) != 0)
        return refuse(error, target, "", -errno);
    if (!special && access(folder, W_OK | X_OK) != 0)
        return refuse(error, target, " into its folder", -errno);
    return FURROW_OK;
}

int furrow_output_check(const char *path, furrow_error *error)
{
    if (!*path)
        return furrow_error_set(error, FURROW_EINVAL,
                                "expected the name of a file, got an empty one");
    char *target = furrow__output_follow(path);
    int status = target ? check_target(target, error) : refuse(error, path, "", -errno);
    free(target);
    return status;
}

int furrow_output_check_folder(const char *folder, furrow_error *error)
{
    struct stat found;
    if (!*folder)
        return furrow_error_set(error, FURROW_EINVAL,
                                "expected the name of a folder, got an empty one");
    int code = stat(folder, &found) != 0          ? -errno
               : !S_ISDIR(found.st_mode)          ? -ENOTDIR
               : access(folder, W_OK | X_OK) != 0 ? -errno
                                                  : FURROW_OK;
    return code ? refuse(error, folder, " into the folder", code) : FURROW_OK;
}

static bool is_same_node(const struct stat *left, const struct stat *right)
{
    return left->st_dev == right->st_dev && left->st_ino == right->st_ino;
}

/* Of files that are not there: the same name in the same folder. */
static bool is_same_place(const char *left, const char *right)
{
    char folder_left[PATH_MAX], folder_right[PATH_MAX];
    struct stat a, b;
    return strcmp(left + folder_length(left), right + folder_length(right)) == 0 &&
           folder_of(folder_left, left) && folder_of(folder_right, right) &&
           stat(folder_left, &a) == 0 && stat(folder_right, &b) == 0 && is_same_node(&a, &b);
}

/* Of two followed paths. */
static bool is_same(const char *left, const char *right)
{
    struct stat a, b;
    bool there = stat(left, &a) == 0;
    if (there != (stat(right, &b) == 0))
        return false;
    return there ? S_ISREG(a.st_mode) && is_same_node(&a, &b) : is_same_place(left, right);
}

bool furrow_output_hits(const char *path, const char *other)
{
    char *target = furrow__output_follow(path), *file = furrow__output_follow(other);
    char *partial = target ? furrow__output_partial(target) : NULL;
    bool special =
        target && (furrow__output_descriptor(target) >= 0 || furrow__output_special(target));
    bool hits = target && file && is_same(target, file);
    hits = hits || (partial && file && !special && is_same(partial, file));
    free(target);
    free(file);
    free(partial);
    return hits;
}

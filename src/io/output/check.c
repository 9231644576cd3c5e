#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

/* Copies the folder of a followed path; false: it is too long. */
static bool folder_of(char folder[PATH_MAX], const char *path)
{
    size_t length = furrow__output_folder_length(path);
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

/* A name of maximal length leaves no room for ".partial". */
static int check_partial(const char *target, furrow_error *error)
{
    struct stat found;
    char *partial = furrow__output_partial(target);
    int code = !partial                      ? FURROW_ENOMEM
               : lstat(partial, &found) == 0 ? FURROW_OK
               : errno == ENAMETOOLONG       ? -ENAMETOOLONG
                                             : FURROW_OK;
    int status = code ? refuse(error, partial ? partial : target, "", code) : FURROW_OK;
    free(partial);
    return status;
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
    return special ? FURROW_OK : check_partial(target, error);
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

/* For files that do not exist: the same name in the same folder. */
static bool is_same_place(const char *left, const char *right)
{
    char folder_left[PATH_MAX], folder_right[PATH_MAX];
    struct stat a, b;
    return strcmp(furrow__output_name(left), furrow__output_name(right)) == 0 &&
           folder_of(folder_left, left) && folder_of(folder_right, right) &&
           stat(folder_left, &a) == 0 && stat(folder_right, &b) == 0 && is_same_node(&a, &b);
}

/* For two followed paths. */
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

bool furrow_output_numbered(const char *path, const char *folder, const char *suffix)
{
    const char *name = furrow__output_name(path);
    const char *rest = name + strspn(name, "0123456789");
    char lies[PATH_MAX];
    struct stat left, right;
    size_t length = strlen(suffix);
    if (rest - name < 8 || strncmp(rest, suffix, length) != 0 ||
        (rest[length] && strcmp(rest + length, ".partial") != 0))
        return false;
    return folder_of(lies, path) && stat(lies, &left) == 0 && stat(folder, &right) == 0 &&
           is_same_node(&left, &right);
}

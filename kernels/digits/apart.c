/* apart.c: what a run writes is none of the pictures that it reads, nor of those of the next. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <furrow/output.h>

#include "digits.h"

/* As many as Linux follows. */
static const int most_links = 40;

/* A file, or the pictures of --explain-to. */
struct written {
    const char *path; /* of the file, or of the pictures' folder */
    const char *name; /* of the file in its folder; NULL: numbers, as --explain-to has them */
    char *folder;     /* in which it lies, without links; NULL: there is none */
    bool recursive;   /* folders of inputs are */
    bool picture;     /* the file is there, as `node`, and may be an input */
    struct stat node;
};

/* ---- paths ---- */

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* The folder that a path lies in, without links; NULL: it is not there. */
static char *folder_of(const char *path)
{
    size_t length = (size_t)(name_of(path) - path);
    char *folder = length ? strndup(path, length) : strdup(".");
    char *real = folder ? realpath(folder, NULL) : NULL;
    free(folder);
    return real;
}

static bool is_kind(const char *path, mode_t kind)
{
    struct stat found;
    return stat(path, &found) == 0 && (found.st_mode & S_IFMT) == kind;
}

/* Where the links at `path` lead, whether anything is there or not; false: it is none. */
static bool follow(char end[PATH_MAX], const char *path)
{
    char link[PATH_MAX];
    ssize_t length;
    int links = 0;
    snprintf(end, PATH_MAX, "%s", path);
    while (links < most_links && (length = readlink(end, link, sizeof link - 1)) > 0) {
        size_t folder = link[0] == '/' ? 0 : (size_t)(name_of(end) - end);
        if (folder + (size_t)length >= PATH_MAX)
            return false;
        link[length] = '\0';
        memcpy(end + folder, link, (size_t)length + 1);
        links++;
    }
    return links > 0;
}

static bool is_node(const char *path, const struct stat *node)
{
    struct stat found;
    return stat(path, &found) == 0 && found.st_dev == node->st_dev && found.st_ino == node->st_ino;
}

static bool is_same(const char *left, const char *right)
{
    struct stat found;
    return stat(left, &found) == 0 && is_node(right, &found);
}

static bool is_picture(const char *path)
{
    static const char signature[] = "\x89PNG\r\n\x1a\n";
    char begin[sizeof signature - 1];
    FILE *file = fopen(path, "rb");
    bool is = file && fread(begin, sizeof begin, 1, file) == 1 &&
              memcmp(begin, signature, sizeof begin) == 0;
    if (file)
        fclose(file);
    return is;
}

static bool is_png(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && strcasecmp(name + length - 4, ".png") == 0;
}

bool furrow__digits_is_explained(const char *path, const char *folder)
{
    const char *name = name_of(path);
    size_t digits = strspn(name, "0123456789");
    const char *rest = name + digits;
    if (digits < 8 || (strcmp(rest, ".png") != 0 && strcmp(rest, ".png.partial") != 0))
        return false;
    char *lies = folder_of(path);
    bool explained = lies && is_same(lies, folder);
    free(lies);
    return explained;
}

/* ---- one input ---- */

/* Whether the folder `input` gives what is in `inner`, a path without links: see paths.h. */
static bool gives(const char *input, const char *inner, bool recursive)
{
    char *at = strdup(inner);
    bool given = at && is_same(input, at);
    while (at && recursive && !given && name_of(at)[0] && name_of(at)[0] != '.') {
        char *slash = strrchr(at, '/');
        slash[slash == at] = '\0';
        given = is_same(input, at);
    }
    free(at);
    return given;
}

/* Of what may be millions of names, those that look the same are looked up; where the file is
 * a picture already, any may lead to it. */
static bool is_hit(const struct written *written, const char *input)
{
    if (!written->name)
        return furrow__digits_is_explained(input, written->path);
    const char *name = name_of(input);
    size_t length = strlen(written->name);
    bool alike = strncmp(name, written->name, length) == 0 &&
                 (!name[length] || strcmp(name + length, ".partial") == 0);
    return (written->picture && is_node(input, &written->node)) ||
           (alike && furrow_output_hits(written->path, input));
}

static int check_folder(const struct written *written, const char *input, furrow_error *error)
{
    const char *name = written->name;
    if (!written->folder || (name && (name[0] == '.' || !is_png(name))) ||
        !gives(input, written->folder, written->recursive))
        return FURROW_OK;
    return furrow_error_set(
        error, FURROW_EINVAL, "expected another place than the input folder %s, where %s", input,
        name ? "it would be read as a picture" : "what it writes would be read as pictures");
}

static int refuse(const struct written *written, const char *what, const char *input,
                  furrow_error *error)
{
    return furrow_error_set(error, FURROW_EINVAL,
                            "expected another %s %s %s, which would be written over",
                            written->name ? "file than" : "folder than that of", what, input);
}

/* What a list names by a picture's ending is taken for one unseen, as it is when it is read. */
static int check_input(const struct written *written, const char *input, bool listed,
                       furrow_error *error)
{
    if (!(listed && is_png(input)) && is_kind(input, S_IFDIR))
        return check_folder(written, input, error);
    return is_hit(written, input) ? refuse(written, "the input", input, error) : FURROW_OK;
}

/* ---- all inputs ---- */

static int check_names(const struct written *written, furrow_paths *paths, furrow_error *error)
{
    const char *path;
    int status = FURROW_OK;
    while (!status && furrow_paths_next(paths, &path, NULL) == FURROW_OK && path)
        status = check_input(written, path, true, error);
    return status;
}

/* What is in a list, which is left alone where it can be read but once; what is wrong with it is
 * said when it is read for good. One of the two names it. */
static int check_list(const struct written *written, const char *argument, const char *files0,
                      furrow_error *error)
{
    const furrow_paths_options options = {.suffix = ".png", .unopened = true, .files0 = files0};
    furrow_paths *paths;
    if (!is_kind(files0 ? files0 : argument + 1, S_IFREG))
        return FURROW_OK;
    int status = furrow_paths_new(&paths, &argument, files0 ? 0 : 1, &options);
    if (status)
        return furrow_error_set(error, status, "no memory for a list");
    status = check_names(written, paths, error);
    furrow_paths_free(paths);
    return status;
}

static int check_argument(const struct written *written, const char *argument, furrow_error *error)
{
    if (strcmp(argument, "-") == 0)
        return check_list(written, "@/dev/stdin", NULL, error);
    if (argument[0] != '@')
        return check_input(written, argument, false, error);
    const char *list = argument + 1;
    bool hit = written->name ? furrow_output_hits(written->path, list) : is_hit(written, list);
    return hit ? refuse(written, "the list", list, error)
               : check_list(written, argument, NULL, error);
}

static int check_all(struct written *written, const furrow_args *args, furrow_error *error)
{
    const char *const *files, *files0 = furrow_args_text(args, "files0-from");
    size_t count = furrow_args_list(args, "files", &files);
    int status = FURROW_OK;
    written->recursive = furrow_args_flag(args, "recursive");
    for (size_t i = 0; i < count && !status; i++)
        status = check_argument(written, files[i], error);
    if (files0 && strcmp(files0, "-") == 0)
        files0 = "/dev/stdin";
    return status || !files0 ? status : check_list(written, NULL, files0, error);
}

static int check_file(const furrow_args *args, const char *path, furrow_error *error)
{
    struct written written = {
        .path = path,
        .name = name_of(path),
        .folder = folder_of(path),
    };
    written.picture = stat(path, &written.node) == 0 && is_picture(path);
    const char *explain_to = furrow_args_text(args, "explain-to");
    int status = check_all(&written, args, error);
    if (!status && explain_to && furrow__digits_is_explained(path, explain_to))
        status = furrow_error_set(error, FURROW_EINVAL,
                                  "expected another file than those that --explain-to %s writes",
                                  explain_to);
    free(written.folder);
    return status;
}

int furrow__digits_may_write(const furrow_args *args, const char *path, furrow_error *error)
{
    struct stat found;
    if (stat(path, &found) == 0 && !S_ISREG(found.st_mode))
        return FURROW_OK;
    char end[PATH_MAX];
    int status = check_file(args, path, error);
    if (!status && follow(end, path)) /* the link stays, and what it leads to is written */
        status = check_file(args, end, error);
    return status;
}

/* Other files that the arguments name to be read, against the pictures. */
static int check_others(const struct written *written, const furrow_args *args, furrow_error *error)
{
    static const char *const read[] = {"files0-from", "model", "truth", "idx", "labels"};
    for (size_t i = 0; i < sizeof read / sizeof *read; i++) {
        const char *path = furrow_args_text(args, read[i]);
        if (path && is_hit(written, path))
            return refuse(written, read[i], path, error);
    }
    return FURROW_OK;
}

int furrow__digits_may_explain_to(const furrow_args *args, const char *folder, furrow_error *error)
{
    struct written written = {.path = folder, .folder = realpath(folder, NULL)};
    furrow_error inner;
    int status = check_all(&written, args, &inner);
    if (!status)
        status = check_others(&written, args, &inner);
    free(written.folder);
    return status ? furrow_error_set(error, status, "--explain-to %s: %s", folder, inner.text)
                  : FURROW_OK;
}

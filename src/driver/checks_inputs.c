/* checks_inputs.c: a run writes no file that it reads, and none that the next run would read. */
#include "checks.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <furrow/output.h>
#include <furrow/paths.h>

#include "io/output/internal.h"
#include "io/paths/internal.h"

/* What is written: a file, or the numbered files of a folder. */
struct written {
    const struct options *options;
    const char *path;   /* of the file, or of the folder */
    const char *name;   /* of the file in its folder; NULL: numbers */
    const char *suffix; /* of numbered files */
    char *folder;       /* of the file, or itself, without links; NULL: it does not exist */
    bool recursive;     /* inputs include folders within folders */
    bool there;         /* the file exists, as `node`, and may be an input */
    struct stat node;
};

/* ---- paths ---- */

/* The folder that a path lies in, without links; NULL: it does not exist. */
static char *folder_of(const char *path)
{
    size_t length = furrow__output_folder_length(path);
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

static bool ends_in(const char *name, const char *suffix)
{
    const furrow_paths_options options = {.suffix = suffix};
    return furrow__paths_match(&options, name);
}

/* ---- one input ---- */

/* Whether paths.h would return the entries of `inner`, a path without links, for the argument
 * `input`.
 */
static bool gives(const char *input, const char *inner, bool recursive)
{
    char *at = strdup(inner);
    bool given = at && is_same(input, at);
    while (at && recursive && !given && furrow__output_name(at)[0] &&
           furrow__output_name(at)[0] != '.') {
        char *slash = strrchr(at, '/');
        slash[slash == at] = '\0';
        given = is_same(input, at);
    }
    free(at);
    return given;
}

/* There may be millions of inputs, so only names that look the same are looked up; if the file
 * exists, any name may lead to it. */
static bool is_hit(const struct written *written, const char *input)
{
    if (!written->name)
        return furrow_output_numbered(input, written->path, written->suffix);
    const char *name = furrow__output_name(input);
    size_t length = strlen(written->name);
    bool alike = strncmp(name, written->name, length) == 0 &&
                 (!name[length] || strcmp(name + length, ".partial") == 0);
    return (written->there && is_node(input, &written->node)) ||
           (alike && furrow_output_hits(written->path, input));
}

static int check_folder(const struct written *written, const char *input, const char *suffix,
                        furrow_error *error)
{
    const char *name = written->name;
    if (!written->folder ||
        (name ? name[0] == '.' || !ends_in(name, suffix) : strcmp(written->suffix, suffix) != 0) ||
        !gives(input, written->folder, written->recursive))
        return FURROW_OK;
    return furrow_error_set(
        error, FURROW_EINVAL, "expected another place than the input folder %s, where %s", input,
        name ? "it would be read as an input" : "its files would be read as inputs");
}

static int refuse(const struct written *written, const char *what, const char *input,
                  furrow_error *error)
{
    return furrow_error_set(error, FURROW_EINVAL,
                            "expected another %s %s %s, which it would overwrite",
                            written->name ? "file than" : "folder than that of", what, input);
}

/* A listed path with the suffix is taken for a file without a look, as it is when it is read. */
static int check_input(const struct written *written, const char *input, const char *suffix,
                       bool listed, furrow_error *error)
{
    if (!(listed && ends_in(input, suffix)) && is_kind(input, S_IFDIR))
        return check_folder(written, input, suffix, error);
    return is_hit(written, input) ? refuse(written, "the input", input, error) : FURROW_OK;
}

/* ---- all inputs ---- */

/* Checks the paths in a list, which `argument` or `files0` names. Skips a list that can be read
 * only once. An error in the list is reported when the run reads it. */
static int check_list(const struct written *written, const char *argument, const char *files0,
                      const char *suffix, furrow_error *error)
{
    const furrow_paths_options options = {.suffix = suffix, .unopened = true, .files0 = files0};
    furrow_paths *paths;
    const char *path;
    if (!is_kind(files0 ? files0 : argument + 1, S_IFREG))
        return FURROW_OK;
    int status = furrow_paths_new(&paths, &argument, files0 ? 0 : 1, &options);
    if (status)
        return furrow_error_set(error, status, "no memory for a list");
    while (!status && furrow_paths_next(paths, &path, NULL) == FURROW_OK && path)
        status = check_input(written, path, suffix, true, error);
    furrow_paths_free(paths);
    return status;
}

static int check_argument(const struct written *written, const char *argument, const char *suffix,
                          furrow_error *error)
{
    if (strcmp(argument, "-") == 0)
        return check_list(written, "@/dev/stdin", NULL, suffix, error);
    if (argument[0] != '@')
        return check_input(written, argument, suffix, false, error);
    const char *list = argument + 1;
    bool hit = written->name ? furrow_output_hits(written->path, list) : is_hit(written, list);
    return hit ? refuse(written, "the list", list, error)
               : check_list(written, argument, NULL, suffix, error);
}

static int check_paths(const struct written *written, const furrow_param *param,
                       furrow_error *error)
{
    const furrow_args *args = written->options->args;
    const char *const *paths;
    int status = FURROW_OK;
    if (param->file == FURROW_PARAM_PATHS0) {
        const char *list = furrow_args_text(args, param->name);
        if (list && strcmp(list, "-") == 0)
            list = "/dev/stdin";
        return list ? check_list(written, NULL, list, param->suffix, error) : FURROW_OK;
    }
    size_t count = furrow_args_list(args, param->name, &paths);
    for (size_t i = 0; i < count && !status; i++)
        status = check_argument(written, paths[i], param->suffix, error);
    return status;
}

static const furrow_param *next_param(const struct options *options, const furrow_param *param)
{
    param = param ? param + 1 : options->kernel->params;
    return param && param->name ? param : NULL;
}

static int check_all(struct written *written, furrow_error *error)
{
    const furrow_param *param = NULL;
    int status = FURROW_OK;
    while ((param = next_param(written->options, param)) != NULL)
        if (param->file == FURROW_PARAM_RECURSIVE)
            written->recursive |= furrow_args_flag(written->options->args, param->name);
    while (!status && (param = next_param(written->options, param)) != NULL)
        if (param->file == FURROW_PARAM_PATHS || param->file == FURROW_PARAM_PATHS0)
            status = check_paths(written, param, error);
    return status;
}

/* Checks the numbered files of other options. */
static int check_numbered(const struct written *written, furrow_error *error)
{
    const furrow_param *param = NULL;
    while ((param = next_param(written->options, param)) != NULL) {
        if (param->file != FURROW_PARAM_FOLDER)
            continue;
        const char *folder = furrow_args_text(written->options->args, param->name);
        if (folder && furrow_output_numbered(written->path, folder, param->suffix))
            return furrow_error_set(error, FURROW_EINVAL,
                                    "expected another file than those that --%s %s writes",
                                    param->name, folder);
    }
    return FURROW_OK;
}

static int check_file(const struct options *options, const char *path, furrow_error *error)
{
    struct written written = {
        .options = options,
        .path = path,
        .name = furrow__output_name(path),
        .folder = folder_of(path),
    };
    written.there = stat(path, &written.node) == 0;
    int status = check_all(&written, error);
    if (!status)
        status = check_numbered(&written, error);
    free(written.folder);
    return status;
}

/* The file that a link leads to, existing or not, or that is open as /dev/stdout; NULL: unknown. */
static char *target_of(const char *link)
{
    char *target = furrow__output_follow(link);
    if (!target || furrow__output_descriptor(target) < 0)
        return target;
    char *open_file = realpath(target, NULL);
    free(target);
    return open_file;
}

int checks_of_file(const struct options *options, const char *path, furrow_error *error)
{
    struct stat found;
    if (stat(path, &found) == 0 && !S_ISREG(found.st_mode))
        return FURROW_OK;
    int status = check_file(options, path, error);
    if (status || lstat(path, &found) != 0 || !S_ISLNK(found.st_mode))
        return status;
    char *target = target_of(path); /* the link stays, its target is written */
    if (target)
        status = check_file(options, target, error);
    free(target);
    return status;
}

/* Checks other files that the arguments name as inputs. */
static int check_others(const struct written *written, furrow_error *error)
{
    const furrow_param *param = NULL;
    while ((param = next_param(written->options, param)) != NULL) {
        bool read = param->file == FURROW_PARAM_READ || param->file == FURROW_PARAM_PATHS0;
        const char *path = read && param->type == FURROW_PARAM_TEXT
                               ? furrow_args_text(written->options->args, param->name)
                               : NULL;
        if (path && is_hit(written, path))
            return refuse(written, param->name, path, error);
    }
    return FURROW_OK;
}

int checks_of_folder(const struct options *options, const char *folder, const char *suffix,
                     furrow_error *error)
{
    struct written written = {
        .options = options, .path = folder, .suffix = suffix, .folder = realpath(folder, NULL)};
    int status = check_all(&written, error);
    if (!status)
        status = check_others(&written, error);
    free(written.folder);
    return status;
}

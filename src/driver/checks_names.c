#include "checks.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <furrow/output.h>

#include "io/output/internal.h"

/* A file, and the option that names it. */
struct named {
    const char *option, *path; /* NULL: it names none */
    bool written;
};

/* The options of the driver that name files; the parameters of the kernel follow. */
enum { OUTPUT, TRACE, RESUME, FIRST_PARAM };

/* "-" names no file, but the standard stream. */
static const char *place_of(const char *path, const char *standard)
{
    return !path || strcmp(path, "-") == 0 ? standard : path;
}

static struct named of_param(const struct options *options, const furrow_param *param)
{
    if (param->type != FURROW_PARAM_TEXT || param->file == FURROW_PARAM_NO_FILE ||
        param->file == FURROW_PARAM_FOLDER)
        return (struct named){0};
    const char *path = furrow_args_text(options->args, param->name);
    bool written = param->file == FURROW_PARAM_WRITTEN || param->file == FURROW_PARAM_STATE;
    if (path && !written)
        path = place_of(path, "/dev/stdin");
    return (struct named){.option = param->name, .path = path, .written = written};
}

static struct named named_at(const struct options *options, size_t i)
{
    switch (i) {
    case OUTPUT:
        return (struct named){"output", place_of(options->output, "/dev/stdout"), true};
    case TRACE:
        return (struct named){"trace", place_of(options->trace, NULL), true};
    case RESUME:
        return (struct named){"resume", options->resume, true};
    default:
        return of_param(options, &options->kernel->params[i - FIRST_PARAM]);
    }
}

static size_t count_named(const struct options *options)
{
    size_t count = FIRST_PARAM;
    for (const furrow_param *param = options->kernel->params; param && param->name; param++)
        count++;
    return count;
}

static int refuse(const struct named *written, const char *option, const char *path,
                  furrow_error *error)
{
    return furrow_error_set(error, FURROW_EINVAL,
                            "--%s %s: expected another file than %s%s, which it would overwrite",
                            written->option, written->path, option, path);
}

/* Whether the path needs a closer look: there may be many, and few look the same. */
static bool looks_same(const struct named *written, const struct stat *there, const char *path)
{
    struct stat found;
    return strcmp(furrow__output_name(written->path), furrow__output_name(path)) == 0 ||
           (there && stat(path, &found) == 0 && found.st_dev == there->st_dev &&
            found.st_ino == there->st_ino);
}

static int check_lists(const struct options *options, const struct named *written,
                       furrow_error *error)
{
    struct stat found, *there = stat(written->path, &found) == 0 ? &found : NULL;
    for (const furrow_param *param = options->kernel->params; param && param->name; param++) {
        const char *const *paths;
        if (param->type != FURROW_PARAM_LIST || param->file == FURROW_PARAM_NO_FILE)
            continue;
        size_t count = furrow_args_list(options->args, param->name, &paths);
        for (size_t i = 0; i < count; i++) {
            const char *path = place_of(paths[i], "/dev/stdin");
            if (looks_same(written, there, path) && furrow_output_hits(written->path, path))
                return refuse(written, "the input ", path, error);
        }
    }
    return FURROW_OK;
}

/* "--OPTION PATH: the inner error". */
static int blame(const char *option, const char *path, int status, const furrow_error *inner,
                 furrow_error *error)
{
    return status ? furrow_error_set(error, status, "--%s %s: %s", option, path, inner->text)
                  : FURROW_OK;
}

/* An empty name is a mistake, such as a variable of a script that is not set. */
static int refuse_empty(const char *dashes, const char *name, furrow_error *error)
{
    return furrow_error_set(error, FURROW_EINVAL,
                            "%s%s: expected the name of a file, got an empty one", dashes, name);
}

static int check_names(const struct options *options, size_t count, furrow_error *error)
{
    for (size_t i = 0; i < count; i++) {
        const struct named named = named_at(options, i);
        if (named.path && !*named.path)
            return refuse_empty("--", named.option, error);
    }
    for (const furrow_param *param = options->kernel->params; param && param->name; param++) {
        const char *const *paths;
        if (param->type != FURROW_PARAM_LIST || param->file == FURROW_PARAM_NO_FILE)
            continue;
        size_t listed = furrow_args_list(options->args, param->name, &paths);
        for (size_t i = 0; i < listed; i++)
            if (!*paths[i])
                return refuse_empty("", param->name, error);
    }
    return FURROW_OK;
}

/* Refuses a written file that would overwrite any of the others. */
static int check(const struct options *options, size_t index, size_t count, furrow_error *error)
{
    const struct named written = named_at(options, index);
    if (!written.path || !written.written)
        return FURROW_OK;
    for (size_t i = 0; i < count; i++) {
        const struct named other = named_at(options, i);
        char option[80];
        if (i == index || !other.path || !furrow_output_hits(written.path, other.path))
            continue;
        snprintf(option, sizeof option, "--%s ", other.option);
        return refuse(&written, option, other.path, error);
    }
    furrow_error inner;
    int status = check_lists(options, &written, error);
    if (status)
        return status;
    status = checks_of_file(options, written.path, &inner);
    return blame(written.option, written.path, status, &inner, error);
}

/* Checks that a file or folder that the kernel writes can be written, before minutes of work. */
static int check_place(const struct options *options, const furrow_param *param,
                       furrow_error *error)
{
    bool folder = param->file == FURROW_PARAM_FOLDER;
    if (!folder && param->file != FURROW_PARAM_WRITTEN && param->file != FURROW_PARAM_STATE)
        return FURROW_OK;
    const char *path = furrow_args_text(options->args, param->name);
    furrow_error inner;
    if (!path)
        return FURROW_OK;
    int status =
        folder ? furrow_output_check_folder(path, &inner) : furrow_output_check(path, &inner);
    if (status)
        return furrow_error_set(error, status, "--%s: %s", param->name, inner.text);
    if (folder)
        status = checks_of_folder(options, path, param->suffix, &inner);
    return blame(param->name, path, status, &inner, error);
}

int checks_of_names(const struct options *options, furrow_error *error)
{
    size_t count = count_named(options);
    int status = check_names(options, count, error);
    for (size_t i = 0; i < count && !status; i++)
        status = check(options, i, count, error);
    for (size_t i = FIRST_PARAM; i < count && !status; i++)
        status = check_place(options, &options->kernel->params[i - FIRST_PARAM], error);
    return status;
}

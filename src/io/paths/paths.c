#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

/* An open folder, and the length of its path. */
struct level {
    furrow__folder folder;
    size_t length;
};

struct furrow_paths {
    const char *const *arguments;
    size_t count, at; /* arguments, and after them files0 */
    furrow_paths_options options;
    bool input_used;
    furrow__list list;
    struct level *levels; /* the folders from the outermost inwards */
    size_t depth, level_room;
    char *path; /* of the innermost folder, then of its entry */
    size_t path_room;
};

/* Bytes for the names of a folder, even when the levels above it use all the memory. */
static const size_t min_memory = 65536;
static const size_t max_memory = UINT32_MAX;

int furrow_paths_new(furrow_paths **paths, const char *const *arguments, size_t count,
                     const furrow_paths_options *options)
{
    *paths = calloc(1, sizeof **paths);
    if (!*paths)
        return FURROW_ENOMEM;
    **paths = (furrow_paths){.arguments = arguments, .count = count, .list = {.file = -1}};
    if (options)
        (*paths)->options = *options;
    size_t *memory = &(*paths)->options.memory;
    *memory = *memory == 0 ? FURROW_PATHS_MEMORY : *memory > max_memory ? max_memory : *memory;
    return FURROW_OK;
}

static void close_folders(furrow_paths *paths)
{
    while (paths->depth > 0)
        furrow__folder_clear(&paths->levels[--paths->depth].folder);
}

void furrow_paths_free(furrow_paths *paths)
{
    if (!paths)
        return;
    close_folders(paths);
    furrow__list_clear(&paths->list);
    free(paths->levels);
    free(paths->path);
    free(paths);
}

int furrow_paths_rewind(furrow_paths *paths, furrow_error *error)
{
    close_folders(paths);
    furrow__list_close(&paths->list);
    paths->at = 0;
    if (paths->input_used && lseek(fileno(paths->options.input), 0, SEEK_SET) != 0)
        return furrow_error_set(error, FURROW_ENOTSUP,
                                "-: the input was read and cannot be read again; use @FILE");
    return FURROW_OK;
}

bool furrow_paths_ready(const furrow_paths *paths)
{
    return paths->depth > 0 || paths->list.file < 0 || furrow__list_ready(&paths->list);
}

/* ---- folders ---- */

/* Half of the memory that the levels above leave. */
static size_t budget_of(const furrow_paths *paths)
{
    size_t used = 0;
    for (size_t i = 0; i < paths->depth; i++)
        used += furrow__folder_memory(&paths->levels[i].folder);
    size_t half = used < paths->options.memory ? (paths->options.memory - used) / 2 : 0;
    return half > min_memory ? half : min_memory;
}

/* Writes `text` into the path of the stream, from `at` on. */
static int put_path(furrow_paths *paths, size_t at, const char *text)
{
    size_t length = strlen(text);
    if (at + length + 1 > paths->path_room) {
        size_t room = 2 * (at + length) + 64;
        char *grown = realloc(paths->path, room);
        if (!grown)
            return FURROW_ENOMEM;
        paths->path = grown;
        paths->path_room = room;
    }
    memmove(paths->path + at, text, length + 1);
    return FURROW_OK;
}

static int add_level(furrow_paths *paths)
{
    if (paths->depth < paths->level_room)
        return FURROW_OK;
    size_t room = paths->level_room ? 2 * paths->level_room : 4;
    struct level *grown = realloc(paths->levels, room * sizeof *grown);
    if (!grown)
        return FURROW_ENOMEM;
    paths->levels = grown;
    paths->level_room = room;
    return FURROW_OK;
}

/* Opens the path of the stream as the innermost folder; `*opened` is false if it is no folder. */
static int enter(furrow_paths *paths, bool *opened, furrow_error *error)
{
    *opened = false;
    int status = add_level(paths);
    if (status)
        return furrow_error_set(error, status, "%s: no memory for a folder", paths->path);
    struct level *level = &paths->levels[paths->depth];
    status = furrow__folder_open(&level->folder, opened, paths->path, &paths->options,
                                 budget_of(paths), error);
    if (status || !*opened) {
        furrow__folder_clear(&level->folder);
        return status;
    }
    level->length = strlen(paths->path);
    paths->depth++;
    return FURROW_OK;
}

/* Whether to enter an entry of a folder; `*counts` is false if the entry is to be skipped. */
static bool is_to_enter(const furrow_paths *paths, furrow__path_kind kind, const char *name,
                        bool *counts)
{
    struct stat status;
    *counts = true;
    if (kind != FURROW__KIND_UNKNOWN)
        return kind == FURROW__KIND_FOLDER;
    if (lstat(paths->path, &status) == 0 && S_ISDIR(status.st_mode))
        return true;
    *counts = furrow__paths_match(&paths->options, name);
    return false;
}

/* The next step in the innermost folder; it may find no path yet. */
static int step_in_folder(furrow_paths *paths, const char **path, furrow_error *error)
{
    struct level *level = &paths->levels[paths->depth - 1];
    size_t length = level->length;
    const char *name;
    furrow__path_kind kind;
    paths->path[length] = '\0';
    int status = furrow__folder_next(&level->folder, &name, &kind, paths->path, error);
    if (status == FURROW_ENOMEM)
        return status;
    if (!name) {
        *path = status ? paths->path : NULL;
        furrow__folder_clear(&paths->levels[--paths->depth].folder);
        return status;
    }
    bool slash = length > 0 && paths->path[length - 1] == '/';
    if (!slash && put_path(paths, length++, "/"))
        return furrow_error_set(error, FURROW_ENOMEM, "no memory for a path");
    if (put_path(paths, length, name))
        return furrow_error_set(error, FURROW_ENOMEM, "no memory for a path");
    bool counts, opened = false;
    if (is_to_enter(paths, kind, name, &counts))
        status = enter(paths, &opened, error);
    if (!status && counts && !opened)
        *path = paths->path;
    return status;
}

/* Enters a path that an argument or a list names, if it is a folder; otherwise returns it. */
static int file_or_folder(furrow_paths *paths, const char **path, const char *name,
                          furrow_error *error)
{
    bool opened = false;
    if (put_path(paths, 0, name))
        return furrow_error_set(error, FURROW_ENOMEM, "no memory for a path");
    int status = paths->options.unopened ? FURROW_OK : enter(paths, &opened, error);
    if (!status && !opened)
        *path = paths->path;
    return status;
}

/* ---- lists ---- */

static int open_list(furrow_paths *paths, const char *name, char end, furrow_error *error)
{
    int file = open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return furrow_error_set(error, -errno, "%s: cannot read the list: %s", name,
                                furrow_status_text(-errno));
    furrow__list_open(&paths->list, file, true, end, name);
    return FURROW_OK;
}

static int refuse_input(furrow_error *error)
{
    return furrow_error_set(error, FURROW_EINVAL, "-: there is no input to read a list from");
}

static int open_input(furrow_paths *paths, char end, furrow_error *error)
{
    if (!paths->options.input)
        return refuse_input(error);
    furrow__list_open(&paths->list, fileno(paths->options.input), false, end, "input");
    paths->input_used = true;
    return FURROW_OK;
}

static int step_in_list(furrow_paths *paths, const char **path, furrow_error *error)
{
    const char *name;
    int status = furrow__list_next(&paths->list, &name, error);
    if (status)
        return status;
    if (!name)
        furrow__list_close(&paths->list);
    else if (paths->options.suffix && furrow__paths_match(&paths->options, name))
        *path = name;
    else
        status = file_or_folder(paths, path, name, error);
    return status;
}

/* Whether the list exists and may be read. */
static int check_list(const char *name, furrow_error *error)
{
    struct stat found;
    if (!*name)
        return furrow_error_set(error, FURROW_EINVAL, "@: expected the name of a list after it");
    int code = stat(name, &found) != 0 || access(name, R_OK) != 0 ? -errno
               : S_ISDIR(found.st_mode)                           ? -EISDIR
                                                                  : FURROW_OK;
    return code ? furrow_error_set(error, code, "%s: cannot read the list: %s", name,
                                   furrow_status_text(code))
                : FURROW_OK;
}

static int check_input(FILE *input, furrow_error *error)
{
    struct stat found;
    if (!input)
        return refuse_input(error);
    bool is_folder = fstat(fileno(input), &found) == 0 && S_ISDIR(found.st_mode);
    return is_folder ? furrow_error_set(error, -EISDIR, "input: cannot read the list: %s",
                                        furrow_status_text(-EISDIR))
                     : FURROW_OK;
}

/* Checks lists only. */
static int check_argument(const furrow_paths *paths, const char *argument, furrow_error *error)
{
    if (strcmp(argument, "-") == 0)
        return check_input(paths->options.input, error);
    return argument[0] == '@' ? check_list(argument + 1, error) : FURROW_OK;
}

int furrow_paths_check(const furrow_paths *paths, furrow_error *error)
{
    const char *files0 = paths->options.files0;
    int status = !files0                    ? FURROW_OK
                 : strcmp(files0, "-") == 0 ? check_input(paths->options.input, error)
                                            : check_list(files0, error);
    for (size_t i = 0; i < paths->count && !status; i++)
        status = check_argument(paths, paths->arguments[i], error);
    return status;
}

/* ---- the stream ---- */

static bool is_at_end(const furrow_paths *paths)
{
    return paths->at == paths->count + (paths->options.files0 != NULL);
}

static int step_to_argument(furrow_paths *paths, const char **path, furrow_error *error)
{
    if (paths->at == paths->count) {
        const char *name = paths->options.files0;
        paths->at++;
        return strcmp(name, "-") == 0 ? open_input(paths, '\0', error)
                                      : open_list(paths, name, '\0', error);
    }
    const char *argument = paths->arguments[paths->at++];
    if (strcmp(argument, "-") == 0)
        return open_input(paths, '\n', error);
    if (argument[0] == '@')
        return open_list(paths, argument + 1, '\n', error);
    return file_or_folder(paths, path, argument, error);
}

int furrow_paths_next(furrow_paths *paths, const char **path, furrow_error *error)
{
    *path = NULL;
    int status = FURROW_OK;
    while (!status && !*path) {
        if (paths->depth > 0)
            status = step_in_folder(paths, path, error);
        else if (paths->list.file >= 0)
            status = step_in_list(paths, path, error);
        else if (is_at_end(paths))
            return FURROW_OK;
        else
            status = step_to_argument(paths, path, error);
    }
    return status;
}

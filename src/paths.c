#include <furrow/paths.h>

#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

struct furrow_paths {
    const char *const *arguments;
    size_t count, at;
    const char *suffix;
    FILE *input;
    bool input_used;
    FILE *list;            /* that is being read: input, or a file of ours */
    const char *list_name; /* of the latter */
    char *line;            /* of the list */
    size_t line_size;
    char **names; /* of the folder that is being read, sorted */
    size_t name_count, name_at;
    char *folder;
    char *path; /* the last one given, where it had to be joined */
};

/* ---- natural order ---- */

static size_t digits(const char *text)
{
    size_t count = 0;
    while (isdigit((unsigned char)text[count]))
        count++;
    return count;
}

int furrow_paths_compare(const char *left, const char *right)
{
    const char *a = left, *b = right;
    while (*a && *b) {
        size_t length_a = digits(a), length_b = digits(b);
        if (length_a && length_b) {
            for (; length_a > 1 && *a == '0'; length_a--)
                a++;
            for (; length_b > 1 && *b == '0'; length_b--)
                b++;
            int order = length_a == length_b ? memcmp(a, b, length_a)
                                             : (length_a > length_b) - (length_a < length_b);
            if (order)
                return order;
            a += length_a;
            b += length_b;
        } else if (*a != *b) {
            return (unsigned char)*a - (unsigned char)*b;
        } else {
            a++;
            b++;
        }
    }
    if (*a || *b)
        return (*a != '\0') - (*b != '\0');
    size_t length_left = strlen(left), length_right = strlen(right); /* only zeros differ */
    return length_left == length_right
               ? strcmp(left, right)
               : (length_left > length_right) - (length_left < length_right);
}

static int compare_names(const void *left, const void *right)
{
    return furrow_paths_compare(*(char *const *)left, *(char *const *)right);
}

/* ---- folders ---- */

static void close_folder(furrow_paths *paths)
{
    for (size_t i = 0; i < paths->name_count; i++)
        free(paths->names[i]);
    free(paths->names);
    free(paths->folder);
    paths->names = NULL;
    paths->folder = NULL;
    paths->name_count = paths->name_at = 0;
}

static bool has_suffix(const char *name, const char *suffix)
{
    size_t length = strlen(name), tail = suffix ? strlen(suffix) : 0;
    return name[0] != '.' && length > tail &&
           strcasecmp(name + length - tail, suffix ? suffix : "") == 0;
}

static int add_name(furrow_paths *paths, size_t *capacity, const char *name)
{
    if (paths->name_count == *capacity) {
        size_t more = *capacity ? 2 * *capacity : 64;
        char **grown = realloc(paths->names, more * sizeof *grown);
        if (!grown)
            return FURROW_ENOMEM;
        paths->names = grown;
        *capacity = more;
    }
    size_t size = strlen(name) + 1;
    char *copy = malloc(size);
    if (!copy)
        return FURROW_ENOMEM;
    memcpy(copy, name, size);
    paths->names[paths->name_count++] = copy;
    return FURROW_OK;
}

static int read_names(furrow_paths *paths, DIR *folder)
{
    size_t capacity = 0;
    const struct dirent *entry;
    while ((entry = readdir(folder)))
        if (has_suffix(entry->d_name, paths->suffix)) {
            int status = add_name(paths, &capacity, entry->d_name);
            if (status)
                return status;
        }
    if (paths->name_count > 0)
        qsort(paths->names, paths->name_count, sizeof *paths->names, compare_names);
    return FURROW_OK;
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* `*opened` tells whether it was one that can be read. */
static int open_folder(furrow_paths *paths, const char *path, bool *opened)
{
    DIR *folder = is_folder(path) ? opendir(path) : NULL;
    *opened = folder != NULL;
    if (!folder)
        return FURROW_OK;
    int status = FURROW_ENOMEM;
    size_t size = strlen(path) + 1;
    paths->folder = malloc(size);
    if (paths->folder) {
        memcpy(paths->folder, path, size);
        status = read_names(paths, folder);
    }
    closedir(folder);
    return status;
}

/* "folder/name" */
static int join(furrow_paths *paths, const char *name)
{
    size_t folder = strlen(paths->folder);
    size_t size = folder + strlen(name) + 2;
    char *grown = realloc(paths->path, size);
    if (!grown)
        return FURROW_ENOMEM;
    paths->path = grown;
    bool slash = folder > 0 && paths->folder[folder - 1] == '/';
    snprintf(grown, size, "%s%s%s", paths->folder, slash ? "" : "/", name);
    return FURROW_OK;
}

/* ---- lists ---- */

static void close_list(furrow_paths *paths)
{
    if (paths->list && paths->list != paths->input)
        fclose(paths->list);
    paths->list = NULL;
}

static int refuse_list(const furrow_paths *paths, const char *name, furrow_error *error)
{
    int code = errno ? errno : EIO;
    return furrow_error_set(error, -code, "%s: cannot read the list: %s",
                            paths->list && paths->list == paths->input ? "input" : name,
                            furrow_status_text(-code));
}

static int open_list(furrow_paths *paths, const char *name, furrow_error *error)
{
    errno = 0;
    paths->list_name = name;
    paths->list = fopen(name, "re");
    return paths->list ? FURROW_OK : refuse_list(paths, name, error);
}

static int open_input(furrow_paths *paths, furrow_error *error)
{
    if (!paths->input)
        return furrow_error_set(error, FURROW_EINVAL, "-: there is no input to read a list from");
    paths->list = paths->input;
    paths->input_used = true;
    return FURROW_OK;
}

/* The next line that is not empty, without its end; NULL at the end. */
static int next_line(furrow_paths *paths, const char **line, furrow_error *error)
{
    *line = NULL;
    for (;;) {
        errno = 0;
        ssize_t length = getline(&paths->line, &paths->line_size, paths->list);
        if (length < 0 && (ferror(paths->list) || errno == ENOMEM))
            return refuse_list(paths, paths->list_name, error);
        if (length < 0)
            return FURROW_OK;
        for (const char *end = "\n\r"; *end; end++)
            if (length > 0 && paths->line[length - 1] == *end)
                paths->line[--length] = '\0';
        if (paths->line[0]) {
            *line = paths->line;
            return FURROW_OK;
        }
    }
}

/* ---- the stream ---- */

int furrow_paths_new(furrow_paths **paths, const char *const *arguments, size_t count,
                     const char *suffix, FILE *input)
{
    *paths = calloc(1, sizeof **paths);
    if (!*paths)
        return FURROW_ENOMEM;
    **paths =
        (furrow_paths){.arguments = arguments, .count = count, .suffix = suffix, .input = input};
    return FURROW_OK;
}

void furrow_paths_free(furrow_paths *paths)
{
    if (!paths)
        return;
    close_folder(paths);
    close_list(paths);
    free(paths->line);
    free(paths->path);
    free(paths);
}

int furrow_paths_rewind(furrow_paths *paths, furrow_error *error)
{
    close_folder(paths);
    close_list(paths);
    paths->at = 0;
    if (paths->input_used && fseek(paths->input, 0, SEEK_SET) != 0)
        return furrow_error_set(error, FURROW_ENOTSUP,
                                "-: the input was read and cannot be read again; use @FILE");
    return FURROW_OK;
}

/* The path itself, or NULL when it was a folder that is open now. */
static int file_or_folder(furrow_paths *paths, const char **path, furrow_error *error)
{
    bool opened;
    int status = open_folder(paths, *path, &opened);
    if (status)
        return furrow_error_set(error, status, "%s: no memory for its names", *path);
    if (opened)
        *path = NULL;
    return FURROW_OK;
}

/* Takes one step: `*path` is NULL when that gave none yet. */
static int step(furrow_paths *paths, const char **path, furrow_error *error)
{
    *path = NULL;
    if (paths->list) {
        int status = next_line(paths, path, error);
        if (!status && !*path)
            close_list(paths);
        return status || !*path ? status : file_or_folder(paths, path, error);
    }
    const char *argument = paths->arguments[paths->at++];
    if (strcmp(argument, "-") == 0)
        return open_input(paths, error);
    if (argument[0] == '@')
        return open_list(paths, argument + 1, error);
    *path = argument;
    return file_or_folder(paths, path, error);
}

int furrow_paths_next(furrow_paths *paths, const char **path, furrow_error *error)
{
    *path = NULL;
    for (;;) {
        if (paths->name_at < paths->name_count) {
            int status = join(paths, paths->names[paths->name_at++]);
            *path = status ? NULL : paths->path;
            return status ? furrow_error_set(error, status, "no memory for a path") : FURROW_OK;
        }
        close_folder(paths);
        if (!paths->list && paths->at == paths->count)
            return FURROW_OK;
        int status = step(paths, path, error);
        if (status || *path)
            return status;
    }
}

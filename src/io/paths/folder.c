#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "internal.h"

/*
 * A pass over the folder keeps the names that come next in order. When they no longer fit, it drops
 * the higher half. The names are sorted only as far as they are asked for, by the incremental
 * quicksort of R. Paredes and G. Navarro ("Optimal incremental sorting", ALENEX 2006), so that the
 * first of a million comes almost as soon as all are read.
 */

/* Parts of this size are sorted at once. */
static const size_t small_part = 512;
static const size_t max_fences = sizeof((furrow__folder){0}.fences) / sizeof(size_t);

static const char *name_at(const furrow__folder *folder, uint32_t start)
{
    return folder->text + start + 1;
}

static bool is_below(const furrow__folder *folder, uint32_t left, uint32_t right)
{
    return furrow_paths_compare(name_at(folder, left), name_at(folder, right)) < 0;
}

static int compare_starts(const void *left, const void *right, void *folder)
{
    return furrow_paths_compare(name_at(folder, *(const uint32_t *)left),
                                name_at(folder, *(const uint32_t *)right));
}

static int compare_numbers(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* Partitions two or more names, [begin, end), into lower and higher ones, neither part empty.
 * Returns the begin of the second part (C. A. R. Hoare, 1961). */
static size_t part(furrow__folder *folder, size_t begin, size_t end)
{
    uint32_t *starts = folder->starts;
    uint32_t pivot = starts[begin + (end - begin - 1) / 2];
    for (size_t i = begin, j = end - 1;; i++, j--) {
        while (is_below(folder, starts[i], pivot))
            i++;
        while (is_below(folder, pivot, starts[j]))
            j--;
        if (i >= j)
            return j + 1;
        uint32_t other = starts[i];
        starts[i] = starts[j];
        starts[j] = other;
    }
}

/* ---- a pass ---- */

/* Keeps the lower half, moved to the beginning of the text. */
static void drop_higher_half(furrow__folder *folder)
{
    size_t kept = folder->count / 2;
    for (size_t begin = 0, end = folder->count; end - begin > 1;) {
        size_t middle = part(folder, begin, end);
        if (kept < middle)
            end = middle;
        else
            begin = middle;
    }
    qsort(folder->starts, kept, sizeof *folder->starts, compare_numbers);
    folder->text_size = 0;
    folder->highest = 0;
    for (size_t i = 0; i < kept; i++) {
        const char *record = folder->text + folder->starts[i];
        size_t size = strlen(record) + 1;
        memmove(folder->text + folder->text_size, record, size);
        folder->starts[i] = (uint32_t)folder->text_size;
        folder->text_size += size;
        if (is_below(folder, folder->highest, folder->starts[i]))
            folder->highest = folder->starts[i];
    }
    folder->count = kept;
    folder->more = true;
}

/* Twice the room, but no more than `max`. */
static size_t more_room(size_t room, size_t least, size_t max)
{
    size_t more = room ? 2 * room : least;
    return more < max ? more : max;
}

/* Makes room for `size` bytes and a start; three quarters of the budget are for text. FURROW_EFBIG:
 * the budget is used up. */
static int grow(furrow__folder *folder, size_t size)
{
    size_t max_text = folder->budget / 4 * 3;
    size_t max_starts = folder->budget / 4 / sizeof *folder->starts;
    if (folder->text_size + size > folder->text_room) {
        size_t room = more_room(folder->text_room, 2048, max_text);
        if (folder->text_size + size > room)
            return FURROW_EFBIG;
        char *grown = realloc(folder->text, room);
        if (!grown)
            return FURROW_ENOMEM;
        folder->text = grown;
        folder->text_room = room;
    }
    if (folder->count == folder->room) {
        size_t room = more_room(folder->room, 128, max_starts);
        if (folder->count == room)
            return FURROW_EFBIG;
        uint32_t *grown = realloc(folder->starts, room * sizeof *grown);
        if (!grown)
            return FURROW_ENOMEM;
        folder->starts = grown;
        folder->room = room;
    }
    return FURROW_OK;
}

static bool is_in_this_pass(const furrow__folder *folder, const char *name)
{
    if (folder->given && furrow_paths_compare(name, folder->given) <= 0)
        return false;
    return !folder->more || furrow_paths_compare(name, name_at(folder, folder->highest)) < 0;
}

static int add(furrow__folder *folder, const char *name, furrow__path_kind kind)
{
    size_t length = strlen(name), size = length + 2;
    while (is_in_this_pass(folder, name)) {
        int status = FURROW_OK;
        if (folder->text_size + size > folder->text_room || folder->count == folder->room)
            status = grow(folder, size);
        if (status == FURROW_EFBIG) {
            drop_higher_half(folder);
            continue;
        }
        if (status)
            return status;
        char *record = folder->text + folder->text_size;
        record[0] = (char)kind;
        memcpy(record + 1, name, length + 1);
        folder->starts[folder->count++] = (uint32_t)folder->text_size;
        folder->text_size += size;
        break;
    }
    return FURROW_OK;
}

bool furrow__paths_match(const furrow_paths_options *options, const char *path)
{
    const char *suffix = options->suffix ? options->suffix : "";
    size_t length = strlen(path), tail = strlen(suffix);
    return length > tail && strcasecmp(path + length - tail, suffix) == 0;
}

static furrow__path_kind kind_of(const furrow__folder *folder, const struct dirent *entry)
{
    if (entry->d_name[0] == '.')
        return FURROW__KIND_NONE;
    bool deep = folder->options->recursive;
    if (deep && entry->d_type == DT_DIR)
        return FURROW__KIND_FOLDER;
    if (deep && entry->d_type == DT_UNKNOWN)
        return FURROW__KIND_UNKNOWN;
    return furrow__paths_match(folder->options, entry->d_name) ? FURROW__KIND_FILE
                                                               : FURROW__KIND_NONE;
}

static int read_names(furrow__folder *folder, DIR *stream)
{
    const struct dirent *entry;
    while (errno = 0, (entry = readdir(stream)) != NULL) {
        furrow__path_kind kind = kind_of(folder, entry);
        int status = kind != FURROW__KIND_NONE ? add(folder, entry->d_name, kind) : FURROW_OK;
        if (status)
            return status;
    }
    return -errno;
}

/* Returns unused memory to the system. */
static void shrink(void **memory, size_t size)
{
    void *smaller = realloc(*memory, size);
    if (smaller)
        *memory = smaller;
}

static int pass(furrow__folder *folder, DIR *stream, const char *path, furrow_error *error)
{
    folder->count = folder->text_size = folder->at = folder->sorted = 0;
    folder->more = false;
    int status = read_names(folder, stream);
    if (status == FURROW_ENOMEM)
        return furrow_error_set(error, status, "%s: no memory for its names", path);
    folder->failure = status ? status : folder->failure;
    folder->text_room = folder->text_size + 1;
    void *text = folder->text, *starts = folder->starts;
    shrink(&text, folder->text_room);
    folder->room = folder->count + 1;
    shrink(&starts, folder->room * sizeof *folder->starts);
    folder->text = text;
    folder->starts = starts;
    folder->fences[0] = folder->count;
    folder->fence_count = 1;
    return FURROW_OK;
}

/* Reads the folder again, for the names above the last one returned. */
static int pass_again(furrow__folder *folder, const char *path, furrow_error *error)
{
    const char *last = name_at(folder, folder->starts[folder->count - 1]);
    size_t size = strlen(last) + 1;
    char *given = realloc(folder->given, size);
    if (!given)
        return furrow_error_set(error, FURROW_ENOMEM, "%s: no memory for its names", path);
    memcpy(given, last, size);
    folder->given = given;
    DIR *stream = opendir(path);
    if (!stream) {
        folder->failure = -errno;
        folder->more = false;
        return FURROW_OK;
    }
    int status = pass(folder, stream, path, error);
    closedir(stream);
    return status;
}

/* ---- the names in order ---- */

/* Sorts names from `at` on, up to the next fence or less. */
static void sort_some(furrow__folder *folder)
{
    size_t begin = folder->at;
    size_t end = folder->fences[folder->fence_count - 1];
    while (end - begin > small_part && folder->fence_count < max_fences) {
        end = part(folder, begin, end);
        folder->fences[folder->fence_count++] = end;
    }
    qsort_r(folder->starts + begin, end - begin, sizeof *folder->starts, compare_starts, folder);
    folder->sorted = end;
    folder->fence_count--;
}

int furrow__folder_next(furrow__folder *folder, const char **name, furrow__path_kind *kind,
                        const char *path, furrow_error *error)
{
    *name = NULL;
    if (folder->at == folder->count && folder->more) {
        int status = pass_again(folder, path, error);
        if (status)
            return status;
    }
    if (folder->at == folder->count)
        return folder->failure
                   ? furrow_error_set(error, folder->failure, "%s: cannot be %s: %s", path,
                                      folder->unopened ? "opened" : "read to its end",
                                      furrow_status_text(folder->failure))
                   : FURROW_OK;
    if (folder->at == folder->sorted)
        sort_some(folder);
    uint32_t start = folder->starts[folder->at++];
    *name = name_at(folder, start);
    *kind = (furrow__path_kind)folder->text[start];
    return FURROW_OK;
}

/* If `path` is a folder it opens as one without names that fails at its end. */
static int fail_to_open(furrow__folder *folder, bool *opened, const char *path)
{
    struct stat found;
    int code = -errno;
    *opened = stat(path, &found) == 0 && S_ISDIR(found.st_mode);
    folder->failure = *opened ? code : FURROW_OK;
    folder->unopened = *opened;
    return FURROW_OK;
}

int furrow__folder_open(furrow__folder *folder, bool *opened, const char *path,
                        const furrow_paths_options *options, size_t budget, furrow_error *error)
{
    *folder = (furrow__folder){.options = options, .budget = budget};
    DIR *stream = opendir(path); /* opens folders only: a FIFO would wait */
    *opened = stream != NULL;
    if (!stream)
        return fail_to_open(folder, opened, path);
    int status = pass(folder, stream, path, error);
    closedir(stream);
    return status;
}

void furrow__folder_clear(furrow__folder *folder)
{
    free(folder->text);
    free(folder->starts);
    free(folder->given);
    *folder = (furrow__folder){0};
}

size_t furrow__folder_memory(const furrow__folder *folder)
{
    return folder->text_room + folder->room * sizeof *folder->starts;
}

/*
 * files: creates a file for each text and saves the text in it.
 *
 *     $ furrow files Abhijit Anas Ayush --folder out --wait 2s
 *     file_1.txt 7
 *     file_2.txt 4
 *     file_3.txt 5
 *
 * A kernel with side effects. Saving a small file takes microseconds, so that threads hardly pay;
 * `--wait` simulates a slow service as the source of the texts, and then all items wait at the same
 * time. If a file cannot be saved, only its item fails, and the others are saved. An item that has
 * run cannot be undone, and an existing file is replaced: hence the flag
 * FURROW_KERNEL_SIDE_EFFECTS.
 *
 * Verified by reading every file.
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <furrow/kernel.h>

static const furrow_param params[] = {
    {
        .name = "texts",
        .type = FURROW_PARAM_LIST,
        .help = "the texts to save, one file each",
        .argument = "TEXT",
        .positional = true,
        .required = true,
    },
    {
        .name = "count",
        .type = FURROW_PARAM_COUNT,
        .maximum = 1e9,
        .help = "the number of files, which take the texts in turn; 0: one per text",
        .argument = "N",
    },
    {
        .name = "first",
        .type = FURROW_PARAM_COUNT,
        .value = "1",
        .maximum = 1e15,
        .help = "number of the first file",
        .argument = "N",
    },
    {
        .name = "folder",
        .type = FURROW_PARAM_TEXT,
        .value = ".",
        .help = "an existing folder, in which the files are saved",
        .argument = "FOLDER",
    },
    {0},
};

struct files {
    const char *const *texts;
    size_t text_count;
    size_t count, first, fed;
    const char *folder;

    /* The counts that combine makes. */
    size_t done, failed;
    bool *lost; /* [count]: the items that failed */
};

enum { NAME_SIZE = 40 };

static const char *name_of(char name[NAME_SIZE], const struct files *files, size_t item)
{
    snprintf(name, NAME_SIZE, "file_%zu.txt", files->first + item);
    return name;
}

/* A path that does not fit is refused, since its beginning would name another file. */
static int path_of(char path[PATH_MAX], const struct files *files, size_t item)
{
    char name[NAME_SIZE];
    int length = snprintf(path, PATH_MAX, "%s/%s", files->folder, name_of(name, files, item));
    return length < PATH_MAX ? FURROW_OK : -ENAMETOOLONG;
}

static const char *text_of(const struct files *files, size_t item)
{
    return files->texts[item % files->text_count];
}

static int check_folder(const char *folder, furrow_error *error)
{
    struct stat found;
    if (stat(folder, &found) != 0)
        return furrow_error_set(error, -errno, "--folder %s: expected a folder: %s", folder,
                                strerror(errno));
    if (!S_ISDIR(found.st_mode))
        return furrow_error_set(error, -ENOTDIR, "--folder %s: expected a folder, got a file",
                                folder);
    return FURROW_OK;
}

static void teardown(void *state)
{
    struct files *files = state;
    free(files->lost);
    free(files);
}

static int setup(void **state, const furrow_args *args, furrow_error *error)
{
    const char *folder = furrow_args_text(args, "folder");
    int status = check_folder(folder, error);
    if (status)
        return status;
    struct files *files = calloc(1, sizeof *files);
    if (!files)
        return FURROW_ENOMEM;
    files->text_count = furrow_args_list(args, "texts", &files->texts);
    files->count = (size_t)furrow_args_count(args, "count");
    if (files->count == 0)
        files->count = files->text_count;
    files->first = (size_t)furrow_args_count(args, "first");
    files->folder = folder;
    files->lost = calloc(files->count, sizeof *files->lost);
    if (!files->lost) {
        teardown(files);
        return FURROW_ENOMEM;
    }
    *state = files;
    return FURROW_OK;
}

static int begin(void *state, size_t round, furrow_error *error)
{
    struct files *files = state;
    (void)round, (void)error;
    files->fed = files->done = files->failed = 0;
    memset(files->lost, 0, files->count * sizeof *files->lost);
    return FURROW_OK;
}

/* A result is the number of bytes saved. */
static furrow_shape shape(const void *state)
{
    const struct files *files = state;
    double bytes = 0;
    for (size_t i = 0; i < files->count; i++)
        bytes += (double)strlen(text_of(files, i));
    return (furrow_shape){
        .items = files->count,
        .result_size = sizeof(size_t),
        .work = {.items = (double)files->count, .bytes = bytes},
    };
}

static int next(void *state, furrow_feed *feed, size_t capacity, furrow_error *error)
{
    struct files *files = state;
    int status = FURROW_OK;
    (void)capacity, (void)error;
    for (; !status && files->fed < files->count && !furrow_feed_full(feed); files->fed++) {
        const char *text = text_of(files, files->fed);
        char name[NAME_SIZE];
        status = furrow_feed_add(feed, text, strlen(text), name_of(name, files, files->fed));
    }
    return status;
}

/* A full disk may be reported only when the file is closed. */
static int save(const char *path, const char *text, size_t length)
{
    FILE *file = fopen(path, "we");
    if (!file)
        return -errno;
    errno = EIO;
    int status = length == 0 || fwrite(text, 1, length, file) == length ? FURROW_OK : -errno;
    if (fclose(file) != 0 && status == FURROW_OK)
        status = -errno;
    return status;
}

static int body(const furrow_range *range, const void *state)
{
    const struct files *files = state;
    for (size_t i = range->begin; furrow_range_claim(range, i); i++) {
        const furrow_item text = furrow_range_item(range, i);
        char path[PATH_MAX];
        int status = path_of(path, files, i);
        if (!status)
            status = save(path, text.bytes, text.size);
        FURROW_RESULT(range, size_t, i) = status ? 0 : text.size;
        if (status)
            status = furrow_fail(range, i, status, "%s: cannot save: %s", path,
                                 furrow_status_text(status));
        if (status)
            return status;
    }
    return FURROW_OK;
}

static int combine(void *state, const furrow_batch *batch)
{
    struct files *files = state;
    for (size_t i = batch->begin; i < batch->end; i++) {
        files->done++;
        files->lost[i] = furrow_faults_find(batch->faults, i, NULL);
        files->failed += files->lost[i];
    }
    return FURROW_OK;
}

static int emit(const void *state, const furrow_record *record, furrow_writer *writer)
{
    furrow_format format = furrow_writer_format(writer);
    char name[NAME_SIZE];
    if (record->fault && format == FURROW_FORMAT_TEXT)
        return FURROW_OK;
    furrow_writer_begin(writer);
    furrow_writer_text(writer, "file", name_of(name, state, record->number));
    if (record->fault)
        furrow_writer_text(writer, "bytes", NULL);
    else
        furrow_writer_count(writer, "bytes", *(const size_t *)record->result);
    if (format != FURROW_FORMAT_TEXT)
        furrow_writer_text(writer, "error", record->fault ? record->fault->text : NULL);
    return furrow_writer_end(writer);
}

/* Whether the file holds `text` and nothing else. */
static bool holds(const char *path, const char *text)
{
    size_t length = strlen(text);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    size_t same = 0;
    while (same < length && fgetc(file) == (unsigned char)text[same])
        same++;
    bool whole = same == length && fgetc(file) == EOF && !ferror(file);
    fclose(file);
    return whole;
}

static int verify(const void *state, furrow_error *error)
{
    const struct files *files = state;
    if (files->done != files->count)
        return furrow_error_set(error, FURROW_EVERIFY, "expected %zu files, saved %zu",
                                files->count, files->done);
    for (size_t i = 0; i < files->count; i++) {
        char path[PATH_MAX];
        if (files->lost[i])
            continue;
        int status = path_of(path, files, i);
        if (status || !holds(path, text_of(files, i)))
            return furrow_error_set(error, FURROW_EVERIFY,
                                    "%s: expected \"%.40s\", read something else", path,
                                    text_of(files, i));
    }
    return FURROW_OK;
}

static int tell(void *state, furrow_moment moment, FILE *log, furrow_error *error)
{
    const struct files *files = state;
    (void)error;
    if (log && moment == FURROW_AFTER)
        fprintf(log, "%zu files in %s, %zu failed\n", files->done, files->folder, files->failed);
    return FURROW_OK;
}

const furrow_kernel furrow_kernel_files = {
    .abi = FURROW_KERNEL_ABI,
    .flags = FURROW_KERNEL_SIDE_EFFECTS,
    .name = "files",
    .summary = "create a file for each text and save the text in it",
    .help = "Examples:\n"
            "  furrow files Abhijit Anas Ayush --folder out --wait 2s\n"
            "  furrow files x --count 1000 --folder out",
    .params = params,
    .setup = setup,
    .teardown = teardown,
    .begin = begin,
    .shape = shape,
    .next = next,
    .body = body,
    .combine = combine,
    .formats = (const furrow_kernel_format[]){{.emit = emit}, {0}},
    .verify = verify,
    .tell = tell,
};

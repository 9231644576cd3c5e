#include "output.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void output_hold_standard(void)
{
    const int wrong_way[] = {O_WRONLY, O_RDONLY, O_RDONLY};
    for (int i = 0; i < 3; i++)
        if (fcntl(i, F_GETFD) < 0 && open("/dev/null", wrong_way[i]) < 0)
            return; /* open takes the lowest free number, i; without /dev/null nothing helps */
}

int output_open(struct output *output, const char *path, furrow_error *error)
{
    *output = (struct output){.failed = ATOMIC_FLAG_INIT};
    output->file.file = STDOUT_FILENO;
    return !path || strcmp(path, "-") == 0 ? FURROW_OK
                                           : furrow_output_open(&output->file, path, error);
}

static int fail(struct output *output, int code)
{
    const char *path = output->file.partial ? output->file.partial : output->file.path;
    if (!atomic_flag_test_and_set(&output->failed))
        furrow_error_set(&output->error, code, "%s: cannot write: %s",
                         path ? path : "standard output", furrow_status_text(code));
    return code;
}

int output_write(const char *bytes, size_t size, void *context)
{
    struct output *output = context;
    int status = furrow_output_write(&output->file, bytes, size, NULL);
    return status ? fail(output, status) : FURROW_OK;
}

static bool is_file(const struct output *output)
{
    struct stat status;
    return fstat(output->file.file, &status) == 0 && S_ISREG(status.st_mode);
}

int output_write_at(const char *bytes, size_t size, uint64_t offset, void *context)
{
    struct output *output = context;
    while (size > 0) {
        ssize_t written = pwrite(output->file.file, bytes, size, (off_t)offset);
        if (written < 0 && errno != EINTR)
            return fail(output, -errno);
        if (written < 0)
            continue;
        bytes += written;
        offset += (uint64_t)written;
        size -= (size_t)written;
    }
    return FURROW_OK;
}

bool output_has_offsets(const struct output *output)
{
    return output->file.partial != NULL;
}

uint64_t output_position(const struct output *output)
{
    if (!is_file(output))
        return 0;
    bool appends = fcntl(output->file.file, F_GETFL) & O_APPEND;
    off_t position = lseek(output->file.file, 0, appends ? SEEK_END : SEEK_CUR);
    return position > 0 ? (uint64_t)position : 0;
}

void output_cut(const struct output *output, uint64_t start, uint64_t size)
{
    struct stat status;
    if (!is_file(output) || fstat(output->file.file, &status) != 0)
        return;
    if ((uint64_t)status.st_size > start + size &&
        ftruncate(output->file.file, (off_t)(start + size)))
        fprintf(stderr, "furrow: cannot cut the output after its last whole row: %s\n",
                strerror(errno));
}

int output_close(struct output *output, bool whole, furrow_error *error)
{
    furrow_output *file = &output->file;
    if (!file->path)
        return FURROW_OK;
    int status = whole ? furrow_output_finish(file, error) : FURROW_OK;
    if (file->partial)
        fprintf(stderr, "furrow: the finished part is in %s\n", file->partial);
    if (status)
        furrow_output_keep(file, NULL);
    else if (!whole)
        status = furrow_output_keep(file, error);
    furrow_output_clear(file);
    return status;
}

static int write_records(const struct document *document, furrow_format format,
                         struct output *output)
{
    furrow_writer *writer;
    int status = furrow_writer_new(&writer, format, NULL, output_write, output);
    if (status)
        return status;
    status = document->records(writer, document->context);
    if (status == FURROW_OK)
        status = furrow_writer_finish(writer);
    furrow_writer_free(writer);
    return status;
}

int output_document(const struct document *document, furrow_format format, const char *path,
                    furrow_error *error)
{
    struct output output;
    int status = output_open(&output, path, error);
    if (status == FURROW_OK) {
        status = format == FURROW_FORMAT_TEXT && document->text
                     ? document->text(output_write, &output, document->context)
                     : write_records(document, format, &output);
        *error = output.error;
        int closed = output_close(&output, status == FURROW_OK, error);
        status = status ? status : closed;
    }
    error->code = status;
    return status;
}

#include "csv.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const size_t max_row = 1 << 20;

/* Some programs begin a UTF-8 file with these bytes. */
static const unsigned char byte_order_mark[] = "\xef\xbb\xbf";

int furrow__csv_open(struct furrow__csv *csv, const char *path, furrow_error *error)
{
    *csv = (struct furrow__csv){.name = path, .next_line = 1};
    csv->file = fopen(path, "re");
    struct stat found;
    int code = !csv->file || fstat(fileno(csv->file), &found) != 0 ? -errno
               : S_ISDIR(found.st_mode)                            ? -EISDIR
                                                                   : FURROW_OK;
    return code ? furrow_error_set(error, code, "%s: cannot be opened: %s", path,
                                   furrow_status_text(code))
                : FURROW_OK;
}

void furrow__csv_close(struct furrow__csv *csv)
{
    if (csv->file)
        fclose(csv->file);
    free(csv->text);
    free(csv->fields);
    *csv = (struct furrow__csv){0};
}

static int put(struct furrow__csv *csv, char byte)
{
    if (csv->size == csv->room) {
        size_t room = csv->room ? 2 * csv->room : 256;
        char *grown = realloc(csv->text, room);
        if (!grown)
            return FURROW_ENOMEM;
        csv->text = grown;
        csv->room = room;
    }
    csv->text[csv->size++] = byte;
    return FURROW_OK;
}

/* Adds a byte of the file. NUL is refused, since it would end the field. */
static int put_text(struct furrow__csv *csv, int byte)
{
    if (csv->size > max_row)
        return FURROW_EFBIG;
    return byte == '\0' ? FURROW_EINVAL : put(csv, (char)byte);
}

static int begin_field(struct furrow__csv *csv)
{
    if (csv->count == csv->field_room) {
        size_t room = csv->field_room ? 2 * csv->field_room : 16;
        size_t *grown = realloc(csv->fields, room * sizeof *grown);
        if (!grown)
            return FURROW_ENOMEM;
        csv->fields = grown;
        csv->field_room = room;
    }
    csv->fields[csv->count++] = csv->size;
    return FURROW_OK;
}

static int next_byte(struct furrow__csv *csv)
{
    int byte = getc(csv->file);
    csv->next_line += byte == '\n';
    return byte;
}

/* Reads a quoted field after its first quote; `*after` is the byte behind the last quote. */
static int read_quoted(struct furrow__csv *csv, int *after)
{
    for (;;) {
        int byte = next_byte(csv);
        if (byte == EOF)
            return FURROW_EFORMAT;
        if (byte == '"') {
            *after = next_byte(csv);
            if (*after != '"')
                return FURROW_OK;
        }
        int status = put_text(csv, byte);
        if (status)
            return status;
    }
}

/* Drops a byte order mark. The beginning of one is kept as text. */
static int skip_mark(struct furrow__csv *csv, int *byte)
{
    const unsigned char *mark = byte_order_mark;
    int status = FURROW_OK;
    for (; !status && *mark && *byte == *mark; mark++, *byte = next_byte(csv))
        status = put(csv, (char)*byte);
    if (!*mark)
        csv->size = 0;
    return status;
}

/* The first comma or tab outside quotes becomes the separator of the file. */
static bool ends_field(struct furrow__csv *csv, int byte)
{
    if (byte == '\n' || byte == EOF)
        return true;
    if (!csv->separator && (byte == ',' || byte == '\t'))
        csv->separator = byte;
    return csv->separator && byte == csv->separator;
}

/* The byte that a backslash and the byte behind it stand for in TSV. Before any other byte the
 * backslash stands for itself. */
static int unescape(struct furrow__csv *csv)
{
    static const char letters[] = "tnr\\", special[] = "\t\n\r\\";
    int byte = getc(csv->file);
    const char *at = byte != EOF && byte != '\0' ? strchr(letters, byte) : NULL;
    if (at)
        return special[at - letters];
    ungetc(byte, csv->file);
    return '\\';
}

/* Reads to the end of the field. A carriage return before the newline is dropped, unless it was
 * escaped or quoted. */
static int read_plain(struct furrow__csv *csv, int *byte)
{
    size_t end = csv->size; /* a carriage return before this stays */
    for (; !ends_field(csv, *byte); *byte = next_byte(csv)) {
        bool escaped = csv->separator == '\t' && *byte == '\\';
        int status = put_text(csv, escaped ? unescape(csv) : *byte);
        if (status)
            return status;
        end = escaped ? csv->size : end;
    }
    if (*byte == '\n' && csv->size > end && csv->text[csv->size - 1] == '\r')
        csv->size--;
    return put(csv, '\0');
}

/* Reads a field; `*after` is the separator, newline or EOF that ended it. */
static int read_field(struct furrow__csv *csv, int first, int *after)
{
    int status = csv->size > max_row ? FURROW_EFBIG : begin_field(csv);
    *after = first;
    if (!status && csv->line == 1 && csv->count == 1)
        status = skip_mark(csv, after);
    bool quoted = *after == '"' && csv->separator != '\t';
    if (!status && quoted && csv->size == csv->fields[csv->count - 1])
        status = read_quoted(csv, after);
    return status ? status : read_plain(csv, after);
}

static int refuse(const struct furrow__csv *csv, int status, furrow_error *error)
{
    const char *reason = status == FURROW_EFORMAT  ? "a quote that does not close"
                         : status == FURROW_EFBIG  ? "a row longer than 1 MiB"
                         : status == FURROW_EINVAL ? "expected text in UTF-8, got a NUL byte"
                                                   : furrow_status_text(status);
    if (status == FURROW_EFBIG || status == FURROW_EINVAL)
        status = FURROW_EFORMAT;
    return furrow_error_set(error, status, "%s: line %zu: %s", csv->name, csv->line, reason);
}

int furrow__csv_next(struct furrow__csv *csv, bool *ended, furrow_error *error)
{
    csv->line = csv->next_line;
    csv->size = csv->count = 0;
    errno = 0;
    int byte = next_byte(csv), status = FURROW_OK;
    *ended = byte == EOF && !ferror(csv->file);
    for (bool more = byte != EOF; more && !status;) {
        status = read_field(csv, byte, &byte);
        more = csv->separator && byte == csv->separator;
        if (more)
            byte = next_byte(csv);
    }
    if (ferror(csv->file))
        status = errno ? -errno : FURROW_EIO;
    return status ? refuse(csv, status, error) : FURROW_OK;
}

const char *furrow__csv_field(const struct furrow__csv *csv, size_t index)
{
    return csv->text + csv->fields[index];
}

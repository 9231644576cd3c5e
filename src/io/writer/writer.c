#include "writer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/status.h>

#include "base/text.h"

/* Bytes of whole records that are collected before the sink is called. */
static const size_t flush_size = 65536;

static const furrow__format *const formats[] = {
#define ROW(NAME, name) [FURROW_FORMAT_##NAME] = &furrow__format_##name,
    FURROW_FORMAT_MAP(ROW)
#undef ROW
};
static const size_t format_count = sizeof formats / sizeof *formats;

const char *furrow_format_name(furrow_format format)
{
    return (size_t)format < format_count ? formats[format]->name : NULL;
}

bool furrow_format_parse(furrow_format *format, const char *name)
{
    for (size_t i = 0; i < format_count; i++)
        if (strcmp(formats[i]->name, name) == 0) {
            *format = (furrow_format)i;
            return true;
        }
    return false;
}

int furrow_writer_new(furrow_writer **writer, furrow_format format, const char *field,
                      furrow_sink sink, void *context)
{
    *writer = NULL;
    if ((size_t)format >= format_count || !sink)
        return FURROW_EINVAL;
    furrow_writer *fresh = calloc(1, sizeof *fresh);
    if (!fresh)
        return FURROW_ENOMEM;
    fresh->format = formats[format];
    fresh->kind = format;
    fresh->field = field;
    fresh->sink = sink;
    fresh->context = context;
    *writer = fresh;
    return FURROW_OK;
}

void furrow_writer_part(furrow_writer *writer, bool first, bool last)
{
    writer->later = !first;
    writer->goes_on = !last;
}

void furrow_writer_free(furrow_writer *writer)
{
    if (!writer)
        return;
    free(writer->records.bytes);
    free(writer->heading.bytes);
    free(writer);
}

furrow_format furrow_writer_format(const furrow_writer *writer)
{
    return writer->kind;
}

void furrow__writer_append(furrow_writer *writer, furrow__writer_buffer *buffer, const char *bytes,
                           size_t size)
{
    if (writer->status || size == 0)
        return;
    if (size > buffer->capacity - buffer->size) {
        size_t capacity = 2 * (buffer->size + size) + 256;
        char *grown = realloc(buffer->bytes, capacity);
        if (!grown) {
            writer->status = FURROW_ENOMEM;
            return;
        }
        buffer->bytes = grown;
        buffer->capacity = capacity;
    }
    memcpy(buffer->bytes + buffer->size, bytes, size);
    buffer->size += size;
}

void furrow__writer_put(furrow_writer *writer, const char *bytes, size_t size)
{
    furrow__writer_append(writer, &writer->records, bytes, size);
}

void furrow__writer_puts(furrow_writer *writer, const char *text)
{
    furrow__writer_put(writer, text, strlen(text));
}

void furrow__writer_end_tuple(furrow_writer *writer)
{
    furrow__writer_puts(writer, writer->index[writer->depth] == 1 ? ",)" : ")"); /* "(0,)" */
}

/* Drops a record that was never ended. The opening of the document becomes whole with its first
 * record, or with its end. */
static void drop_open_record(furrow_writer *writer)
{
    writer->records.size = writer->whole;
    if (writer->record_count == 0 && !writer->later && writer->format->open)
        writer->format->open(writer);
}

void furrow__writer_separate(furrow_writer *writer)
{
    if (writer->index[writer->depth] > 0)
        furrow__writer_puts(writer, ", ");
}

void furrow_writer_begin(furrow_writer *writer)
{
    drop_open_record(writer);
    writer->depth = writer->ignored = 0;
    writer->index[0] = 0;
    if (writer->format->begin)
        writer->format->begin(writer);
}

int furrow_writer_end(furrow_writer *writer)
{
    if (writer->format->end)
        writer->format->end(writer);
    if (writer->status)
        return writer->status;
    writer->whole = writer->records.size;
    writer->record_count++;
    writer->shown += writer->index[0] > 0;
    return writer->whole >= flush_size ? furrow_writer_flush(writer) : FURROW_OK;
}

/* Whether the value is written: some formats show one field of each record. */
static bool is_shown(const furrow_writer *writer, const char *name)
{
    if (writer->status || writer->ignored)
        return false;
    if (!writer->format->one_field || writer->depth > 0)
        return true;
    return writer->field ? strcmp(name, writer->field) == 0 : writer->index[0] == 0;
}

/* Writes a value with what stands before it; a text is `quoted`, a number is not. */
static void put_value(furrow_writer *writer, const char *name, const char *text, bool quoted)
{
    if (!is_shown(writer, name))
        return;
    writer->format->before(writer, name);
    if (quoted)
        writer->format->text(writer, text);
    else
        furrow__writer_puts(writer, text);
    writer->index[writer->depth]++;
}

void furrow_writer_text(furrow_writer *writer, const char *name, const char *value)
{
    put_value(writer, name, value, true);
}

void furrow_writer_path(furrow_writer *writer, const char *name, const char *value)
{
    if (!value || !writer->format->path) {
        furrow_writer_text(writer, name, value);
        return;
    }
    if (!is_shown(writer, name))
        return;
    writer->format->before(writer, name);
    writer->format->path(writer, value);
    writer->index[writer->depth]++;
}

void furrow_writer_count(furrow_writer *writer, const char *name, uint64_t value)
{
    char text[21];
    char *digit = &text[sizeof text - 1];
    *digit = '\0';
    do {
        *--digit = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    put_value(writer, name, digit, false);
}

/* Prints the fewest significant digits that read back as the same double. A normal number keeps 15
 * digits exactly, and %g drops their trailing zeros; a subnormal one may need a single digit. */
static void shortest(char *text, size_t size, double value)
{
    for (int digits = isnormal(value) ? 15 : 1; digits <= 17; digits++) {
        snprintf(text, size, "%.*g", digits, value);
        double back = strtod(text, NULL);
        if (memcmp(&back, &value, sizeof value) == 0)
            return;
    }
}

static const char *not_finite(const furrow__format *format, double value)
{
    if (format->not_finite)
        return format->not_finite;
    return isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

void furrow_writer_real(furrow_writer *writer, const char *name, double value, int decimals)
{
    char text[352]; /* -DBL_MAX with 16 decimals has 327 characters */
    locale_t before = furrow__point_begin();
    if (!isfinite(value))
        snprintf(text, sizeof text, "%s", not_finite(writer->format, value));
    else if (decimals >= 17)
        shortest(text, sizeof text, value);
    else
        snprintf(text, sizeof text, "%.*f", decimals > 0 ? decimals : 0, value);
    furrow__point_end(before);
    put_value(writer, name, text, false);
}

void furrow_writer_list_begin(furrow_writer *writer, const char *name)
{
    if (writer->depth + 1 >= FURROW__WRITER_DEPTH && !writer->status)
        writer->status = FURROW_ENOTSUP;
    if (!is_shown(writer, name)) {
        writer->ignored++;
        return;
    }
    writer->format->list_begin(writer, name);
    writer->depth++;
    writer->index[writer->depth] = 0;
}

void furrow_writer_list_end(furrow_writer *writer)
{
    if (writer->ignored) {
        writer->ignored--;
        return;
    }
    if (writer->status || writer->depth == 0)
        return;
    if (writer->format->list_end)
        writer->format->list_end(writer);
    writer->depth--;
    writer->index[writer->depth]++;
}

int furrow_writer_flush(furrow_writer *writer)
{
    if (writer->status == FURROW_OK && writer->whole > 0)
        writer->status = writer->sink(writer->records.bytes, writer->whole, writer->context);
    if (writer->status)
        return writer->status;
    size_t rest = writer->records.size - writer->whole;
    if (rest > 0)
        memmove(writer->records.bytes, writer->records.bytes + writer->whole, rest);
    writer->records.size = rest;
    writer->whole = 0;
    return FURROW_OK;
}

int furrow_writer_finish(furrow_writer *writer)
{
    drop_open_record(writer);
    if (!writer->goes_on && writer->format->close)
        writer->format->close(writer);
    writer->whole = writer->records.size;
    return furrow_writer_flush(writer);
}

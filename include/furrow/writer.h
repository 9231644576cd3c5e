/*
 * writer.h: records of named fields, written as text, CSV, TSV, JSON, JSON Lines or a bare list.
 *
 *     furrow_writer_begin(writer);
 *     furrow_writer_text(writer, "path", "17.png");
 *     furrow_writer_count(writer, "digit", 8);
 *     furrow_writer_real(writer, "confidence", 0.99971, 4);
 *     status = furrow_writer_end(writer);
 *
 *     text    17.png 8 0.9997
 *     csv     path,digit,confidence              (a heading, once; quoted as RFC 4180 says)
 *             17.png,8,0.9997
 *     tsv     the same with tabs; a tab, newline, carriage return or backslash in a value is
 *             written \t, \n, \r or \\
 *     json    [{"path": "17.png", "digit": 8, "confidence": 0.9997}]
 *     jsonl   {"path": "17.png", "digit": 8, "confidence": 0.9997}
 *     list    [8]                                (one field of each record: see _new)
 *
 * Only whole records reach the sink, so a failure leaves no half line. Errors stick: after the sink
 * or an allocation has failed, calls do nothing, and _end, _flush and _finish return that error.
 * One thread at a time may use a writer.
 */
#ifndef FURROW_WRITER_H
#define FURROW_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* X(NAME, name): the only list of formats. */
#define FURROW_FORMAT_MAP(X)                                                                       \
    X(TEXT, text)                                                                                  \
    X(CSV, csv)                                                                                    \
    X(JSON, json)                                                                                  \
    X(JSONL, jsonl)                                                                                \
    X(LIST, list)                                                                                  \
    X(TSV, tsv)

typedef enum furrow_format {
#define FURROW_FORMAT_ENUMERATE(NAME, name) FURROW_FORMAT_##NAME,
    FURROW_FORMAT_MAP(FURROW_FORMAT_ENUMERATE)
#undef FURROW_FORMAT_ENUMERATE
} furrow_format;

typedef struct furrow_writer furrow_writer;

/* Takes `size` bytes. Returns 0, or a negative code, which the writer then returns too. */
typedef int (*furrow_sink)(const char *bytes, size_t size, void *context);

/* "text", "csv" and so on; NULL: `format` is none. */
const char *furrow_format_name(furrow_format format);

/* Finds the format of that name; false: there is none, and *format stays. */
bool furrow_format_parse(furrow_format *format, const char *name);

/*
 * A writer of `format` into `sink`. `field` names the field that the format "list" shows (NULL: the
 * first of each record); other formats ignore it. FURROW_EINVAL: no such format, or no sink;
 * FURROW_ENOMEM.
 */
int furrow_writer_new(furrow_writer **writer, furrow_format format, const char *field,
                      furrow_sink sink, void *context);

/*
 * Makes the document one of several parts, whose concatenation is the whole. Call it before the
 * first record. Only the first part has what stands before all records ("[", a heading), only the
 * last part what stands after them. The first part must have a record unless it is also the last.
 * Empty parts behind the last one are neither first nor last.
 */
void furrow_writer_part(furrow_writer *writer, bool first, bool last);

/* Frees the writer; an unfinished document stays unfinished. */
void furrow_writer_free(furrow_writer *writer);

/* The format, for a kernel whose text is meant for people and whose CSV is meant for programs. */
furrow_format furrow_writer_format(const furrow_writer *writer);

/* A record and its fields. Names are C identifiers, the same in every record. A record that is not
 * ended before the next one begins, or before _finish, is dropped. */
void furrow_writer_begin(furrow_writer *writer);
int furrow_writer_end(furrow_writer *writer);

/* `value` NULL is null in JSON, an empty field in CSV and TSV, "-" in text. Bytes that are not
 * UTF-8 become \udc80 ... \udcff in JSON (Python's surrogateescape: os.fsencode of what json.loads
 * gives has the bytes again) and stay as they are elsewhere. */
void furrow_writer_text(furrow_writer *writer, const char *name, const char *value);
void furrow_writer_count(furrow_writer *writer, const char *name, uint64_t value);

/* The name of a file, which may hold any byte. Like _text, but the text format escapes it as `ls
 * -b` does, so that a name ends no field and no line: "\ ", "\n", "\\", and "\377" for bytes that
 * are not UTF-8. */
void furrow_writer_path(furrow_writer *writer, const char *name, const char *value);

/* `decimals` digits after the point; 17 or more: the fewest that read back exactly. NaN and
 * infinities are null in JSON. */
void furrow_writer_real(furrow_writer *writer, const char *name, double value, int decimals);

/*
 * A field that is a list of values, whose names are ignored, or of lists. Text and list show
 * "(0, 1, 2)", JSON shows "[0, 1, 2]". CSV and TSV make each element a column, name_1, name_2, ...;
 * a list in a list is one column, "0 1 2". More than three lists inside one another are refused:
 * FURROW_ENOTSUP, which sticks.
 */
void furrow_writer_list_begin(furrow_writer *writer, const char *name);
void furrow_writer_list_end(furrow_writer *writer);

/* Passes all whole records to the sink now. */
int furrow_writer_flush(furrow_writer *writer);

/* Ends the document ("]" where the format has one) and flushes. Call it once. */
int furrow_writer_finish(furrow_writer *writer);

#ifdef __cplusplus
}
#endif

#endif

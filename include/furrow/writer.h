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
 *     tsv     likewise, with tabs; \t, \n, \r and \\ stand for what would end a field or a line
 *     json    [{"path": "17.png", "digit": 8, "confidence": 0.9997}]
 *     jsonl   {"path": "17.png", "digit": 8, "confidence": 0.9997}
 *     list    [8]                                (one field of each record: see _new)
 *
 * Only whole records reach the sink: what fails half-way leaves no half line. Errors stick: after
 * the sink or an allocation fails, calls do nothing and _end, _flush and _finish return that error.
 * A writer is used by one thread at a time.
 */
#ifndef FURROW_WRITER_H
#define FURROW_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum furrow_format {
    FURROW_FORMAT_TEXT,
    FURROW_FORMAT_CSV,
    FURROW_FORMAT_JSON,
    FURROW_FORMAT_JSONL,
    FURROW_FORMAT_LIST,
    FURROW_FORMAT_TSV
} furrow_format;

typedef struct furrow_writer furrow_writer;

/* Takes `size` bytes. Returns 0, or a negative code, which the writer then returns too. */
typedef int (*furrow_sink)(const char *bytes, size_t size, void *context);

/* "text", "csv", "json", "jsonl", "list", "tsv"; NULL for no format. */
const char *furrow_format_name(furrow_format format);

/* The format of that name; false when there is none. */
bool furrow_format_parse(furrow_format *format, const char *name);

/*
 * A writer of `format` into `sink`. `field` is the field that a list shows (NULL: the first of each
 * record); other formats ignore it. FURROW_ENOMEM, FURROW_EINVAL.
 */
int furrow_writer_new(furrow_writer **writer, furrow_format format, const char *field,
                      furrow_sink sink, void *context);

/*
 * Before the first record: the document is one of several parts, which concatenate to the whole.
 * Only the first has what stands before all records ("[", a heading), only the last what stands
 * behind them. The first has a record, unless it is the last too; parts behind the last have none,
 * and are neither.
 */
void furrow_writer_part(furrow_writer *writer, bool first, bool last);

/* Frees it; an unfinished document stays unfinished. */
void furrow_writer_free(furrow_writer *writer);

/* The format, for a kernel whose text is meant for eyes and whose CSV is meant for tools. */
furrow_format furrow_writer_format(const furrow_writer *writer);

/* A record and its fields. Names are C identifiers, the same in every record. A record may stay
 * open from one call to the next of whoever writes it; one that is not ended before the next begins
 * or the document finishes is dropped. */
void furrow_writer_begin(furrow_writer *writer);
int furrow_writer_end(furrow_writer *writer);

/* `value` NULL is null in JSON, an empty field in CSV and TSV, "-" in text. Bytes that are not
 * UTF-8 become \udc80 ... \udcff in JSON (Python's surrogateescape: os.fsencode of what json.loads
 * gives has the bytes again) and stay as they are elsewhere. */
void furrow_writer_text(furrow_writer *writer, const char *name, const char *value);
void furrow_writer_count(furrow_writer *writer, const char *name, uint64_t value);

/* The name of a file, which may hold any byte. As text, but in the text format all that could be
 * taken for the end of a field or a line is escaped as `ls -b` does it: "\ ", "\n", "\\", and
 * "\377" for bytes that are not UTF-8. */
void furrow_writer_path(furrow_writer *writer, const char *name, const char *value);

/* `decimals` places after the point; 17 or more: the shortest that reads back exactly. NaN and
 * infinities are null in JSON. */
void furrow_writer_real(furrow_writer *writer, const char *name, double value, int decimals);

/*
 * A field that is a list, of values (whose names are ignored) or of lists:
 * text and list "(0, 1, 2)", JSON "[0, 1, 2]"; in CSV and TSV the values of a list spread over
 * columns name_1, name_2, ..., a list in a list being one of them, "0 1 2". More than three lists
 * inside one another are refused: FURROW_ENOTSUP, which sticks.
 */
void furrow_writer_list_begin(furrow_writer *writer, const char *name);
void furrow_writer_list_end(furrow_writer *writer);

/* Hands all whole records to the sink now. */
int furrow_writer_flush(furrow_writer *writer);

/* Ends the document ("]" where the format has one) and flushes. Once. */
int furrow_writer_finish(furrow_writer *writer);

#ifdef __cplusplus
}
#endif

#endif

/*
 * writer.h: what the formats share: a writer with its buffer of records, and the functions that
 * append to it.
 *
 * To add a format: its row in FURROW_FORMAT_MAP (include/furrow/writer.h), and a file here with its
 * furrow__format_NAME.
 */
#ifndef FURROW_WRITER_INTERNAL_H
#define FURROW_WRITER_INTERNAL_H

#include <furrow/writer.h>

/* A record and three lists inside one another: deeper ones are refused with FURROW_ENOTSUP. */
#define FURROW__WRITER_DEPTH 4

typedef struct furrow__writer_buffer {
    char *bytes;
    size_t size, capacity;
} furrow__writer_buffer;

/* How a format writes. Each function but before and text may be NULL: it then writes nothing. */
typedef struct furrow__format {
    const char *name;
    bool one_field;                       /* each record shows one field only */
    const char *not_finite;               /* NaN and infinities; NULL: nan, inf, -inf */
    const char *separator;                /* between columns, one character; CSV and TSV only */
    void (*open)(furrow_writer *writer);  /* the document, before the first record */
    void (*close)(furrow_writer *writer); /* after the last */
    void (*begin)(furrow_writer *writer); /* a record */
    void (*end)(furrow_writer *writer);
    void (*before)(furrow_writer *writer, const char *name);     /* what stands before a value */
    void (*text)(furrow_writer *writer, const char *value);      /* a text, quoted; NULL: none */
    void (*path)(furrow_writer *writer, const char *value);      /* a file's name; NULL: as text */
    void (*list_begin)(furrow_writer *writer, const char *name); /* includes what before does */
    void (*list_end)(furrow_writer *writer);
} furrow__format;

struct furrow_writer {
    const furrow__format *format;
    furrow_format kind;
    const char *field;
    furrow_sink sink;
    void *context;
    int status;                    /* the first error; sticks */
    furrow__writer_buffer records; /* whole ones, then the open one */
    furrow__writer_buffer
        heading;           /* CSV, TSV: the columns' names, while the first record is open */
    const char *list_name; /* CSV, TSV: the field whose elements are columns */
    size_t columns;        /* CSV, TSV: of the open record so far */
    size_t whole;          /* bytes of `records` that are whole */
    size_t record_count;   /* whole ones */
    size_t shown;          /* records with a field that was shown */
    bool later, goes_on;   /* not the first part of a document; not the last */
    int depth;             /* lists open in this record */
    int ignored;           /* open lists in a field that the format leaves out */
    size_t index[FURROW__WRITER_DEPTH]; /* values so far at each depth */
};

#define FURROW__FORMAT_DECLARE(NAME, name) extern const furrow__format furrow__format_##name;
FURROW_FORMAT_MAP(FURROW__FORMAT_DECLARE)
#undef FURROW__FORMAT_DECLARE

/* Append to the open record; on failure the writer's status is set. */
void furrow__writer_put(furrow_writer *writer, const char *bytes, size_t size);
void furrow__writer_puts(furrow_writer *writer, const char *text);
void furrow__writer_append(furrow_writer *writer, furrow__writer_buffer *buffer, const char *bytes,
                           size_t size);

/* Appends ", " before every value but the first at this depth. */
void furrow__writer_separate(furrow_writer *writer);

/* Ends a tuple as Python does: "(0,)", "(0, 1)". */
void furrow__writer_end_tuple(furrow_writer *writer);

/* The length of the UTF-8 sequence at `text`, or 0 where it is not valid: overlong forms,
 * surrogates and values above U+10FFFF are not (Unicode 15, table 3-7). */
size_t furrow__sequence_length(const char *text);

#endif

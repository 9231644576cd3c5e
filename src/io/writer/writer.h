/*
 * writer.h: what the formats share: a buffer of whole records, and where in a record we are.
 *
 * To add a format: a name in furrow_format, a file with its table of functions, a row in writer.c.
 */
#ifndef FURROW_WRITER_INTERNAL_H
#define FURROW_WRITER_INTERNAL_H

#include <furrow/writer.h>

/* A record and three lists inside one another: deeper ones are refused with FURROW_ENOTSUP. */
#define FURROW__WRITER_DEPTH 4

typedef struct furrow__buffer {
    char *bytes;
    size_t size, capacity;
} furrow__buffer;

/* How a format writes. All may be NULL: then nothing is written there. */
typedef struct furrow__format {
    const char *name;
    const char *separator;                /* one character, where there are columns */
    void (*open)(furrow_writer *writer);  /* the document, before the first record */
    void (*close)(furrow_writer *writer); /* after the last */
    void (*begin)(furrow_writer *writer); /* a record */
    void (*end)(furrow_writer *writer);
    void (*before)(furrow_writer *writer, const char *name);     /* a value, at its place */
    void (*text)(furrow_writer *writer, const char *value);      /* the value; NULL: none */
    void (*path)(furrow_writer *writer, const char *value);      /* of a file; NULL: as text */
    void (*list_begin)(furrow_writer *writer, const char *name); /* in the place of before */
    void (*list_end)(furrow_writer *writer);
} furrow__format;

struct furrow_writer {
    const furrow__format *format;
    furrow_format kind;
    const char *field;
    furrow_sink sink;
    void *context;
    int status;             /* the first error; sticks */
    furrow__buffer records; /* whole ones, then the open one */
    furrow__buffer heading; /* CSV, TSV: the columns' names, while the first record is open */
    const char *list_name;  /* the same: the field whose elements are columns */
    size_t columns;         /* the same: of this record so far */
    size_t whole;           /* bytes of `records` that are whole */
    size_t record_count;    /* whole ones */
    size_t shown;           /* records that have the field that a list shows */
    bool later, goes_on;    /* not the first part of a document; not the last */
    int depth;              /* lists open in this record */
    int ignored;            /* open lists that lie in a field that the format leaves out */
    size_t index[FURROW__WRITER_DEPTH]; /* values so far at each depth */
};

extern const furrow__format furrow__format_text;
extern const furrow__format furrow__format_csv;
extern const furrow__format furrow__format_json;
extern const furrow__format furrow__format_jsonl;
extern const furrow__format furrow__format_list;
extern const furrow__format furrow__format_tsv;

/* What formats with columns share: a heading above the first record, and a column for each field
 * and each element of a list. */
void furrow__columns_begin(furrow_writer *writer);
void furrow__columns_end(furrow_writer *writer);
void furrow__columns_before(furrow_writer *writer, const char *name);
void furrow__columns_list_begin(furrow_writer *writer, const char *name);

/* Append to the open record; on failure the writer's status is set. */
void furrow__writer_put(furrow_writer *writer, const char *bytes, size_t size);
void furrow__writer_puts(furrow_writer *writer, const char *text);
void furrow__buffer_put(furrow_writer *writer, furrow__buffer *buffer, const char *bytes,
                        size_t size);

/* ", " before all values but the first of this depth. */
void furrow__writer_separate(furrow_writer *writer);

/* Ends a tuple as Python prints it. */
void furrow__writer_end_tuple(furrow_writer *writer);

/* The length of the UTF-8 sequence at `text`, or 0 where there is none: overlong forms, surrogates
 * and what lies beyond U+10FFFF are none (Unicode 15, table 3-7). */
size_t furrow__sequence_length(const char *text);

#endif

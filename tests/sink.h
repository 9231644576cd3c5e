/* sink.h: a furrow_sink into memory that can fail, and whole documents written into it. */
#ifndef FURROW_TESTS_SINK_H
#define FURROW_TESTS_SINK_H

#include <math.h>
#include <stddef.h>
#include <string.h>

#include <furrow/status.h>
#include <furrow/writer.h>

/* The bytes that were written, as one string; bytes that do not fit are dropped. Begins as {0}. */
typedef struct memory_sink {
    char text[1 << 18];
    size_t size, calls;
    size_t failing_call; /* this call, from 1, and all after it fail with `code`; 0: none */
    int code;
} memory_sink;

static inline int memory_sink_take(const char *bytes, size_t size, void *context)
{
    memory_sink *sink = context;
    sink->calls++;
    if (sink->failing_call != 0 && sink->calls >= sink->failing_call)
        return sink->code;
    size_t room = sizeof sink->text - 1 - sink->size;
    size_t taken = size < room ? size : room;
    memcpy(sink->text + sink->size, bytes, taken);
    sink->size += taken;
    sink->text[sink->size] = '\0';
    return 0;
}

/* ---- documents ---- */

enum { FORMATS = FURROW_FORMAT_TSV + 1 };

typedef void filling(furrow_writer *writer);

/* Writes one document by `fill` into `sink`; returns the final status. */
static inline int write_document(memory_sink *sink, furrow_format format, const char *field,
                                 filling *fill)
{
    furrow_writer *writer;
    memset(sink, 0, sizeof *sink);
    int status = furrow_writer_new(&writer, format, field, memory_sink_take, sink);
    if (status)
        return status;
    fill(writer);
    status = furrow_writer_finish(writer);
    furrow_writer_free(writer);
    return status;
}

static inline void digits(furrow_writer *writer)
{
    furrow_writer_begin(writer);
    furrow_writer_text(writer, "path", "17.png");
    furrow_writer_count(writer, "digit", 8);
    furrow_writer_real(writer, "confidence", 0.99971, 4);
    furrow_writer_end(writer);
    furrow_writer_begin(writer);
    furrow_writer_text(writer, "path", NULL);
    furrow_writer_count(writer, "digit", UINT64_MAX);
    furrow_writer_real(writer, "confidence", NAN, 4);
    furrow_writer_end(writer);
}

#endif

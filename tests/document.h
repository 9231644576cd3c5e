/* document.h: one document of a writer, in memory. */
#ifndef FURROW_TESTS_DOCUMENT_H
#define FURROW_TESTS_DOCUMENT_H

#include <math.h>
#include <string.h>

#include <furrow/status.h>
#include <furrow/writer.h>

#include "sink.h"

#define COUNT(NAME, name) +1
enum { FORMATS = 0 FURROW_FORMAT_MAP(COUNT) };
#undef COUNT

typedef void filling(furrow_writer *writer);

/* What `fill` writes in one document, with the status that it ends in. */
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

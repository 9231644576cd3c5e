#include "trace_file.h"

#include <stdio.h>

#include <furrow/writer.h>

#include "driver.h"
#include "output.h"

static int write_span(const furrow_span *span, double origin, furrow_writer *writer)
{
    furrow_writer_begin(writer);
    furrow_writer_count(writer, "worker", (uint64_t)span->worker);
    furrow_writer_count(writer, "begin", span->begin);
    furrow_writer_count(writer, "end", span->end);
    furrow_writer_real(writer, "start", span->start - origin, 9);
    furrow_writer_real(writer, "stop", span->stop - origin, 9);
    furrow_writer_real(writer, "cpu", span->cpu, 9);
    return furrow_writer_end(writer);
}

static int write_spans(furrow_trace *trace, double origin, struct output *output)
{
    furrow_writer *writer;
    int status = furrow_writer_new(&writer, FURROW_FORMAT_CSV, NULL, output_write, output);
    if (status)
        return status;
    size_t count;
    const furrow_span *spans = furrow_trace_spans(trace, &count);
    for (size_t i = 0; i < count && status == FURROW_OK; i++)
        status = write_span(&spans[i], origin, writer);
    if (status == FURROW_OK)
        status = furrow_writer_finish(writer);
    furrow_writer_free(writer);
    return status;
}

int trace_file_write(const char *path, furrow_trace *trace, const struct log *log)
{
    struct output output;
    furrow_error error = {0};
    int status = output_open(&output, path, &error);
    if (status == FURROW_OK) {
        status = write_spans(trace, log->start, &output);
        error = output.error;
        int closed = output_close(&output, status == FURROW_OK, &error);
        status = status ? status : closed;
    }
    if (furrow_trace_lost(trace) > 0)
        fprintf(stderr, "furrow: %s: no memory for %zu chunks of the trace\n", log->kernel,
                furrow_trace_lost(trace));
    if (status == FURROW_OK)
        return DRIVER_OK;
    error.code = status;
    log_error(log->kernel, &error);
    return DRIVER_ENVIRONMENT;
}

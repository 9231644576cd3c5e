#include "document.h"

#include "driver.h"
#include "log.h"
#include "output.h"

static int write_records(const struct document *document, furrow_format format,
                         struct output *output)
{
    furrow_writer *writer;
    int status = furrow_writer_new(&writer, format, NULL, output_write, output);
    if (status)
        return status;
    status = document->records(document->context, writer);
    if (status == FURROW_OK)
        status = furrow_writer_finish(writer);
    furrow_writer_free(writer);
    return status;
}

int document_write(const struct document *document, const struct options *options)
{
    furrow_error error = {0};
    struct output output;
    int status = output_open(&output, options->output, &error);
    if (status == FURROW_OK) {
        status = options->format == FURROW_FORMAT_TEXT
                     ? document->text(document->context, output_write, &output)
                     : write_records(document, options->format, &output);
        error = output.error;
        int closed = output_close(&output, status == FURROW_OK, &error);
        status = status ? status : closed;
    }
    error.code = status;
    if (status && status != -EPIPE)
        log_error(options->kernel->name, &error);
    return status ? driver_code(status == -EPIPE ? status : FURROW_EIO) : DRIVER_OK;
}

#include <furrow/writer.h>

#include "driver.h"
#include "kernels.h"
#include "options.h"
#include "output.h"
#include "report/text.h"

static const char help[] = "Usage: furrow list [--format NAME]\n\n"
                           "Lists the kernels, one a line.\n";

static int write_text(furrow_sink sink, void *sink_context, const void *context)
{
    furrow__text text = {.sink = sink, .context = sink_context};
    (void)context;
    for (size_t i = 0; furrow_kernels[i]; i++)
        furrow__text_print(&text, "%-14s %s\n", furrow_kernels[i]->name,
                           furrow_kernels[i]->summary);
    return text.status;
}

static int write_records(furrow_writer *writer, const void *context)
{
    int status = FURROW_OK;
    (void)context;
    for (size_t i = 0; furrow_kernels[i] && status == FURROW_OK; i++) {
        furrow_writer_begin(writer);
        furrow_writer_text(writer, "kernel", furrow_kernels[i]->name);
        furrow_writer_text(writer, "summary", furrow_kernels[i]->summary);
        status = furrow_writer_end(writer);
    }
    return status;
}

int cmd_list(int argc, const char **argv)
{
    static const struct document document = {write_text, write_records, NULL};
    int code;
    furrow_format format;
    furrow_error error;
    if (!arguments_only_format(&format, &code, argc, argv, "", help))
        return code;
    return ending_code_of_output(output_document(&document, format, NULL, &error));
}

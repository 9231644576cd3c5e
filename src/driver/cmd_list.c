#include <stdio.h>

#include "driver.h"
#include "kernels.h"
#include "output.h"

static const char help[] = "Usage: furrow list [--format text|csv|tsv|json|jsonl]\n\n"
                           "Lists the kernels, one a line.\n";

static int write_list(furrow_format format)
{
    furrow_error error;
    struct output output;
    furrow_writer *writer;
    output_open(&output, NULL, &error);
    int status = furrow_writer_new(&writer, format, NULL, output_write, &output);
    if (status)
        return status;
    for (size_t i = 0; furrow_kernels[i]; i++) {
        furrow_writer_begin(writer);
        furrow_writer_text(writer, "kernel", furrow_kernels[i]->name);
        furrow_writer_text(writer, "summary", furrow_kernels[i]->summary);
        furrow_writer_end(writer);
    }
    status = furrow_writer_finish(writer);
    furrow_writer_free(writer);
    return status;
}

static void print_list(void)
{
    for (size_t i = 0; furrow_kernels[i]; i++)
        printf("%-14s %s\n", furrow_kernels[i]->name, furrow_kernels[i]->summary);
}

int cmd_list(int argc, const char **argv)
{
    int code;
    furrow_format format;
    if (!driver_only_format(&format, &code, argc, argv, help))
        return code;
    if (format != FURROW_FORMAT_TEXT)
        return driver_output_code(write_list(format));
    print_list();
    return DRIVER_OK;
}

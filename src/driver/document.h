/* document.h: what a command reports: text for eyes or records for tools, into --output. */
#ifndef FURROW_DRIVER_DOCUMENT_H
#define FURROW_DRIVER_DOCUMENT_H

#include <furrow/writer.h>

#include "options.h"

struct document {
    int (*text)(const void *context, furrow_sink sink, void *sink_context);
    int (*records)(const void *context, furrow_writer *writer);
    const void *context;
};

/* Writes it in the format and to the place that `options` ask for; an exit code, after a message if
 * it is not DRIVER_OK. */
int document_write(const struct document *document, const struct options *options);

#endif

/* trace_file.h: --trace FILE: who ran which chunk, and when, as CSV. */
#ifndef FURROW_DRIVER_TRACE_FILE_H
#define FURROW_DRIVER_TRACE_FILE_H

#include <furrow/loop.h>

#include "log.h"

/* Writes a record a span, its times in seconds after log->start: worker, begin, end, start, stop,
 * cpu. An exit code, after a message if it is not DRIVER_OK. */
int trace_file_write(const char *path, furrow_trace *trace, const struct log *log);

#endif

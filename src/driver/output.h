/* output.h: the destination of results: standard output, or a file that appears when complete. */
#ifndef FURROW_DRIVER_OUTPUT_H
#define FURROW_DRIVER_OUTPUT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <furrow/output.h>
#include <furrow/writer.h>

/* Opens /dev/null in the place of standard input, output or error where one of them is closed, the
 * wrong way round: it can be neither read nor written. Otherwise the next file that is opened would
 * get the number of the closed one, and the messages. Call it once, before anything is opened. */
void output_hold_standard(void);

struct output {
    furrow_output file; /* standard output has no path */
    furrow_error error; /* the first one: "FILE: cannot write: ..." */
    atomic_flag failed; /* `error` is set */
};

/* `path` NULL or "-" is standard output. */
int output_open(struct output *output, const char *path, furrow_error *error);

/* A furrow_sink whose context is a struct output. Writes all, or returns -errno. A file keeps no
 * part of a write that does not fit, so that its last record is whole. */
int output_write(const char *bytes, size_t size, void *context);

/* Writes at a given offset; any thread may call it. Only for files that output_has_offsets allows.
 */
int output_write_at(const char *bytes, size_t size, uint64_t offset, void *context);
bool output_has_offsets(const struct output *output);

/* Where the next write goes in a file; 0 for anything else. */
uint64_t output_position(const struct output *output);

/* Cuts a file `size` bytes after `start`, an earlier output_position. Does nothing to anything
 * else. */
void output_cut(const struct output *output, uint64_t start, uint64_t size);

/* Closes the output. A file that is `whole` is synced and renamed; otherwise PATH.partial stays,
 * and a line on stderr names it. */
int output_close(struct output *output, bool whole, furrow_error *error);

/* The report of a command: text for people, or records for programs. */
struct document {
    int (*text)(furrow_sink sink, void *sink_context, const void *context);
    int (*records)(furrow_writer *writer, const void *context);
    const void *context;
};

/* Opens an output, writes the document into it in this format, and closes it. Returns a status. */
int output_document(const struct document *document, furrow_format format, const char *path,
                    furrow_error *error);

#endif

/* output.h: where results go: standard output, or a file that appears only when it is whole. */
#ifndef FURROW_DRIVER_OUTPUT_H
#define FURROW_DRIVER_OUTPUT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <furrow/output.h>

/* Where standard input, output or error is closed, takes its number with something that can be
 * neither read nor written: else the next file opened would get it, and the messages. Once, before
 * anything is opened. */
void output_hold_standard(void);

struct output {
    furrow_output file; /* of standard output, no path */
    furrow_error error; /* the first: "FILE: cannot write: ..." */
    atomic_flag failed; /* it is set */
};

/* PATH NULL or "-" is standard output. */
int output_open(struct output *output, const char *path, furrow_error *error);

/* A furrow_sink; context is a struct output. Writes all or returns -errno; of what does not fit
 * into a file nothing stays, so that records are whole. */
int output_write(const char *bytes, size_t size, void *context);

/* The same at a place of its own, by any thread; for files that output_at_any_place allows. */
int output_write_at(const char *bytes, size_t size, uint64_t offset, void *context);
bool output_at_any_place(const struct output *output);

/* Cuts a file, where the output is one, `size` bytes behind `start`: what output_position said when
 * nothing was written. For anything else it does nothing. */
void output_cut(const struct output *output, uint64_t start, uint64_t size);
uint64_t output_position(const struct output *output);

/* Ends a file: synced and renamed if all went well; else PATH.partial stays, and a line on stderr
 * says so. */
int output_close(struct output *output, bool whole, furrow_error *error);

#endif

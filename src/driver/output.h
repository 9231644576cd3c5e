/* output.h: where results go: standard output, or a file that appears only when it is whole. */
#ifndef FURROW_DRIVER_OUTPUT_H
#define FURROW_DRIVER_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include <furrow/status.h>

/* Where standard input, output or error is closed, takes its number with something that can be
 * neither read nor written: else the next file opened would get it, and the messages. Once, before
 * anything is opened. */
void output_hold_standard(void);

struct output {
    int file;
    char *path;    /* NULL: standard output */
    char *partial; /* PATH.partial, which is written; renamed to PATH by output_close; NULL for
                    * devices and pipes, which are written themselves */
};

/* PATH NULL or "-" is standard output; what a link leads to takes its place. */
int output_open(struct output *output, const char *path, furrow_error *error);

/* A furrow_sink; context is an output. Writes all or returns -errno. */
int output_write(void *context, const char *bytes, size_t size);

/* Ends a file: synced and renamed if all went well; else PATH.partial stays, and a line on stderr
 * says so. */
int output_close(struct output *output, bool whole, furrow_error *error);

#endif

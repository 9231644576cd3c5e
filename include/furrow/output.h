/*
 * output.h: files that appear when they are whole.
 *
 *     status = furrow_output_open(&output, "table.csv", &error);
 *     for (...; status == FURROW_OK; ...)
 *         status = furrow_output_write(&output, bytes, size, &error);
 *     if (status == FURROW_OK)
 *         status = furrow_output_finish(&output, &error);
 *     furrow_output_clear(&output);
 *
 * What is written goes into table.csv.partial, beside what it is to be; finish syncs and renames
 * it. So table.csv is what it was before or the whole of what it is to be, at any time, whatever
 * ends the program, and a loss of power. It has the permissions of the file that it replaces.
 *
 * A symbolic link stays: what it leads to is replaced, or made. What is no regular file (a device,
 * a FIFO, /dev/stdout and all of /dev/fd, whatever is open there) is written as it is: there is
 * nothing to complete, and renaming would replace it.
 *
 * Errors name the file and say why. An output is used by one thread at a time, but for pwrite(2) on
 * its descriptor.
 */
#ifndef FURROW_OUTPUT_H
#define FURROW_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <furrow/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct furrow_output {
    int file;      /* descriptor, which may also be written to directly */
    char *path;    /* what is written in the end, links followed */
    char *partial; /* PATH.partial, where that is; NULL: PATH itself is written */
    FILE *stream;  /* see furrow_output_stream */
    int failure;   /* the first of the stream */
} furrow_output;

/* Opens PATH.partial, empty, or what is no regular file. FURROW_ENOMEM; -errno: as open(2), such as
 * FURROW_ENOENT where the folder is not there. After a failure there is nothing to clear. */
int furrow_output_open(furrow_output *output, const char *path, furrow_error *error);

/* Writes all, waiting where the descriptor does not. -errno, such as -ENOSPC; of what did not fit
 * at the end of a file nothing stays, so that it ends behind the last write that went well. */
int furrow_output_write(const furrow_output *output, const void *bytes, size_t size,
                        furrow_error *error);

/* The same as a stream, buffered, the output's own: what fails is kept until finish. The output
 * stays where it is in memory. NULL: there is no memory for it. */
FILE *furrow_output_stream(furrow_output *output);

/* Flushes, syncs, closes and renames. -errno: PATH is as it was. */
int furrow_output_finish(furrow_output *output, furrow_error *error);

/* In the place of finish, or after it failed: flushes, syncs and closes; PATH.partial stays. */
int furrow_output_keep(furrow_output *output, furrow_error *error);

/* Frees it; what was neither finished nor kept is abandoned: PATH.partial is removed. Fine on {0},
 * and twice. */
void furrow_output_clear(furrow_output *output);

/* All of the above in one: the file becomes these bytes, or stays as it was. */
int furrow_output_replace(const char *path, const void *bytes, size_t size, furrow_error *error);

/* ---- before a long run ---- */

/* Whether open would find a place to write, and nothing is touched: FURROW_EINVAL for an empty
 * path; -errno, such as -EACCES, or -EISDIR for a folder. */
int furrow_output_check(const char *path, furrow_error *error);

/* Whether files can be made in this folder: -errno. */
int furrow_output_check_folder(const char *folder, furrow_error *error);

/* Whether `path` is, or will be, one of the numbered files of `folder`: a number of 8 digits or
 * more and `suffix`, as 00000017.png; or that file while it is written. */
bool furrow_output_numbered(const char *path, const char *folder, const char *suffix);

/* Whether an output to `path` would write over the file `other`, on its way or in the end: whether
 * that is, or will be when it is made, the same file as PATH or PATH.partial, under whatever name.
 * What is no regular file takes any number of outputs. */
bool furrow_output_hits(const char *path, const char *other);

#ifdef __cplusplus
}
#endif

#endif

/*
 * output.h: files that appear when they are complete.
 *
 *     status = furrow_output_open(&output, "table.csv", &error);
 *     for (...; status == FURROW_OK; ...)
 *         status = furrow_output_write(&output, bytes, size, &error);
 *     if (status == FURROW_OK)
 *         status = furrow_output_finish(&output, &error);
 *     furrow_output_clear(&output);
 *
 * The bytes go into table.csv.partial; finish syncs that file and renames it. So at any time
 * table.csv is either the old file or the complete new one, whatever ends the program, a loss of
 * power included. The new file has the permissions of the old one.
 *
 * A symbolic link stays; the file that it leads to is replaced or created. Anything but a regular
 * file (a device, a FIFO, /dev/stdout and all of /dev/fd) is written directly: it has no complete
 * state to wait for, and a rename would replace it.
 *
 * Errors name the file and the reason. One thread at a time may use an output; pwrite(2) on its
 * descriptor is free for all.
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
    char *path;    /* the final file, links followed */
    char *partial; /* PATH.partial; NULL: PATH itself is written */
    FILE *stream;  /* see furrow_output_stream */
    int failure;   /* the first error of the stream */
} furrow_output;

/* Opens an empty PATH.partial, or PATH itself if it is no regular file. FURROW_ENOMEM; -errno of
 * open(2), such as FURROW_ENOENT for a missing folder. After a failure there is nothing to clear.
 */
int furrow_output_open(furrow_output *output, const char *path, furrow_error *error);

/* Writes all bytes; waits for a descriptor that does not block. -errno, such as -ENOSPC: then a
 * file keeps no part of them, and ends where the last complete write ended. */
int furrow_output_write(const furrow_output *output, const void *bytes, size_t size,
                        furrow_error *error);

/* A buffered stream into the output, which owns it. finish returns its first error. From now on the
 * output must stay at its address. NULL: no memory. */
FILE *furrow_output_stream(furrow_output *output);

/* Flushes, syncs, closes and renames. -errno: PATH has not changed. */
int furrow_output_finish(furrow_output *output, furrow_error *error);

/* Instead of finish, or after it failed: flushes, syncs and closes; PATH.partial stays. */
int furrow_output_keep(furrow_output *output, furrow_error *error);

/* Frees the output, and removes PATH.partial unless it was finished or kept. {0} is fine, and so is
 * a second call. */
void furrow_output_clear(furrow_output *output);

/* All of the above in one call: the file gets these bytes, or stays as it was. */
int furrow_output_replace(const char *path, const void *bytes, size_t size, furrow_error *error);

/* ---- before a long run ---- */

/* Whether open could write there; changes nothing. FURROW_EINVAL: an empty path; -errno, such as
 * -EACCES, or -EISDIR for a folder. */
int furrow_output_check(const char *path, furrow_error *error);

/* Whether files can be created in this folder. -errno: they cannot. */
int furrow_output_check_folder(const char *folder, furrow_error *error);

/* Whether `path` names a numbered file of `folder`, existing or not: 8 digits or more and `suffix`,
 * as in 00000017.png, or the .partial of such a file. */
bool furrow_output_numbered(const char *path, const char *folder, const char *suffix);

/* Whether an output to `path` would overwrite the file `other`: whether that is the same file as
 * PATH or PATH.partial, or would be once it is created, under any name. Anything but a regular file
 * takes any number of outputs. */
bool furrow_output_hits(const char *path, const char *other);

#ifdef __cplusplus
}
#endif

#endif

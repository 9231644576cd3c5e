/*
 * paths.h: arguments that name files, folders and lists, as one stream of paths.
 *
 *     a.png    itself, whether it exists or not: who opens it reports that
 *     folder   what in it has a name that ends in the suffix and does not begin with a dot, in
 *              natural order: 2.png before 10.png; recursively, what is in folders within as well,
 *              each folder at its name's place
 *     @list    the lines of the file `list`, each a file or a folder
 *     -        the lines of the input
 *
 * and after all arguments the names in a list that are ended by NUL, which may hold any other byte.
 *
 * Any number of paths takes the same memory. Lists are read as they are used; what in them ends in
 * the suffix is taken for a file unseen. Of a folder, as many
 * names as the memory allows are held, those that come first; then it is read again for those that
 * follow: a million names of 12 bytes take 18 MB and one pass, ten million eight passes or more. A
 * folder that changes meanwhile gives each name once, or not at all where it came or went.
 *
 * Empty lines are skipped, and a byte order mark before the first. A file whose name is - or begins
 * with @ is given as ./-. Below a folder, links to folders are not followed (nor do they end in a
 * loop); links to files are. A stream is used by one thread at a time.
 */
#ifndef FURROW_PATHS_H
#define FURROW_PATHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <furrow/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct furrow_paths furrow_paths;

/* The memory for names of folders where the options leave it 0. */
#define FURROW_PATHS_MEMORY 50331648 /* 48 MiB, of which one folder takes half */

/* {0} or NULL reads well. Pointers are lent for the stream's life. */
typedef struct furrow_paths_options {
    const char *suffix; /* ".png", any case: what counts in folders; NULL: all files */
    bool recursive;     /* folders within folders as well */
    bool unopened;      /* a folder is given itself, in the place of what is in it */
    const char *files0; /* after the arguments, the NUL-ended names in this file; "-": the input */
    FILE *input;        /* read through its descriptor, so nothing may have been read before; NULL:
                         * "-" is an error when it comes */
    size_t memory;      /* bytes for names of folders; at least 128 KiB are taken */
} furrow_paths_options;

/* `arguments` are lent for the stream's life. FURROW_ENOMEM. */
int furrow_paths_new(furrow_paths **paths, const char *const *arguments, size_t count,
                     const furrow_paths_options *options);
void furrow_paths_free(furrow_paths *paths);

/* Before a long run: whether the lists that are named are there and may be read, which are opened
 * when their turn comes. FURROW_EINVAL: there is no input; -errno. */
int furrow_paths_check(const furrow_paths *paths, furrow_error *error);

/*
 * The next path, valid until the next call; NULL at the end. FURROW_EINVAL: there is no input;
 * FURROW_ENOMEM; FURROW_EFORMAT: a list of lines holds a NUL, or a path in a list is longer than 64
 * KiB; -errno: a list cannot be read.
 *
 * -errno with a path that is not NULL: that folder cannot be opened, or not be read to its end.
 * What could be read of it has been given, and the next call goes on behind it.
 */
int furrow_paths_next(furrow_paths *paths, const char **path, furrow_error *error);

/* Whether _next will return without waiting for whoever writes the list; it may wait for disks. */
bool furrow_paths_ready(const furrow_paths *paths);

/* Back to the beginning. FURROW_ENOTSUP: input was read that cannot be read again (a pipe). */
int furrow_paths_rewind(furrow_paths *paths, furrow_error *error);

/* As strcmp, but runs of digits are compared as numbers: "a2" before "a10", and "a2" before "a02".
 */
int furrow_paths_compare(const char *left, const char *right);

#ifdef __cplusplus
}
#endif

#endif

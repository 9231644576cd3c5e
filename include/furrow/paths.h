/*
 * paths.h: arguments that name files, folders and lists, as one stream of paths.
 *
 *     a.png    itself, whether it exists or not: who opens it reports that
 *     folder   what in it has a name that ends in the suffix and does not begin with a dot, in
 *              natural order: 2.png before 10.png; not what is in folders within
 *     @list    the lines of the file `list`, each a file or a folder
 *     -        the lines of the input
 *
 * Lists are read as they are used, so any number of lines takes the memory of one; a folder takes
 * that of its names. Empty lines are skipped. A file whose name is - or begins with @ is given as
 * ./-. A stream is used by one thread at a time.
 */
#ifndef FURROW_PATHS_H
#define FURROW_PATHS_H

#include <stddef.h>
#include <stdio.h>

#include <furrow/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct furrow_paths furrow_paths;

/* `arguments` are lent for the stream's life, as is `input` (NULL: "-" is an error when it comes).
 * `suffix` (".png", any case; NULL: all files) is what counts in folders. FURROW_ENOMEM. */
int furrow_paths_new(furrow_paths **paths, const char *const *arguments, size_t count,
                     const char *suffix, FILE *input);
void furrow_paths_free(furrow_paths *paths);

/* The next path, valid until the next call; NULL at the end. FURROW_EINVAL: there is no input;
 * FURROW_ENOMEM; -errno: a list cannot be read. A folder that cannot be read counts as a file. */
int furrow_paths_next(furrow_paths *paths, const char **path, furrow_error *error);

/* Back to the beginning. FURROW_ENOTSUP: input was read that cannot be read again (a pipe). */
int furrow_paths_rewind(furrow_paths *paths, furrow_error *error);

/* As strcmp, but runs of digits are compared as numbers: "a2" before "a10", and "a2" before "a02".
 */
int furrow_paths_compare(const char *left, const char *right);

#ifdef __cplusplus
}
#endif

#endif

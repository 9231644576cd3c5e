/*
 * paths.h: arguments that name files, folders and lists, as one stream of paths.
 *
 *     a.png    the path itself, whether the file exists or not: opening it reports that
 *     folder   its entries whose names end in the suffix and do not begin with a dot, in natural
 *              order: 2.png before 10.png; recursively also the entries of its folders, each folder
 *              at the place of its name
 *     @list    the lines of the file `list`, each a file or a folder
 *     -        the lines of the input
 *
 * and after all arguments the names in a list whose names end with NUL and may hold any other byte.
 *
 * Any number of paths takes the same memory. Lists are read while they are used; a line that ends
 * in the suffix is taken for a file without a look at the file system. Of a folder the stream holds
 * the names that come first, as many as the memory allows, and reads the folder again for the next:
 * a million names of 12 bytes take 18 MB and one pass, ten million take eight passes or more. Where
 * a folder changes meanwhile, each name comes once; a name that was added or removed may not come.
 *
 * Empty lines are skipped, and so is a byte order mark before the first. Write ./- for a file whose
 * name is -, and ./@x for @x. Below a folder, links to files are followed, links to folders are
 * not, so no loop of links is endless. One thread at a time may use a stream.
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
    const char *suffix; /* ".png", in any case, of files in folders; NULL: all files */
    bool recursive;     /* also folders within folders */
    bool unopened;      /* a folder is one path, instead of its entries */
    const char *files0; /* after the arguments, the NUL-ended names in this file; "-": the input */
    FILE *input;   /* read through its descriptor, so nothing may have been read from it before;
                    * NULL: "-" is an error */
    size_t memory; /* bytes for names of folders; at least 128 KiB are used */
} furrow_paths_options;

/* `arguments` are lent for the stream's life. FURROW_ENOMEM. */
int furrow_paths_new(furrow_paths **paths, const char *const *arguments, size_t count,
                     const furrow_paths_options *options);
void furrow_paths_free(furrow_paths *paths);

/* Before a long run: whether the lists exist and may be read; each is opened only when the stream
 * reaches it. FURROW_EINVAL: there is no input; -errno. */
int furrow_paths_check(const furrow_paths *paths, furrow_error *error);

/*
 * The next path, valid until the next call; NULL at the end. FURROW_EINVAL: there is no input;
 * FURROW_ENOMEM; FURROW_EFORMAT: a list of lines holds a NUL, or a path in a list is longer than 64
 * KiB; -errno: a list cannot be read.
 *
 * -errno with a path that is not NULL: that folder cannot be opened, or not be read to its end. The
 * names that could be read have come before, and the next call continues after the folder.
 */
int furrow_paths_next(furrow_paths *paths, const char **path, furrow_error *error);

/* Whether _next returns without waiting for the writer of a list; it may still wait for a disk. */
bool furrow_paths_ready(const furrow_paths *paths);

/* Goes back to the beginning. FURROW_ENOTSUP: a part of the input was read and cannot be read
 * again, because it is a pipe. */
int furrow_paths_rewind(furrow_paths *paths, furrow_error *error);

/* As strcmp, but runs of digits are compared as numbers: "a2" before "a10", and "a2" before "a02".
 */
int furrow_paths_compare(const char *left, const char *right);

#ifdef __cplusplus
}
#endif

#endif

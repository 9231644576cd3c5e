/* internal.h: the paths of outputs: target.c resolves them, output.c writes to them, check.c checks
 * them before. */
#ifndef FURROW_OUTPUT_INTERNAL_H
#define FURROW_OUTPUT_INTERNAL_H

#include <furrow/output.h>

/* Follows the links at `path` to their end, whether a file exists there or not. The caller frees
 * the result. NULL: errno says why. */
char *furrow__output_follow(const char *path);

/* The descriptor that /dev/fd/1 or /proc/self/fd/1 names; -1: it is another path. */
int furrow__output_descriptor(const char *path);

/* The length of the folder in the path, with its slash; 0: there is none. */
size_t furrow__output_folder_length(const char *path);

/* The path after that. */
const char *furrow__output_name(const char *path);

/* Whether the path exists and is no regular file. */
bool furrow__output_special(const char *path);

/* TARGET.partial, which the caller frees; NULL: no memory. */
char *furrow__output_partial(const char *target);

#endif

/* internal.h: target.c says what a path leads to, output.c writes it, check.c looks before. */
#ifndef FURROW_OUTPUT_INTERNAL_H
#define FURROW_OUTPUT_INTERNAL_H

#include <furrow/output.h>

/* What the path leads to, link by link, whether it is there or not; freed by the caller. NULL:
 * errno says why. */
char *furrow__output_follow(const char *path);

/* The number in /dev/fd/1 and its like: what is open there is meant. -1: it is another path. */
int furrow__output_descriptor(const char *path);

/* Of the folder that the path begins with, with its slash. */
size_t furrow__output_folder_length(const char *path);

/* Whether it is there and no regular file. */
bool furrow__output_special(const char *path);

/* TARGET.partial; freed by the caller. NULL: no memory. */
char *furrow__output_partial(const char *target);

#endif

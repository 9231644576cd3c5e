/* file.h: whole files, read into memory: models and checkpoints. */
#ifndef FURROW_DIGITS_NET_FILE_H
#define FURROW_DIGITS_NET_FILE_H

#include <stddef.h>

#include <furrow/status.h>

/* The whole of the file at `path`, which free takes back; `what` it should be is for the error. At
 * most 64 MiB, far above any model that is of use. */
int furrow__file_read(unsigned char **bytes, size_t *size, const char *path, const char *what,
                      furrow_error *error);

#endif

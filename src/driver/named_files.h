/* named_files.h: no file of a command line is written over another, and each has a name. */
#ifndef FURROW_DRIVER_NAMED_FILES_H
#define FURROW_DRIVER_NAMED_FILES_H

#include "options.h"

/* FURROW_EINVAL where a name is empty, or where a file that is written (--output, --trace,
 * --resume, the kernel's own) is also another that is written or read, or one that the kernel says
 * it may not be written to. Nothing has been opened then. */
int named_files_check(const struct options *options, furrow_error *error);

#endif

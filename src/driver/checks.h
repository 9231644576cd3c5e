/* checks.h: what is refused before a run, so that no hour of work ends in a file that cannot be
 * written, or that was an input. */
#ifndef FURROW_DRIVER_CHECKS_H
#define FURROW_DRIVER_CHECKS_H

#include "session.h"

/* Checks the names of files: FURROW_EINVAL where a name is empty, where a file that is written
 * (--output, --trace, --resume, the kernel's own) is also written or read under another option, or
 * where it cannot be written. Opens nothing. */
int checks_of_names(const struct options *options, furrow_error *error);

/* Checks that the file `path`, which is written, is no input: neither in the folders and lists that
 * the parameters name (furrow_param_file), nor a file that the next run would find there.
 * FURROW_EINVAL, and the error says what is expected. Opens only lists that can be read again. */
int checks_of_file(const struct options *options, const char *path, furrow_error *error);

/* The same for the numbered files with `suffix` in a folder that exists. */
int checks_of_folder(const struct options *options, const char *folder, const char *suffix,
                     furrow_error *error);

/* Prints how large the output will be, where that is known, and refuses more than 64 GiB without
 * --yes. It comes before the output is opened, so that a refusal changes no file. Returns an exit
 * code, after a message if that is not DRIVER_OK. */
int checks_of_size(const struct session *session);

#endif

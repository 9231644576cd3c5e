/* inputs.h: what is written and what is read besides the files that options name: in folders and
 * lists, whose kinds the parameters tell (furrow_param_file). */
#ifndef FURROW_DRIVER_INPUTS_H
#define FURROW_DRIVER_INPUTS_H

#include "options.h"

/* FURROW_EINVAL where a file that is written to `path` is an input, or would be read as one; the
 * error says where: "expected another place than ...". Nothing is written, and what is opened are
 * lists that can be read again. */
int inputs_check_file(const struct options *options, const char *path, furrow_error *error);

/* The same of the numbered files with `suffix` of a folder that is there. */
int inputs_check_folder(const struct options *options, const char *folder, const char *suffix,
                        furrow_error *error);

#endif

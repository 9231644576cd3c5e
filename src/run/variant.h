/* variant.h: a run by one of a kernel's variants. */
#ifndef FURROW_RUN_VARIANT_H
#define FURROW_RUN_VARIANT_H

#include <furrow/run.h>

/* Runs options->variant; fills what is known of it into the outcome, which is zero. */
int furrow__variant_run(furrow_run_outcome *outcome, const furrow_kernel *kernel, void *state,
                        const furrow_run_options *options, furrow_error *error);

#endif

/* duration.h: "50ms", or a list of such. */
#ifndef FURROW_DRIVER_DURATION_H
#define FURROW_DRIVER_DURATION_H

#include <furrow/status.h>

/* Reads "1s,2s,3s" into a new array: numbers with a unit us, ms, s or min (none: seconds),
 * separated by commas. FURROW_EINVAL, FURROW_ENOMEM. The caller frees *seconds. */
int duration_parse_list(double **seconds, size_t *count, const char *text, furrow_error *error);

#endif

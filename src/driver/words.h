/* words.h: numbers and names as users write and read them. */
#ifndef FURROW_DRIVER_WORDS_H
#define FURROW_DRIVER_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <furrow/status.h>

/* Room for a list of names, with the NULL that ends it. */
#define WORDS_MAX 64

/* "1.23 GB". Returns `text`. */
const char *words_of_bytes(char text[32], double bytes);

/* Reads "50ms" or "1s,2s,3s" into a new array: numbers with a unit us, ms, s or min (none:
 * seconds), separated by commas. FURROW_EINVAL, FURROW_ENOMEM. The caller frees *seconds. */
int words_parse_durations(double **seconds, size_t *count, const char *text, furrow_error *error);

/* "a, b or c", of a list ended by NULL; a text that does not fit is cut. Returns `text`. */
const char *words_join(char *text, size_t size, const char *const *names);

/* Fills `names` with the names of the formats of records and a NULL; returns how many there are.
 * "list" shows one field of each record, so reports of many fields leave it out. */
size_t words_of_formats(const char *names[WORDS_MAX], bool with_list);

/* Prints a text without newlines where the current line has `used` columns already. It is broken at
 * spaces into lines of at most 79 columns, which begin after `indent` spaces; each line but the
 * last ends with `more`. */
void words_print_wrapped(FILE *stream, const char *text, size_t used, size_t indent,
                         const char *more);

#endif

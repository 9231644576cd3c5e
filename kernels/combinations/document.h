/*
 * document.h: the output as bytes. formats.c opens it, document.c writes it, check.c compares it
 * with what the plain code makes.
 */
#ifndef FURROW_KERNELS_COMBINATIONS_DOCUMENT_H
#define FURROW_KERNELS_COMBINATIONS_DOCUMENT_H

#include "state.h"

enum { TEXT, CSV, JSON, JSONL, U8, U16, U32, NPY };

/* What JSON's last row has in the place of its comma. */
#define JSON_END "\n]\n"

/* What stands around the elements of a row in the format that is open. */
furrow_combinations_style furrow__combinations_style(const struct combinations *all);

/* As furrow_kernel_format says. */
int furrow__combinations_open(void *state, const furrow_kernel_format *format,
                              const furrow_part *part, furrow_error *error);
int furrow__combinations_open_records(void *state, const furrow_kernel_format *format,
                                      const furrow_part *part, furrow_error *error);
int furrow__combinations_check(const char *bytes, const void *state, size_t begin, size_t end,
                               furrow_error *error);

/* document.c: an entry for each of these formats, one for records, and the end. */
extern const furrow_kernel_format furrow__combinations_formats[];

/* combinations.c */
int furrow__combinations_emit(const void *state, const furrow_record *record,
                              furrow_writer *writer);

#endif

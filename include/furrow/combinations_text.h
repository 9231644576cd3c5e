/*
 * combinations_text.h: rows as text, of which any range can be written anywhere, since the byte at
 * which a row begins is computable: for subsets, digits times binomials.
 *
 *     style                                   begin     between  end      the row (0, 10)
 *     a tuple, as Python prints it            "("       ", "     ")\n"    (0, 10)
 *     CSV                                     ""        ","      "\n"     0,10
 *     JSON Lines                              "["       ", "     "]\n"    [0, 10]
 *
 * Rows of subsets come from a table of suffixes that are characters already (see
 * combinations_rows.h). Where all elements of the suffixes have the same width, which in numbers
 * are most rows, no work is done row by row. Multisets, permutations and products are made by the
 * plain code.
 */
#ifndef FURROW_COMBINATIONS_TEXT_H
#define FURROW_COMBINATIONS_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include <furrow/selection.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Never changes once made; any number of threads may use it. */
typedef struct furrow_combinations_text furrow_combinations_text;

/* What stands around the elements of a row. NULL: nothing. */
typedef struct furrow_combinations_style {
    const char *begin, *between, *end;
} furrow_combinations_style;

/* `labels` are n, for the elements 0 ... n-1; for products with sizes they are those of the first
 * place, then of the second, and so on. NULL: the elements' numbers in decimal. Selection, style
 * and labels are copied. FURROW_EINVAL: no such selection; FURROW_EOVERFLOW: 2^128 rows or more, or
 * a row, or all labels, of more than 2^31 bytes; FURROW_ENOMEM. */
int furrow_combinations_text_new(furrow_combinations_text **text, const furrow_selection *selection,
                                 const char *const *labels, const furrow_combinations_style *style);
void furrow_combinations_text_free(furrow_combinations_text *text);

/* Bytes of the rows [from, from + count), without making them: about k * k steps. FURROW_ERANGE:
 * there are fewer rows; FURROW_EOVERFLOW: beyond 2^64 - 1. */
int furrow_combinations_text_size(uint64_t *size, const furrow_combinations_text *text,
                                  furrow_wide from, uint64_t count);

/* Writes them: exactly that number of bytes, and none behind them. On the calling thread; different
 * ranges may be written at the same time. FURROW_ERANGE, FURROW_ENOMEM. */
int furrow_combinations_text_write(char *bytes, const furrow_combinations_text *text,
                                   furrow_wide from, uint64_t count);

#ifdef __cplusplus
}
#endif

#endif

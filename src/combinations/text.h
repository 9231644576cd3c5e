/*
 * text.h: the struct behind furrow_combinations_text. text.c makes it, and text_table.c its table
 * of suffixes for subsets; text_size.c computes sizes; text_write.c writes rows.
 */
#ifndef FURROW__COMBINATIONS_TEXT_H
#define FURROW__COMBINATIONS_TEXT_H

#include <string.h>

#include <furrow/combinations/rows.h>

#include "internal.h"

enum { FURROW__PIECE = 32 }; /* bytes that are copied at once */

/* Products: the places from one place to the last. */
typedef struct furrow__text_place {
    uint32_t first;      /* the first label of this place */
    furrow__u128 rows;   /* the number of rows with these places only */
    furrow__u128 widths; /* the sum over all elements of these rows, modulo 2^128 */
} furrow__text_place;

struct furrow_combinations_text {
    furrow_combinations *all; /* the same rows as numbers, for ranks */
    char *begin, *end;        /* copies of the style */
    char *between;
    size_t begin_size, between_size, end_size;
    char *names;                /* the labels, one behind the other */
    uint32_t *starts;           /* where each label begins in `names`, and the end */
    furrow__text_place *places; /* k+1, the last without places; NULL: there is no product */

    /* Subsets: all suffixes of t elements as texts, in the order of furrow__suffixes, and the size
     * of each. NULL: rows are made one by one. */
    uint32_t depth;
    size_t rows, pitch; /* pitch is a multiple of FURROW__PIECE */
    uint64_t *tails;
    char *suffixes;
    uint32_t *sizes;
    size_t max_prefix; /* bytes of the longest prefix, rounded up to FURROW__PIECE */

    /* The last suffixes, of elements from `uniform` on, all of one size and packed. NULL: the
     * instruction set takes no packed tables, or no sizes are equal. */
    uint32_t uniform;
    size_t uniform_size;
    void *memory;
    unsigned char *packed;
    furrow__pattern *patterns[FURROW__MAX_ROW + 1]; /* by the size of a row; or NULL */
};

static inline size_t furrow__width(const furrow_combinations_text *text, uint32_t element)
{
    return text->starts[element + 1] - text->starts[element];
}

static inline size_t furrow__text_widest(const furrow_combinations_text *text, uint32_t labels)
{
    size_t max = 0;
    for (uint32_t i = 0; i < labels; i++)
        max = furrow__width(text, i) > max ? furrow__width(text, i) : max;
    return max;
}

/* text_table.c: the suffixes of subsets. FURROW_ENOMEM. */
int furrow__text_table_init(furrow_combinations_text *text);
void furrow__text_table_clear(furrow_combinations_text *text);

/* Appends a label, and before it `between` unless it is the first; returns the end. */
static inline char *furrow__text_put(char *to, const furrow_combinations_text *text,
                                     uint32_t element, bool first)
{
    size_t between = first ? 0 : text->between_size, width = furrow__width(text, element);
    memcpy(to, text->between, between);
    memcpy(to + between, text->names + text->starts[element], width);
    return to + between + width;
}

#endif

/*
 * text.h: what a furrow_combinations_text holds. text.c makes it, with a table of suffixes for
 * subsets (text_table.c); text_size.c counts its bytes by the widths of elements (text_widths.c);
 * text_write.c writes them.
 */
#ifndef FURROW__COMBINATIONS_TEXT_H
#define FURROW__COMBINATIONS_TEXT_H

#include <string.h>

#include <furrow/combinations/rows.h>

#include "internal.h"

enum { FURROW__PIECE = 32 }; /* bytes that rows of text are copied by */

/* Products: of the places from one on. */
typedef struct furrow__text_place {
    uint32_t first;      /* label of this place */
    furrow__u128 rows;   /* rows that have these places */
    furrow__u128 widths; /* of all their elements, modulo 2^128 */
} furrow__text_place;

struct furrow_combinations_text {
    furrow_combinations *all; /* the same rows as numbers: for ranks */
    char *begin, *end;        /* of a row; copies */
    char *between;
    size_t begin_size, between_size, end_size;
    char *names;                /* the labels, one behind the other */
    uint32_t *starts;           /* one more than labels: where in `names` each begins */
    furrow__text_place *places; /* k+1, the last of no places; NULL: the selection is no product */

    /* Subsets: all suffixes of t elements, as in furrow__suffixes: text, and how long each is.
     * NULL: rows are made one by one. */
    uint32_t depth;
    size_t rows, pitch; /* a multiple of FURROW__PIECE */
    uint64_t *tails;
    char *suffixes;
    uint32_t *sizes;
    size_t most_prefix; /* bytes of the longest, a multiple of FURROW__PIECE */

    /* The last of these, all of one size, packed; suffixes of elements from `uniform` on. NULL:
     * the level takes no packed tables, or none are alike. */
    uint32_t uniform;
    size_t uniform_size;
    void *memory;
    unsigned char *packed;
    furrow__pattern *patterns[FURROW__MOST_ROW + 1]; /* by the size of the row; or NULL */
};

static inline size_t furrow__width(const furrow_combinations_text *text, uint32_t element)
{
    return text->starts[element + 1] - text->starts[element];
}

static inline size_t furrow__text_widest(const furrow_combinations_text *text, uint32_t labels)
{
    size_t most = 0;
    for (uint32_t i = 0; i < labels; i++)
        most = furrow__width(text, i) > most ? furrow__width(text, i) : most;
    return most;
}

/* text_table.c: the suffixes of subsets. FURROW_ENOMEM. */
int furrow__text_table_init(furrow_combinations_text *text);
void furrow__text_table_clear(furrow_combinations_text *text);

/* Appends label and what stands before it; returns the end. */
static inline char *furrow__text_put(char *to, const furrow_combinations_text *text,
                                     uint32_t element, bool first)
{
    size_t between = first ? 0 : text->between_size, width = furrow__width(text, element);
    memcpy(to, text->between, between);
    memcpy(to + between, text->names + text->starts[element], width);
    return to + between + width;
}

#endif

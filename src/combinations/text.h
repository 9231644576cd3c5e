/*
 * text.h: what a furrow_combinations_text holds. text.c makes it, text_size.c counts its bytes,
 * text_write.c writes them.
 */
#ifndef FURROW__COMBINATIONS_TEXT_H
#define FURROW__COMBINATIONS_TEXT_H

#include <furrow/combinations_text.h>

#include "internal.h"

enum { FURROW__PIECE = 32 }; /* bytes that rows of text are copied by */

struct furrow_combinations_text {
    furrow_combinations *all; /* the same rows as numbers: for ranks */
    char *begin, *end;        /* of a row; copies */
    char *between;
    size_t begin_size, between_size, end_size;
    char *names;      /* the labels, one behind the other */
    uint32_t *starts; /* n+1: where in `names` each begins */
    uint64_t *widths; /* n+1: of the labels from each on, added up */

    /* All suffixes of t elements, as in furrow__suffixes: text, and how long each is. */
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

/* Appends label and what stands before it; returns the end. */
char *furrow__text_put(char *to, const furrow_combinations_text *text, uint32_t element,
                       bool first);

#endif

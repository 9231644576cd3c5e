/*
 * internal.h: what a furrow_combinations holds, and how its rows become blocks (isa.h).
 */
#ifndef FURROW__COMBINATIONS_INTERNAL_H
#define FURROW__COMBINATIONS_INTERNAL_H

#include <string.h>

#include <furrow/combinations/rows.h>

#include "isa.h"
#include "wide.h"

/* All t-subsets of the elements from `first` on, as rows, packed or spread (isa.h). Those after
 * element p are its last C(n-1-p, t) rows. */
typedef struct furrow__suffixes {
    uint32_t depth, first; /* depth: t */
    size_t rows, pitch;    /* pitch: bytes from row to row */
    uint64_t *tails;       /* tails[m] is C(m, t), m = 0 ... n */
    unsigned char *end; /* behind the last row; FURROW__LINE bytes more may be read on both sides */
    furrow__pattern *pattern;
    void *memory;
} furrow__suffixes;

enum { FURROW__TABLES = 4 };

/* Binomials for ranks, of 64 or of 128 bits; both NULL: there is no room for them. */
typedef struct furrow__ranks {
    uint64_t *columns;   /* C(m, j) at [j * height + m], padded with the largest number */
    furrow__u128 *lines; /* C(m, j) at [(m + 1) * (k + 1) + j]; a line of zeros before them */
    size_t height;
} furrow__ranks;

struct furrow_combinations {
    furrow_selection selection;
    uint32_t *sizes; /* the selection's own copy; or NULL */
    furrow__u128 rows;
    size_t element_size, row_size;
    furrow_combinations_stores stores;
    size_t cache;          /* bytes of the second level */
    unsigned char *labels; /* NULL: the numbers 0 ... n-1 */
    const furrow__combinations_isa *isa;
    furrow__ranks ranks;
    furrow__suffixes tables[FURROW__TABLES]; /* the first has all suffixes, the others, each a level
                                              * deeper, those of the last elements */
    size_t table_count;                      /* 0: the plain code makes rows one by one */
};

/* Element `index` as bytes. Known sizes are copied in place. */
static inline void furrow__combinations_put(unsigned char *to, const furrow_combinations *all,
                                            uint32_t index)
{
    size_t size = all->element_size;
    const unsigned char *from = all->labels ? all->labels + index * size : NULL;
    uint16_t half = (uint16_t)index;
    switch (size) {
    case 1:
        *to = from ? *from : (unsigned char)index;
        break;
    case 2:
        memcpy(to, from ? from : (const void *)&half, 2);
        break;
    case 4:
        memcpy(to, from ? from : (const void *)&index, 4);
        break;
    default:
        memcpy(to, from, size);
        break;
    }
}

/* ranks.c: FURROW_OK also when there is no room in the cache for tables. */
int furrow__ranks_init(furrow__ranks *ranks, const furrow_combinations *all);
void furrow__ranks_clear(furrow__ranks *ranks);
/* C(n, k) for n and k of `all` at most. */
furrow__u128 furrow__combinations_choose(const furrow_combinations *all, uint32_t n, uint32_t k);

/* How many rows come after this one among those with the same first k-depth elements. */
uint64_t furrow__rows_after(const furrow_combinations *all, const uint32_t *row, uint32_t depth);

void furrow__combinations_unrank(uint32_t *row, const furrow_combinations *all, furrow__u128 rank);

/* suffixes.c: likewise. The selection, the labels and the instruction set of `all` are set. */
int furrow__suffixes_init(furrow_combinations *all, size_t most_size);
void furrow__suffixes_clear(furrow_combinations *all);
void furrow__pattern_init(furrow__pattern *pattern, size_t period, size_t prefix,
                          const furrow__combinations_isa *isa);

/* Rows as blocks, from any rank. */
typedef struct furrow__cursor {
    _Alignas(FURROW__LINE) unsigned char bytes[FURROW__MOST_ROW]; /* the prefix */
    const furrow_combinations *all;
    uint64_t left;                     /* rows still to come */
    uint64_t past;                     /* rows of this prefix that are behind us */
    uint32_t prefix[FURROW__MOST_ROW]; /* `longest` elements */
    const furrow__suffixes *table;     /* of this block's suffixes */
    uint32_t length, longest;          /* k-t: of this table, and of the first */
} furrow__cursor;

enum { FURROW__BLOCKS = 16 }; /* made together, then emitted */

/* blocks.c: only where there is a table. */
void furrow__cursor_begin(furrow__cursor *cursor, const furrow_combinations *all, furrow__u128 from,
                          uint64_t count);

/* The next blocks, at most FURROW__BLOCKS and `most` rows; 0 at the end. `*rows` is how many rows
 * they have. */
size_t furrow__cursor_blocks(furrow__cursor *cursor, furrow__block *blocks, uint64_t most,
                             uint64_t *rows);

/* write.c: writes rows on the calling thread, by table or one by one. The range is valid.
 * FURROW_ENOMEM. */
int furrow__combinations_write(unsigned char *rows, const furrow_combinations *all,
                               furrow__u128 from, uint64_t count, bool streams);

/* Whether [from, from + count) are rows. */
bool furrow__combinations_holds(const furrow_combinations *all, furrow_wide from, uint64_t count);

/* shares.c: ranges of ranks for threads: [first + i * size, first + (i+1) * size), the first from 0
 * on. */
typedef struct furrow__shares {
    uint64_t count, first, size;
    size_t ranges;
} furrow__shares;

/* About 16 ranges a thread, of at least `least` rows, that begin at multiples of 64 rows after
 * `first` < 64. */
furrow__shares furrow__shares_of(uint64_t count, uint64_t first, uint64_t least, int threads);
uint64_t furrow__share_begin(const furrow__shares *shares, size_t index);

/* Runs `body` over the ranges, one at a time each. */
int furrow__shares_run(const furrow__shares *shares, const furrow_plan *plan, furrow_body body,
                       const void *context);

/* How many threads a request comes to. */
int furrow__threads_of(const furrow_plan *plan);

/* sums.c makes it, sums_reduce.c goes through it. */
struct furrow_combinations_sums {
    furrow_selection selection;
    furrow__u128 rows;
    const furrow__combinations_isa *isa;
    int32_t *weights;
    uint32_t depth;  /* t: elements whose sums are in the table */
    uint64_t *tails; /* C(m, t), m = 0 ... n */
    int32_t *table;  /* of all t-subsets of the last n-k+t elements, in order */
    size_t table_rows;
    int16_t *narrow; /* the same as the table; NULL: it does not fit */
};

#endif

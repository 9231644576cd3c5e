/*
 * internal.h: the structs behind rows.h, and how rows become blocks (isa.h).
 */
#ifndef FURROW__COMBINATIONS_INTERNAL_H
#define FURROW__COMBINATIONS_INTERNAL_H

#include <string.h>

#include <furrow/combinations/rows.h>

#include "isa.h"
#include "wide.h"

/* A table of all t-subsets of the elements from `first` on, packed or spread (isa.h). The t-subsets
 * of the elements after p are its last C(n-1-p, t) rows. */
typedef struct furrow__suffixes {
    uint32_t depth, first; /* depth is t */
    size_t rows, pitch;    /* pitch is in bytes from row to row */
    uint64_t *tails;       /* tails[m] is C(m, t), m = 0 ... n */
    unsigned char *end; /* behind the last row; FURROW__LINE more bytes on both sides may be read */
    furrow__pattern *pattern;
    void *memory;
} furrow__suffixes;

enum { FURROW__TABLES = 4 };

/* Binomials for ranks, of 64 bits or of 128 bits. Both NULL: they would be too large. */
typedef struct furrow__ranks {
    uint64_t *columns;   /* C(m, j) at [j * height + m], padded with the largest number */
    furrow__u128 *lines; /* C(m, j) at [(m + 1) * (k + 1) + j]; a line of zeros before them */
    size_t height;
} furrow__ranks;

struct furrow_combinations {
    furrow_selection selection;
    uint32_t *sizes; /* the copy that the selection points to; or NULL */
    furrow__u128 rows;
    size_t element_size, row_size;
    furrow_combinations_stores stores;
    size_t cache;          /* bytes of the second level cache */
    unsigned char *labels; /* NULL: the numbers 0 ... n-1 */
    const furrow__combinations_isa *isa;
    furrow__ranks ranks;
    furrow__suffixes tables[FURROW__TABLES]; /* the first has all suffixes; each further one
                                              * is one deeper, for the last elements */
    size_t table_count;                      /* 0: rows are made one by one */
};

/* Writes element `index`. Copies of known sizes need no call. */
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

/* ranks.c: FURROW_OK also where the tables would be too large. */
int furrow__ranks_init(furrow__ranks *ranks, const furrow_combinations *all);
void furrow__ranks_clear(furrow__ranks *ranks);
/* C(n, k) for n and k up to those of `all`. */
furrow__u128 furrow__combinations_choose(const furrow_combinations *all, uint32_t n, uint32_t k);

/* The number of rows after this one that have the same first k-depth elements. */
uint64_t furrow__rows_after(const furrow_combinations *all, const uint32_t *row, uint32_t depth);

void furrow__combinations_unrank(uint32_t *row, const furrow_combinations *all, furrow__u128 rank);

/* suffixes.c: also FURROW_OK where the table would be too large. The selection, the labels and the
 * instruction set of `all` are set already. */
int furrow__suffixes_init(furrow_combinations *all, size_t max_size);
void furrow__suffixes_clear(furrow_combinations *all);
void furrow__pattern_init(furrow__pattern *pattern, size_t period, size_t prefix,
                          const furrow__combinations_isa *isa);

/* Makes blocks of rows, from any rank on. */
typedef struct furrow__cursor {
    _Alignas(FURROW__LINE) unsigned char bytes[FURROW__MAX_ROW]; /* the prefix */
    const furrow_combinations *all;
    uint64_t left;                    /* rows that are still to be made */
    uint64_t past;                    /* rows of the prefix that are made already */
    uint32_t prefix[FURROW__MAX_ROW]; /* `longest` elements */
    const furrow__suffixes *table;    /* with the suffixes of the block */
    uint32_t length, longest;         /* k-t: for this table, and for the first one */
} furrow__cursor;

enum { FURROW__BLOCKS = 16 }; /* made before they are emitted together */

/* blocks.c: requires a table. */
void furrow__cursor_begin(furrow__cursor *cursor, const furrow_combinations *all, furrow__u128 from,
                          uint64_t count);

/* Makes the next blocks, at most FURROW__BLOCKS with at most `max` rows, and returns their number;
 * 0 at the end. `*rows` becomes the number of their rows. */
size_t furrow__cursor_blocks(furrow__cursor *cursor, furrow__row_block *blocks, uint64_t max,
                             uint64_t *rows);

/* write.c: writes rows on the calling thread, by table or one by one. The range is valid.
 * FURROW_ENOMEM. */
int furrow__combinations_write(unsigned char *rows, const furrow_combinations *all,
                               furrow__u128 from, uint64_t count, bool streams);

/* Whether [from, from + count) are rows. */
bool furrow__combinations_holds(const furrow_combinations *all, furrow_wide from, uint64_t count);

/* shares.c: ranges of ranks for threads. Range i is [first + i * size, first + (i+1) * size), but
 * range 0 begins at 0. */
typedef struct furrow__shares {
    uint64_t count, first, size;
    size_t ranges;
} furrow__shares;

/* About 16 ranges per thread, of at least `min` rows each, which begin at multiples of 64 rows
 * after `first` < 64. */
furrow__shares furrow__shares_of(uint64_t count, uint64_t first, uint64_t min, int threads);
uint64_t furrow__share_begin(const furrow__shares *shares, size_t index);

/* Runs `body` for each range. */
int furrow__shares_run(const furrow__shares *shares, const furrow_plan *plan, furrow_body body,
                       const void *context);

/* The number of threads that a plan asks for. */
int furrow__threads_of(const furrow_plan *plan);

/* sums.c makes it, sums_reduce.c reduces it. */
struct furrow_combinations_sums {
    furrow_selection selection;
    furrow__u128 rows;
    const furrow__combinations_isa *isa;
    int32_t *weights;
    uint32_t depth;  /* t: the table has the sums of t elements */
    uint64_t *tails; /* C(m, t), m = 0 ... n */
    int32_t *table;  /* of all t-subsets of the last n-k+t elements, in order */
    size_t table_rows;
    int16_t *narrow; /* the table in 16 bits; NULL: it does not fit */
};

#endif

/*
 * isa.h: the hot loops, compiled once per instruction set and chosen at run time.
 *
 * emit.c is compiled with FURROW__ISA (a name) and FURROW__VECTOR (the header with that width of
 * vectors) defined by src/combinations/CMakeLists.txt. isas_x86.c or isas_plain.c is the table of
 * the results.
 *
 * Rows are emitted in blocks: rows of equal length that begin with the same prefix. A table holds
 * all rows of a block without the prefix. To emit the block is to copy from the table and to OR a
 * pattern that repeats the prefix in every row; no work is done per row. Where one instruction can
 * pick any of 64 bytes (AVX-512 VBMI) the table is packed: it leaves out the prefix, so that it
 * fits into the first level cache. Otherwise the table is spread: it has zeros instead of the
 * prefix.
 */
#ifndef FURROW__COMBINATIONS_ISA_H
#define FURROW__COMBINATIONS_ISA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/isa.h"

enum {
    FURROW__LINE = 64,    /* bytes of a cache line; no vector is wider */
    FURROW__MAX_ROW = 64, /* bytes of the longest row that repeats inside a vector */
};

/* A vector that begins inside a row. Its byte i comes from indices[i]. For a spread table that is a
 * byte of the row. For a packed table it is a byte of the table, counted from the beginning of the
 * vector, or from FURROW__LINE on a byte of the prefix. */
typedef struct furrow__pattern_phase {
    _Alignas(FURROW__LINE) unsigned char indices[FURROW__LINE];
    size_t taken; /* bytes that the vector takes from the table */
} furrow__pattern_phase;

/* A row of `period` bytes, repeated. The first `prefix` bytes of the row are the prefix. */
typedef struct furrow__pattern {
    furrow__pattern_phase
        phases[FURROW__MAX_ROW];        /* by the byte of the row at which a vector begins */
    unsigned char first[FURROW__LINE];  /* the phase of a vector that begins i bytes before a row */
    unsigned char before[FURROW__LINE]; /* bytes of the table in those i bytes */
    size_t period, prefix;
    size_t step; /* from the phase of one vector to that of the next */
} furrow__pattern;

typedef struct furrow__row_block {
    _Alignas(FURROW__LINE) unsigned char prefix[FURROW__MAX_ROW]; /* padded with zeros */
    const furrow__pattern *pattern;
    const unsigned char *rows; /* in the table; FURROW__LINE more bytes on both sides may be read */
    size_t size;               /* bytes to emit: whole rows */
} furrow__row_block;

/* The end of the output. Only whole, aligned lines are stored; the last, partial one waits here. */
typedef struct furrow__lines {
    _Alignas(FURROW__LINE) unsigned char pending[FURROW__LINE];
    unsigned char *line; /* the address of pending[0], a multiple of the vector's width */
    size_t filled;       /* bytes of pending that are known, with the foreign ones */
    size_t foreign;      /* bytes at the beginning that belong to another range */
    bool streams;        /* whether stores go past the caches */
} furrow__lines;

typedef struct furrow__combinations_isa {
    furrow__isa id;
    size_t width; /* bytes of a vector */
    bool packed;  /* whether emit takes packed tables */

    /* Begins output at `to`, which need not be aligned. */
    void (*begin)(furrow__lines *lines, unsigned char *to, bool streams);

    /* Appends blocks. */
    void (*emit)(furrow__lines *lines, const furrow__row_block *blocks, size_t count);

    /* Writes the pending bytes. */
    void (*end)(furrow__lines *lines);

    /* The number of sums[0 ... count-1] that are at most `limit`. */
    uint64_t (*count_up_to)(const int32_t *sums, size_t count, int32_t limit);
    uint64_t (*count_up_to_16)(const int16_t *sums, size_t count, int16_t limit);

    /* The number of column[0 ... count-1] that are at most `limit`; count is a multiple of 8. */
    size_t (*position)(const uint64_t *column, size_t count, uint64_t limit);

    /* For each of `count` inputs, outputs[i] = input[indices[i]], i = 0 ... length-1. Inputs are
     * `width` 32-bit elements each, one behind the other, and so are outputs. Zeros pad indices to
     * a multiple of 16. */
    void (*permute)(uint32_t *outputs, const uint32_t *inputs, size_t count, size_t width,
                    const uint32_t *indices, size_t length);
} furrow__combinations_isa;

/* The compilations of emit.c. */
extern const furrow__combinations_isa furrow__combinations_plain;
extern const furrow__combinations_isa furrow__combinations_avx2;
extern const furrow__combinations_isa furrow__combinations_avx512;

/* isas_x86.c or isas_plain.c: as base/isa.h says. */
extern const furrow__isa *const furrow__combinations_isas[];

static inline const furrow__combinations_isa *furrow__combinations_isa_at(size_t index)
{
    return (const furrow__combinations_isa *)furrow__isa_at(furrow__combinations_isas, index);
}

static inline const furrow__combinations_isa *furrow__combinations_isa_find(const char *name)
{
    return (const furrow__combinations_isa *)furrow__isa_find(furrow__combinations_isas, name);
}

#endif

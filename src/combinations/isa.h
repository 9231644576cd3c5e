/*
 * isa.h: the hot loops, compiled once per instruction set and chosen at run time.
 *
 * emit.c is compiled with FURROW__ISA (a name) and FURROW__VECTOR (the header with that width of
 * vectors) defined by src/combinations/CMakeLists.txt. levels_x86.c or levels_plain.c is the table
 * of what comes out.
 *
 * What is emitted is a sequence of blocks: rows of equal length that begin with the same prefix.
 * Of such a block a table holds all rows, so that emitting it is a copy and an OR of a pattern that
 * repeats with every row: no work is done row by row. Where an instruction can pick any of 64 bytes
 * (AVX-512 VBMI) the table is packed: it leaves out the prefix, which makes room for it in the
 * first level cache. Otherwise it is spread: zeros stand in the place of the prefix.
 */
#ifndef FURROW__COMBINATIONS_ISA_H
#define FURROW__COMBINATIONS_ISA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/isa.h"

enum {
    FURROW__LINE = 64,     /* bytes of a cache line; no vector is wider */
    FURROW__MOST_ROW = 64, /* bytes of the longest row that repeats inside a vector */
};

/* A vector that begins inside a row. Byte i of it is byte indices[i]: of the row, for a spread
 * table; of a packed one it is that byte of the table from where the vector begins, or, from
 * FURROW__LINE on, of the prefix. */
typedef struct furrow__phase {
    _Alignas(FURROW__LINE) unsigned char indices[FURROW__LINE];
    size_t taken; /* bytes of the table that it takes */
} furrow__phase;

/* How a row of `period` bytes repeats, of which the first `prefix` are the prefix. */
typedef struct furrow__pattern {
    furrow__phase phases[FURROW__MOST_ROW]; /* at which byte of a row the vector begins */
    unsigned char first[FURROW__LINE];      /* the phase i bytes before a row */
    unsigned char before[FURROW__LINE];     /* bytes of the table in these */
    size_t period, prefix;
    size_t step; /* of the phase, from one vector to the next */
} furrow__pattern;

typedef struct furrow__block {
    _Alignas(FURROW__LINE) unsigned char prefix[FURROW__MOST_ROW]; /* zeros behind it */
    const furrow__pattern *pattern;
    const unsigned char *rows; /* in the table; FURROW__LINE bytes on both sides may be read */
    size_t size;               /* bytes to emit: whole rows */
} furrow__block;

/* Where output stands: only whole, aligned lines are stored, so the one in progress waits here. */
typedef struct furrow__lines {
    _Alignas(FURROW__LINE) unsigned char pending[FURROW__LINE];
    unsigned char *line; /* of pending[0]; a multiple of the vector's width */
    size_t filled;       /* bytes of pending that are known, `foreign` ones included */
    size_t foreign;      /* how many at the start belong to another range */
    bool streams;        /* past the caches */
} furrow__lines;

typedef struct furrow__combinations_isa {
    furrow__isa id;
    size_t width; /* bytes of a vector */
    bool packed;  /* which kind of table emit takes */

    /* Output begins at `to`, which need not be aligned. */
    void (*begin)(furrow__lines *lines, unsigned char *to, bool streams);

    /* Appends blocks. */
    void (*emit)(furrow__lines *lines, const furrow__block *blocks, size_t count);

    /* Writes what is pending. */
    void (*end)(furrow__lines *lines);

    /* How many of sums[0 ... count-1] are at most `limit`. */
    uint64_t (*count_up_to)(const int32_t *sums, size_t count, int32_t limit);
    uint64_t (*count_up_to_16)(const int16_t *sums, size_t count, int16_t limit);

    /* How many of column[0 ... count-1], count a multiple of 8, are at most `limit`. */
    size_t (*position)(const uint64_t *column, size_t count, uint64_t limit);

    /* outputs[i] = input[indices[i]] for each of `count` inputs of `width` 32-bit elements that lie
     * one behind the other, `length` outputs each. indices is padded to a multiple of 16 with
     * zeros. */
    void (*permute)(uint32_t *outputs, const uint32_t *inputs, size_t count, size_t width,
                    const uint32_t *indices, size_t length);
} furrow__combinations_isa;

/* What each compilation of emit.c defines. */
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

/*
 * level.h: the hot loops, compiled once per instruction set and chosen at run time.
 *
 * emit.c is compiled with FURROW__LEVEL (a name) and FURROW__VECTOR (the header with that width of
 * vectors) defined by src/combinations/CMakeLists.txt. levels_x86.c or levels_plain.c is the table
 * of what comes out.
 *
 * What is emitted is a sequence of blocks: rows of equal length that begin with the same prefix.
 * Of such a block a table holds all rows, with zeros in the place of the prefix, so that emitting
 * it is a copy and an OR of a pattern that repeats with every row. No work is done per row.
 */
#ifndef FURROW__COMBINATIONS_LEVEL_H
#define FURROW__COMBINATIONS_LEVEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FURROW__LINE = 64,     /* bytes of a cache line; no vector is wider */
    FURROW__MOST_ROW = 64, /* bytes of the longest row that repeats inside a vector */
};

/* How a row of `period` bytes repeats: byte i of a vector that begins at byte `phase` of a row is
 * byte indices[phase][i] of the row. */
typedef struct furrow__pattern {
    _Alignas(FURROW__LINE) unsigned char indices[FURROW__MOST_ROW][FURROW__LINE];
    size_t period;
} furrow__pattern;

typedef struct furrow__block {
    _Alignas(FURROW__LINE) unsigned char prefix[FURROW__MOST_ROW]; /* zeros behind it */
    size_t prefix_size;
    const furrow__pattern *pattern;
    const unsigned char *rows; /* in the table; FURROW__LINE bytes on both sides may be read */
    size_t size;               /* bytes of all rows; 0 for none */
} furrow__block;

/* Where output stands: only whole, aligned lines are stored, so the one in progress waits here. */
typedef struct furrow__lines {
    _Alignas(FURROW__LINE) unsigned char pending[FURROW__LINE];
    unsigned char *line; /* of pending[0]; a multiple of the vector's width */
    size_t filled;       /* bytes of pending that are known, `foreign` ones included */
    size_t foreign;      /* of these, how many at the start belong to somebody else */
    bool streams;        /* past the caches */
} furrow__lines;

typedef struct furrow__level {
    const char *name;

    /* Output begins at `to`, which need not be aligned. */
    void (*begin)(furrow__lines *lines, unsigned char *to, bool streams);

    /* Appends blocks. */
    void (*emit)(furrow__lines *lines, const furrow__block *blocks, size_t count);

    /* Writes what is pending. */
    void (*end)(furrow__lines *lines);

    /* How many of sums[0 ... count-1] are at most `limit`. */
    uint64_t (*count_up_to)(const int32_t *sums, size_t count, int32_t limit);

    /* How many of column[0 ... count-1], count a multiple of 8, are at most `limit`. */
    size_t (*position)(const uint64_t *column, size_t count, uint64_t limit);

    /* outputs[i] = input[indices[i]] for each of `count` inputs of `width` 32-bit elements that lie
     * one behind the other, `length` outputs each. indices is padded to a multiple of 16 with
     * zeros. */
    void (*permute)(uint32_t *outputs, const uint32_t *inputs, size_t count, size_t width,
                    const uint32_t *indices, size_t length);
} furrow__level;

/* The levels that this machine can run, from the plainest to the fastest; NULL beyond the last. */
const furrow__level *furrow__combinations_level_at(size_t index);
const furrow__level *furrow__combinations_level_best(void);

#endif

/*
 * levels.h: the table of levels, of which one file is linked: levels_plain.c or levels_x86.c, as
 * src/combinations/CMakeLists.txt chooses; level.c searches it.
 */
#ifndef FURROW__COMBINATIONS_LEVELS_H
#define FURROW__COMBINATIONS_LEVELS_H

#include "level.h"

/* From the plainest to the fastest. */
typedef struct furrow__level_entry {
    furrow__level level;
    bool (*runs_here)(void); /* NULL: everywhere */
} furrow__level_entry;

extern const furrow__level_entry furrow__combinations_levels[];
extern const size_t furrow__combinations_level_count;

/* The symbols of one compilation of emit.c, and the level they make. */
#define FURROW__LEVEL_DECLARE(symbol) FURROW__LEVEL_DECLARE_AGAIN(symbol)
#define FURROW__LEVEL_DECLARE_AGAIN(symbol)                                                        \
    void furrow__begin_##symbol(furrow__lines *lines, unsigned char *to, bool streams);            \
    void furrow__emit_##symbol(furrow__lines *lines, const furrow__block *blocks, size_t count);   \
    void furrow__end_##symbol(furrow__lines *lines);                                               \
    uint64_t furrow__count_up_to_##symbol(const int32_t *sums, size_t count, int32_t limit);       \
    uint64_t furrow__count_up_to_16_##symbol(const int16_t *sums, size_t count, int16_t limit);    \
    size_t furrow__position_##symbol(const uint64_t *column, size_t count, uint64_t limit);        \
    void furrow__permute_##symbol(uint32_t *outputs, const uint32_t *inputs, size_t count,         \
                                  size_t width, const uint32_t *indices, size_t length)

#define FURROW__LEVEL_OF(symbol, bytes, is_packed)                                                 \
    {                                                                                              \
        .name = #symbol, .width = (bytes), .packed = (is_packed), .begin = furrow__begin_##symbol, \
        .emit = furrow__emit_##symbol, .end = furrow__end_##symbol,                                \
        .count_up_to = furrow__count_up_to_##symbol,                                               \
        .count_up_to_16 = furrow__count_up_to_16_##symbol, .position = furrow__position_##symbol,  \
        .permute = furrow__permute_##symbol                                                        \
    }

#endif

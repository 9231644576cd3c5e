/*
 * levels.h: the table of levels, of which one file is linked: levels_plain.c or levels_x86.c, as
 * src/digits/CMakeLists.txt chooses; level.c searches it.
 */
#ifndef FURROW_DIGITS_NET_LEVELS_H
#define FURROW_DIGITS_NET_LEVELS_H

#include "level.h"

/* From the plainest to the fastest. */
typedef struct furrow__level_entry {
    furrow__level level;
    bool (*runs_here)(void); /* NULL: everywhere */
} furrow__level_entry;

extern const furrow__level_entry furrow__levels[];
extern const size_t furrow__level_count;

/* The symbols of one compilation of infer.c, learn.c and augment.c, and the level they make. */
#define FURROW__LEVEL_DECLARE(symbol)                                                              \
    size_t furrow__infer_size_##symbol(const furrow__net *net);                                    \
    size_t furrow__learn_size_##symbol(const furrow__net *net);                                    \
    void furrow__infer_##symbol(const furrow__net *net, const float *forward, float *scratch,      \
                                const unsigned char *images, size_t count, float *outputs);        \
    void furrow__learn_##symbol(const furrow__pass *pass, float *scratch,                          \
                                const unsigned char *images, const unsigned char *labels,          \
                                size_t count, float *gradient, furrow__fit *fit);                  \
    void furrow__augment_##symbol(unsigned char *to, const unsigned char *from,                    \
                                  unsigned char label, const furrow_digits_recipe *recipe,         \
                                  uint64_t key)

#define FURROW__LEVEL_OF(text, lanes, symbol)                                                      \
    {                                                                                              \
        .name = (text), .width = (lanes), .infer_size = furrow__infer_size_##symbol,               \
        .learn_size = furrow__learn_size_##symbol, .infer = furrow__infer_##symbol,                \
        .learn = furrow__learn_##symbol, .augment = furrow__augment_##symbol                       \
    }

#endif

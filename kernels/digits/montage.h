/*
 * montage.h: what the net saw of all pictures, as one.
 *
 * As square a grid as they fill, row by row in the order of the input, with lines of gray between;
 * of one picture that alone. Where one failed there is a gray field, and where there are none that
 * is all.
 */
#ifndef KERNELS_DIGITS_MONTAGE_H
#define KERNELS_DIGITS_MONTAGE_H

#include <stddef.h>

#include <furrow/writer.h>

/* However many there are, this many are shown: 13 MB of them. */
enum { FURROW__MONTAGE_MOST = 16384 };

/* {0} is empty. */
struct furrow__montage {
    unsigned char *pixels; /* of the items shown, one after the other */
    size_t count, room;    /* items */
    size_t all;            /* those that are not shown included */
};

/* Puts an item's pixels in its place; NULL: it failed. In any order. FURROW_ENOMEM. */
int furrow__montage_add(struct furrow__montage *montage, size_t item, const unsigned char *pixels);

/* Writes the PNG. FURROW_ENOMEM, or what the sink returns. */
int furrow__montage_write(const struct furrow__montage *montage, furrow_sink sink, void *context);

/* Empty again. */
void furrow__montage_clear(struct furrow__montage *montage);

#endif

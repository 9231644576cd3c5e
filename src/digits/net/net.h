/*
 * net.h: a convolutional net as a list of layers, and where everything lies in memory.
 *
 * A layer is a convolution without border, perhaps followed by 2x2 maximum pooling, and by
 * max(0, x) in all layers but the last. A dense layer is a convolution too: what came before is
 * read as that many channels of one pixel. Activations are [channel][y][x][lane] with the same
 * pixel of `width` images side by side; channels are computed up to FURROW__GROUP at a time.
 */
#ifndef FURROW_DIGITS_NET_NET_H
#define FURROW_DIGITS_NET_NET_H

#include <stdbool.h>
#include <stddef.h>

#include <furrow/digits/digits.h>

enum {
    FURROW__GROUP = 6,      /* output channels computed together, at most */
    FURROW__WIDE = 16,      /* input channels side by side on the way back through pooled layers */
    FURROW__MAX_LAYERS = 8, /* per net */
    FURROW__MAX_CHANNELS = 1024,
    FURROW__MAX_VALUES = 65536, /* that a layer has, so that a scratch stays below 32 MiB */
    FURROW__TEXT_SIZE = 128     /* of the layers in text, with its end */
};

typedef struct furrow__layer {
    size_t inputs, side_in; /* [inputs][side_in][side_in] comes in */
    size_t kernel;          /* kernel x kernel taps per input channel */
    size_t outputs, side;   /* [outputs][side][side] before pooling */
    size_t side_out;        /* [outputs][side_out][side_out] goes out */
    bool pooled, rectified;
    size_t weights;  /* offset of [outputs][inputs][kernel][kernel] in the parameters */
    size_t biases;   /* offset of [outputs] */
    size_t forward;  /* offset in the packed parameters: pack.c */
    size_t backward; /* offset in what the way back reads */
} furrow__layer;

typedef struct furrow__net {
    size_t count;
    furrow__layer layers[FURROW__MAX_LAYERS];
    size_t parameters;        /* floats */
    size_t forward, backward; /* packed floats */
    size_t multiplications;   /* per image */
    char text[FURROW__TEXT_SIZE];
} furrow__net;

/* Reads "conv5x8 pool conv5x24 pool dense48 dense10"; it must end in 10 values. */
int furrow__net_parse(furrow__net *net, const char *layers, furrow_error *error);

/* How many of `channels` the group that begins at channel `first` has: as few groups as there can
 * be, sizes at most 1 apart, the larger ones first. */
size_t furrow__net_group(size_t channels, size_t first);

/* The taps of all output channels of a group side by side: per group of n outputs, n biases, then
 * [input][y][x][n]. */
void furrow__net_pack(const furrow__net *net, const float *parameters, float *packed);

/* For the way back. Of layers that are not pooled the same, inputs and outputs exchanged, taps
 * rotated by 180 degrees, no bias; of pooled ones, per group of FURROW__WIDE inputs (filled up with
 * zeros), [output][y][x][FURROW__WIDE]. The first layer has none. */
void furrow__net_pack_backward(const furrow__net *net, const float *parameters, float *packed);

#endif

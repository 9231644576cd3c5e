/*
 * net.h: a convolutional net as a list of layers, and its layout in memory.
 *
 * A layer is a convolution without border. Pooling of 2x2 pixels by their maximum may follow, and
 * is part of the layer; max(0, x) follows in all layers but the last. A dense layer is a
 * convolution too: each of its inputs is a channel of one pixel. Activations are
 * [channel][y][x][lane], with the same pixel of several images side by side. Up to FURROW__GROUP
 * channels are computed at a time.
 */
#ifndef FURROW_DIGITS_NET_NET_H
#define FURROW_DIGITS_NET_NET_H

#include <stdbool.h>
#include <stddef.h>

#include <furrow/digits/digits.h>

enum {
    FURROW__GROUP = 6, /* the maximum of output channels computed together */
    FURROW__WIDE = 16, /* input channels side by side in back-propagation through pooled layers */
    FURROW__MAX_LAYERS = 8, /* per net */
    FURROW__MAX_CHANNELS = 1024,
    FURROW__MAX_VALUES = 65536, /* of a layer, so that a scratch stays below 32 MiB */
    FURROW__TEXT_SIZE = 128     /* bytes of the layers' text, with its final zero */
};

typedef struct furrow__layer {
    size_t inputs, side_in; /* reads [inputs][side_in][side_in] */
    size_t kernel;          /* kernel x kernel taps per input channel */
    size_t outputs, side;   /* [outputs][side][side] before pooling */
    size_t side_out;        /* writes [outputs][side_out][side_out] */
    bool pooled, rectified;
    size_t weights;  /* offset of [outputs][inputs][kernel][kernel] in the parameters */
    size_t biases;   /* offset of [outputs] */
    size_t forward;  /* offset in the packed parameters: pack.c */
    size_t backward; /* offset in those packed for back-propagation */
} furrow__layer;

typedef struct furrow__net {
    size_t count;
    furrow__layer layers[FURROW__MAX_LAYERS];
    size_t parameters;        /* floats */
    size_t forward, backward; /* packed floats */
    size_t multiplications;   /* per image */
    char text[FURROW__TEXT_SIZE];
} furrow__net;

/* Parses a text such as "conv5x8 pool conv5x24 pool dense48 dense10". It must end in 10 values. */
int furrow__net_parse(furrow__net *net, const char *layers, furrow_error *error);

/* The size of the group that begins at channel `first`. There are as few groups as possible; their
 * sizes differ by at most 1, and larger ones come first. */
size_t furrow__net_group(size_t channels, size_t first);

/* Packs the parameters with the output channels of a group side by side: for a group of n outputs,
 * n biases, then weights [input][y][x][n]. */
void furrow__net_pack(const furrow__net *net, const float *parameters, float *packed);

/* Packs the weights for back-propagation. A layer without pooling is packed like a layer with
 * inputs and outputs exchanged, taps rotated by 180 degrees, and no bias. A pooled layer is packed
 * by groups of FURROW__WIDE inputs (filled up with zeros): [output][y][x][FURROW__WIDE]. The first
 * layer has none. */
void furrow__net_pack_backward(const furrow__net *net, const float *parameters, float *packed);

#endif

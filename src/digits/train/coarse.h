/*
 * coarse.h: shows an image as a coarser scanner would. For augment.c, of each instruction set.
 *
 * A cell of the scanner is larger than a pixel, by any factor, and gets the mean of the ink in it.
 * The image is then drawn at its old size by interpolating between the middles of cells. Both steps
 * are linear along x and along y, so each direction is one matrix.
 */
#ifndef FURROW_DIGITS_TRAIN_COARSE_H
#define FURROW_DIGITS_TRAIN_COARSE_H

#include <string.h>

#include "digits/net/isa.h"
#include "random.h"

enum {
    FURROW__COARSE_SIDE = FURROW_DIGITS_SIDE,
    FURROW__COARSE_WIDE = 32 /* columns computed: whole vectors of every instruction set */
};

typedef float furrow__coarse_matrix[FURROW__COARSE_SIDE][FURROW__COARSE_WIDE];

static inline float furrow__coarse_overlap(float left, float right, float begin, float end)
{
    float from = left > begin ? left : begin, to = right < end ? right : end;
    return to > from ? to - from : 0;
}

/* matrix[x][i] is the share of old pixel x in new pixel i. The first cell ends at `first`, which is
 * at most `cell`. */
static void furrow__coarse_fill(furrow__coarse_matrix matrix, float cell, float first)
{
    float cells[FURROW__COARSE_SIDE][FURROW__COARSE_SIDE + 2];
    for (int x = 0; x < FURROW__COARSE_SIDE; x++)
        for (int i = 0; i < FURROW__COARSE_SIDE + 2; i++) {
            float end = first + (float)i * cell;
            cells[x][i] = furrow__coarse_overlap((float)x, (float)(x + 1), end - cell, end) / cell;
        }
    memset(matrix, 0, sizeof(furrow__coarse_matrix));
    for (int i = 0; i < FURROW__COARSE_SIDE; i++) {
        float at = ((float)i + 0.5f - first) / cell + 0.5f; /* in cells, from the first's middle */
        int before = at > 0 ? (int)at : 0;
        float after = at > 0 ? at - (float)before : 0;
        for (int x = 0; x < FURROW__COARSE_SIDE; x++)
            matrix[x][i] = (1 - after) * cells[x][before] + after * cells[x][before + 1];
    }
}

/* Applies a matrix along the rows of the image, or along its columns. */
static void furrow__coarse_across(furrow__coarse_matrix image, furrow__coarse_matrix across)
{
    for (int y = 0; y < FURROW__COARSE_SIDE; y++) {
        float row[FURROW__COARSE_WIDE] = {0};
        for (int i = 0; i < FURROW__COARSE_SIDE; i++)
#pragma omp simd
            for (int x = 0; x < FURROW__COARSE_WIDE; x++)
                row[x] += image[y][i] * across[i][x];
        memcpy(image[y], row, sizeof row);
    }
}

static void furrow__coarse_down(furrow__coarse_matrix image, furrow__coarse_matrix down)
{
    furrow__coarse_matrix old;
    memcpy(old, image, sizeof old);
    for (int y = 0; y < FURROW__COARSE_SIDE; y++) {
        float row[FURROW__COARSE_WIDE] = {0};
        for (int i = 0; i < FURROW__COARSE_SIDE; i++)
#pragma omp simd
            for (int x = 0; x < FURROW__COARSE_WIDE; x++)
                row[x] += old[i][x] * down[i][y];
        memcpy(image[y], row, sizeof row);
    }
}

/* Makes the darkest ink as dark as possible, as normalising does. */
static void furrow__coarse_stretch(furrow__coarse_matrix image)
{
    float max = 1;
    for (int y = 0; y < FURROW__COARSE_SIDE; y++)
        for (int x = 0; x < FURROW__COARSE_SIDE; x++)
            max = image[y][x] > max ? image[y][x] : max;
    for (int y = 0; y < FURROW__COARSE_SIDE; y++)
#pragma omp simd
        for (int x = 0; x < FURROW__COARSE_WIDE; x++)
            image[y][x] *= 255 / max;
}

/* Cells have 1.4 to 3 pixels, so a digit is 7 to 14 cells high. */
static void furrow__coarse(furrow__coarse_matrix image, uint64_t *key)
{
    furrow__coarse_matrix matrix;
    double cell = furrow__random_between(key, 1.4, 3);
    furrow__coarse_fill(matrix, (float)cell, (float)furrow__random_between(key, 0, cell));
    furrow__coarse_across(image, matrix);
    furrow__coarse_fill(matrix, (float)cell, (float)furrow__random_between(key, 0, cell));
    furrow__coarse_down(image, matrix);
    furrow__coarse_stretch(image);
}

#endif

/* transpose.h: transposes matrices of LANES columns. Included by the files that are compiled once
 * per instruction set. */
#ifndef FURROW_DIGITS_TRAIN_TURN_H
#define FURROW_DIGITS_TRAIN_TURN_H

#include "digits/net/lanes.h"

/* Interleaves the first halves of two vectors, and the second halves. */
#if FURROW__WIDTH == 16
#define FIRST_HALVES(a, b)                                                                         \
    SHUFFLED(marks, a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define SECOND_HALVES(a, b)                                                                        \
    SHUFFLED(marks, a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#elif FURROW__WIDTH == 8
#define FIRST_HALVES(a, b)  SHUFFLED(marks, a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define SECOND_HALVES(a, b) SHUFFLED(marks, a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#else
#define FIRST_HALVES(a, b)  SHUFFLED(marks, a, b, 0, 4, 1, 5)
#define SECOND_HALVES(a, b) SHUFFLED(marks, a, b, 2, 6, 3, 7)
#endif

/* After log2(LANES) perfect shuffles of all rows they are transposed. */
INLINE void transpose_rows(lanes rows[LANES])
{
#pragma GCC unroll 4
    for (int left = LANES; left > 1; left /= 2) {
        lanes halves[LANES];
#pragma GCC unroll 16
        for (int i = 0; i < LANES / 2; i++) {
            halves[2 * i] = FIRST_HALVES(rows[i], rows[i + LANES / 2]);
            halves[2 * i + 1] = SECOND_HALVES(rows[i], rows[i + LANES / 2]);
        }
#pragma GCC unroll 16
        for (int i = 0; i < LANES; i++)
            rows[i] = halves[i];
    }
}

/* to[column * to_stride + row] = from[row * from_stride + column]. There are up to LANES rows;
 * beyond them 0 is written. Only the first `columns` of LANES columns are written. */
static NEVER_INLINE void transpose(float *restrict to, size_t to_stride, size_t columns,
                                   const float *restrict from, size_t from_stride, size_t rows)
{
    lanes block[LANES];
#pragma GCC unroll 16
    for (size_t i = 0; i < LANES; i++)
        block[i] = i < rows ? load(from + i * from_stride) : (lanes){0};
    transpose_rows(block);
#pragma GCC unroll 16
    for (size_t i = 0; i < LANES; i++)
        if (i < columns)
            store(to + i * to_stride, block[i]);
}

/* to[i] += the sum of the lanes of from[i]. */
static inline void add_lanes(float *restrict to, const float *restrict from, size_t count)
{
    for (size_t done = 0; done < count; done += LANES) {
        float columns[LANES * LANES];
        size_t some = count - done < LANES ? count - done : LANES;
        lanes sum = {0};
        transpose(columns, LANES, LANES, from + done * LANES, LANES, some);
        for (size_t i = 0; i < LANES; i++)
            sum += load(columns + i * LANES);
        for (size_t i = 0; i < some; i++)
            to[done + i] += sum[i];
    }
}

#endif

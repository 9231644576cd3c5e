/* scale.c: draws the digit from the picture, by means over areas or by interpolation. */
#include <math.h>
#include <string.h>

#include "internal.h"

/* ---- smaller ---- */

/* The interval that a pixel of the drawing covers in the picture, and the pixels it touches. */
struct cover {
    double begin, end;
    size_t first, last; /* last is not included */
};

static size_t clip(double at, size_t first, size_t end)
{
    return at < (double)first ? first : at > (double)end ? end : (size_t)at;
}

static struct cover cover(double begin, double step, size_t first, size_t end)
{
    return (struct cover){begin, begin + step, clip(floor(begin), first, end),
                          clip(ceil(begin + step), first, end)};
}

/* The part of a pixel that is covered. */
static float overlap(size_t at, const struct cover *cover)
{
    double begin = (double)at, end = begin + 1;
    begin = begin > cover->begin ? begin : cover->begin;
    end = end < cover->end ? end : cover->end;
    return (float)(end - begin);
}

/* Adds to a row of the drawing, from the sums of the columns of the picture from `left` on. */
static void average_columns(float drawn[SIDE], const float *sums, size_t left,
                            const struct cover covers[SIDE], float scale)
{
    for (int i = 0; i < SIDE; i++) {
        float sum = 0;
        for (size_t x = covers[i].first; x < covers[i].last; x++)
            sum += sums[x - left] * overlap(x, &covers[i]);
        drawn[i] += sum * scale;
    }
}

/* Every pixel is the mean of the area that it covers. Pixels at the edge count in part. */
static void shrink(float drawn[FURROW_DIGITS_PIXELS], const struct drawing_source *source,
                   const struct frame *frame, const struct box *box)
{
    float row[ROW], sums[ROW];
    const float scale = (float)(1 / (frame->across * frame->down));
    for (size_t left = box->left; left < box->right; left += ROW) {
        size_t right = left + ROW < box->right ? left + ROW : box->right;
        size_t there = box->bottom; /* the row that is in `row` */
        struct cover columns[SIDE];
        for (int i = 0; i < SIDE; i++)
            columns[i] = cover(frame->left + i * frame->across, frame->across, left, right);
        for (int j = 0; j < SIDE; j++) {
            const struct cover rows =
                cover(frame->top + j * frame->down, frame->down, box->top, box->bottom);
            memset(sums, 0, (right - left) * sizeof *sums);
            for (size_t y = rows.first; y < rows.last; y++) {
                const float part = overlap(y, &rows);
                if (y != there)
                    furrow__digits_ink_row(row, source, y, left, right);
                there = y;
                for (size_t i = 0; i < right - left; i++)
                    sums[i] += part * row[i];
            }
            if (rows.first < rows.last)
                average_columns(drawn + j * SIDE, sums, left, columns, scale);
        }
    }
}

/* ---- larger ---- */

/* Enlarging needs at most 28 x 28 pixels, and two around them on each side. */
enum { AROUND = SIDE + 4 };

/* Reads the pixels from (left, top) on. There is no ink outside the box. */
static void read_around(float rows[AROUND][AROUND], const struct drawing_source *source,
                        const struct box *box, long left, long top)
{
    long first = left > (long)box->left ? left : (long)box->left;
    long end = left + AROUND < (long)box->right ? left + AROUND : (long)box->right;
    for (long y = top; y < top + AROUND && first < end; y++)
        if (y >= (long)box->top && y < (long)box->bottom)
            furrow__digits_ink_row(rows[y - top] + (first - left), source, (size_t)y, (size_t)first,
                                   (size_t)end);
}

/* Interpolation between pixels larger than MNIST's makes strokes too broad. So each pixel moves
 * away from the mean of its neighbours. */
static void sharpen(float rows[AROUND][AROUND], float amount)
{
    float old[AROUND][AROUND];
    memcpy(old, rows, sizeof old);
    for (int y = 1; y + 1 < AROUND; y++)
        for (int x = 1; x + 1 < AROUND; x++) {
            const float *at = old[y] + x, *above = at - AROUND, *below = at + AROUND;
            float beside = above[0] + at[-1] + at[1] + below[0];
            float corners = above[-1] + above[1] + below[-1] + below[1];
            float around = (4 * at[0] + 2 * beside + corners) / 16;
            rows[y][x] = at[0] + amount * (at[0] - around);
        }
}

/* Interpolates between four pixels, first along rows. */
static void enlarge(float drawn[FURROW_DIGITS_PIXELS], const struct drawing_source *source,
                    const struct frame *frame, const struct box *box)
{
    float rows[AROUND][AROUND] = {{0}}, wide[AROUND][SIDE], parts[SIDE];
    int columns[SIDE];
    const double left = floor(frame->left) - 1, top = floor(frame->top) - 1;
    read_around(rows, source, box, (long)left, (long)top);
    sharpen(rows, (float)(2 * (1 - frame->down)));
    for (int i = 0; i < SIDE; i++) {
        double x = frame->left - left + (i + 0.5) * frame->across - 0.5;
        columns[i] = (int)x;
        parts[i] = (float)(x - columns[i]);
    }
    for (int j = 0; j < AROUND; j++)
        for (int i = 0; i < SIDE; i++) {
            const float *at = rows[j] + columns[i];
            wide[j][i] = at[0] + parts[i] * (at[1] - at[0]);
        }
    for (int j = 0; j < SIDE; j++) {
        double y = frame->top - top + (j + 0.5) * frame->down - 0.5;
        const float *upper = wide[(int)y], *lower = wide[(int)y + 1];
        const float part = (float)(y - (int)y);
        for (int i = 0; i < SIDE; i++) {
            float value = upper[i] + part * (lower[i] - upper[i]);
            value = value > 0 ? value : 0;
            drawn[j * SIDE + i] = value < 255 ? value : 255;
        }
    }
}

void furrow__digits_scale(float drawn[FURROW_DIGITS_PIXELS], const struct drawing_source *source,
                          const struct frame *frame, const struct box *box)
{
    if (frame->down > 1)
        shrink(drawn, source, frame, box);
    else
        enlarge(drawn, source, frame, box);
}

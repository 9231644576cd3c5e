/*
 * spread.h: the way back through a pooled stage.
 *
 * Of four sums one went on, another in each image: three quarters of their gradient are zeros, but
 * nowhere in all lanes. So here the lanes are the input's channels, and images come one after the
 * other: all lanes then share the place of the sum that went on, and what did not is left out.
 * Included by learn.c, which is compiled once per level.
 */
#ifndef FURROW__DIGITS_SPREAD_H
#define FURROW__DIGITS_SPREAD_H

#include "gradient.h"

/* A stage whose lanes are turned. */
typedef struct turned {
    size_t wide, pixels, taps;
    size_t sums;         /* per image, and up to whole vectors */
    size_t plane;        /* floats from an image to its gradient, and half of those to the next */
    float *in;           /* [LANES][2][pixels][wide]: image and gradient in turn */
    float *slopes;       /* [LANES][sums] */
    float *places;       /* [LANES][sums], whole numbers: of the first pixel of each sum */
    float *tap_gradient; /* [outputs][taps][wide] */
} turned;

/* Half a page beyond a whole one: a load must not seem to follow a store to the same place in
 * another page. */
static size_t apart(size_t floats)
{
    const size_t page = 1024;
    return (floats + page - 1) / page * page + page / 2;
}

static turned turned_at(float *work, const furrow__stage *stage)
{
    size_t sums = stage->outputs * stage->side_out * stage->side_out;
    turned t = {
        .wide = furrow__net_wide(stage),
        .pixels = stage->side_in * stage->side_in,
        .taps = stage->kernel * stage->kernel,
        .sums = (sums + LANES - 1) / LANES * LANES,
        .in = work,
    };
    t.plane = apart(t.pixels * t.wide);
    t.slopes = t.in + 2 * LANES * t.plane;
    t.places = t.slopes + LANES * t.sums;
    t.tap_gradient = t.places + LANES * t.sums;
    return t;
}

static size_t spread_size(const furrow__stage *stage)
{
    turned t = turned_at(NULL, stage);
    return 2 * LANES * (t.plane + t.sums) + stage->outputs * t.taps * t.wide;
}

/* Winners become places. */
static void find_places(const turned *t, const furrow__stage *stage, const buffers *b)
{
    int32_t wide = (int32_t)t->wide, row = (int32_t)(stage->side_in * t->wide);
    float *at = b->winners;
    for (size_t i = 0; i < stage->outputs; i++)
        for (int32_t y = 0; y < (int32_t)stage->side_out; y++)
            for (int32_t x = 0; x < (int32_t)stage->side_out; x++, at += LANES) {
                marks winner = (marks)load(at);
                marks place = (2 * y + (winner >> 1)) * row + (2 * x + (winner & 1)) * wide;
                store(at, (lanes)place);
            }
}

static void turn_sums(float *to, const turned *t, const float *from, size_t sums)
{
    for (size_t i = 0; i < sums; i += LANES)
        turn(to + i, t->sums, LANES, from + i * LANES, LANES, sums - i);
}

static void turn_in(const turned *t, const float *in, size_t inputs)
{
    for (size_t pixel = 0; pixel < t->pixels; pixel++)
        for (size_t i = 0; i < inputs; i += LANES)
            turn(t->in + pixel * t->wide + i, 2 * t->plane, LANES,
                 in + (i * t->pixels + pixel) * LANES, t->pixels * LANES, inputs - i);
}

static void turn_back(const turned *t, float *gradient, size_t inputs)
{
    for (size_t pixel = 0; pixel < t->pixels; pixel++)
        for (size_t i = 0; i < inputs; i += LANES)
            turn(gradient + (i * t->pixels + pixel) * LANES, t->pixels * LANES, inputs - i,
                 t->in + t->plane + pixel * t->wide + i, 2 * t->plane, LANES);
}

/* The sums of an image that have the same weights, and LANES channels of what they were made of. */
typedef struct share {
    const float *slopes, *places;
    size_t count;
    const float *in;
    float *in_gradient;
    size_t wide, stride; /* floats from pixel to pixel, from row to row */
    const float *weights;
    float *tap_gradient;
} share;

#define EACH_TAP(statement)                                                                        \
    do {                                                                                           \
        _Pragma("GCC unroll 9") for (size_t tap = 0; tap < rows * columns; tap++) statement;       \
    } while (0)

/* Of rows x columns taps. */
INLINE void spread_taps(const share *s, size_t kernel, size_t tap_y, size_t tap_x,
                        const size_t rows, const size_t columns)
{
    size_t wide = s->wide, stride = s->stride, first = tap_y * stride + tap_x * wide;
    const float *from = s->weights + (tap_y * kernel + tap_x) * wide;
    float *to = s->tap_gradient + (tap_y * kernel + tap_x) * wide;
    lanes weights[MOST_TAPS], sums[MOST_TAPS];
#define TAP_AT   ((tap / columns * kernel + tap % columns) * wide)
#define PIXEL_AT (tap / columns * stride + tap % columns * wide)
    EACH_TAP(weights[tap] = load(from + TAP_AT));
    EACH_TAP(sums[tap] = load(to + TAP_AT));
    for (size_t i = 0; i < s->count; i++) {
        size_t place = first + (size_t)((const int32_t *)s->places)[i];
        const float *in = s->in + place;
        float *in_gradient = s->in_gradient + place;
        lanes slope = s->slopes[i] - (lanes){0};
        EACH_TAP(sums[tap] += slope * load(in + PIXEL_AT));
        EACH_TAP(
            store(in_gradient + PIXEL_AT, load(in_gradient + PIXEL_AT) + slope * weights[tap]));
    }
    EACH_TAP(store(to + TAP_AT, sums[tap]));
#undef TAP_AT
#undef PIXEL_AT
}

/* All taps: a whole kernel or a row of it where two vectors of each are known to fit. */
static NEVER_INLINE void spread_kernel(const share *s, size_t kernel)
{
    if (kernel == 3 && 2 * 9 <= SUMS) {
        spread_taps(s, kernel, 0, 0, 3, 3);
        return;
    }
    for (size_t y = 0; y < kernel; y++) {
        size_t x = 0;
        if (kernel == 5) {
            spread_taps(s, kernel, y, 0, 1, 5);
            continue;
        }
        for (; x + 3 <= kernel; x += 3)
            spread_taps(s, kernel, y, x, 1, 3);
        for (; x < kernel; x++)
            spread_taps(s, kernel, y, x, 1, 1);
    }
}

static void spread_image(const turned *t, const furrow__stage *stage, const float *weights,
                         size_t image)
{
    size_t per_output = stage->side_out * stage->side_out;
    float *in = t->in + 2 * image * t->plane, *in_gradient = in + t->plane;
    memset(in_gradient, 0, t->pixels * t->wide * sizeof *in_gradient);
    for (size_t output = 0; output < stage->outputs; output++)
        for (size_t i = 0; i < stage->inputs; i += LANES) {
            share s = {
                .slopes = t->slopes + image * t->sums + output * per_output,
                .places = t->places + image * t->sums + output * per_output,
                .count = per_output,
                .in = in + i,
                .in_gradient = in_gradient + i,
                .wide = t->wide,
                .stride = stage->side_in * t->wide,
                .weights = weights + output * t->taps * t->wide + i,
                .tap_gradient = t->tap_gradient + output * t->taps * t->wide + i,
            };
            spread_kernel(&s, stage->kernel);
        }
}

static void add_taps(const turned *t, const furrow__stage *stage, float *gradient)
{
    for (size_t output = 0; output < stage->outputs; output++)
        for (size_t input = 0; input < stage->inputs; input++)
            for (size_t tap = 0; tap < t->taps; tap++)
                *gradient++ += t->tap_gradient[(output * t->taps + tap) * t->wide + input];
}

/* Both gradients, that of the weights and that of the input. */
static void spread(const furrow__stage *stage, const buffers *b, const float *in,
                   const float *packed, float *in_gradient, float *work, float *gradient)
{
    turned t = turned_at(work, stage);
    size_t sums = stage->outputs * stage->side_out * stage->side_out;
    find_places(&t, stage, b);
    turn_sums(t.places, &t, b->winners, sums);
    turn_sums(t.slopes, &t, b->sums_gradient, sums);
    turn_in(&t, in, stage->inputs);
    memset(t.tap_gradient, 0, stage->outputs * t.taps * t.wide * sizeof *t.tap_gradient);
    for (size_t image = 0; image < LANES; image++)
        spread_image(&t, stage, packed + stage->backward, image);
    turn_back(&t, in_gradient, stage->inputs);
    add_taps(&t, stage, gradient + stage->weights);
}

#endif

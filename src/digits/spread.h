/*
 * spread.h: the way back through a pooled stage.
 *
 * Of four sums one went on, another in each image: three quarters of their gradient are zeros, but
 * nowhere in all lanes. So here the lanes are the input's channels, and images come one after the
 * other: all lanes then share the place of the sum that went on, and what did not is left out.
 * Included by learn.c, which is compiled once per instruction set.
 */
#ifndef FURROW__DIGITS_SPREAD_H
#define FURROW__DIGITS_SPREAD_H

#include "gradient.h"

/* A stage whose lanes are turned; `inputs` in groups of LANES. */
typedef struct turned {
    size_t groups, pixels, taps;
    size_t sums;         /* per image, and up to whole vectors */
    size_t plane;        /* floats from an image to its gradient, and half of those to the next */
    float *in;           /* [LANES][2][groups][pixels][LANES]: image and gradient in turn */
    float *slopes;       /* [LANES][sums] */
    int32_t *places;     /* [LANES][sums]: where the pixels of each sum begin */
    float *tap_gradient; /* [groups][outputs][taps][LANES] */
} turned;

/* Half a page beyond a whole one: a load must not seem to follow a store to the same place in
 * another page. */
static size_t apart(size_t floats)
{
    const size_t page = 1024;
    return (floats + page - 1) / page * page + page / 2;
}

static size_t whole_vectors(size_t count)
{
    return (count + LANES - 1) / LANES;
}

/* Without memory (NULL), how large it all is; `used` may be NULL. */
static turned turned_at(float *work, const furrow__stage *stage, size_t *used)
{
    turned t = {
        .groups = whole_vectors(stage->inputs),
        .pixels = stage->side_in * stage->side_in,
        .taps = stage->kernel * stage->kernel,
        .sums = whole_vectors(stage->outputs * stage->side_out * stage->side_out) * LANES,
    };
    t.plane = apart(t.groups * t.pixels * LANES);
    size_t slopes = 2 * LANES * t.plane, places = slopes + LANES * t.sums;
    size_t tap_gradient = places + LANES * t.sums;
    if (used)
        *used = tap_gradient + t.groups * stage->outputs * t.taps * LANES;
    if (work) {
        t.in = work;
        t.slopes = work + slopes;
        t.places = (void *)(work + places);
        t.tap_gradient = work + tap_gradient;
    }
    return t;
}

static size_t spread_size(const furrow__stage *stage)
{
    size_t size;
    turned_at(NULL, stage, &size);
    return size;
}

/* Winners become places. */
static void find_places(const furrow__stage *stage, const buffers *b)
{
    int32_t row = (int32_t)stage->side_in * LANES;
    float *at = b->winners;
    for (size_t i = 0; i < stage->outputs; i++)
        for (int32_t y = 0; y < (int32_t)stage->side_out; y++)
            for (int32_t x = 0; x < (int32_t)stage->side_out; x++, at += LANES) {
                marks winner = (marks)load(at);
                marks place = (2 * y + (winner >> 1)) * row + (2 * x + (winner & 1)) * LANES;
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
            turn(t->in + i * t->pixels + pixel * LANES, 2 * t->plane, LANES,
                 in + (i * t->pixels + pixel) * LANES, t->pixels * LANES, inputs - i);
}

static void turn_back(const turned *t, float *gradient, size_t inputs)
{
    for (size_t pixel = 0; pixel < t->pixels; pixel++)
        for (size_t i = 0; i < inputs; i += LANES)
            turn(gradient + (i * t->pixels + pixel) * LANES, t->pixels * LANES, inputs - i,
                 t->in + t->plane + i * t->pixels + pixel * LANES, 2 * t->plane, LANES);
}

/* The sums of an image that have the same weights, and LANES channels of what they were made of. */
typedef struct share {
    const float *slopes;
    const int32_t *places;
    size_t count;
    const float *in;
    float *in_gradient;
    size_t stride;        /* floats from row to row of these */
    const float *weights; /* [kernel][kernel][FURROW__WIDE] */
    float *tap_gradient;  /* [kernel][kernel][LANES] */
} share;

/* `statement` for all taps, which are in rows of the kernel and columns. */
#define EACH_TAP(statement)                                                                        \
    do {                                                                                           \
        _Pragma("GCC unroll 9") for (size_t tap = 0; tap < rows * columns; tap++) statement;       \
    } while (0)

/* Of rows x columns taps. */
INLINE void spread_taps(const share *s, size_t kernel, size_t tap_y, size_t tap_x,
                        const size_t rows, const size_t columns)
{
    size_t first = tap_y * kernel + tap_x, count = s->count, stride = s->stride;
    const float *slopes = s->slopes, *in = s->in + tap_y * stride + tap_x * LANES;
    const int32_t *places = s->places;
    float *in_gradient = s->in_gradient + tap_y * stride + tap_x * LANES;
    lanes weights[MOST_TAPS] = {{0}}, sums[MOST_TAPS] = {{0}};
#define KERNEL_AT (first + tap / columns * kernel + tap % columns)
#define PIXEL_AT  (tap / columns * stride + tap % columns * LANES)
    EACH_TAP(weights[tap] = load(s->weights + KERNEL_AT * FURROW__WIDE));
    EACH_TAP(sums[tap] = load(s->tap_gradient + KERNEL_AT * LANES));
    for (size_t i = 0; i < count; i++) {
        const float *from = in + places[i];
        float *to = in_gradient + places[i];
        lanes slope = slopes[i] - (lanes){0};
        EACH_TAP(sums[tap] += slope * load(from + PIXEL_AT));
        EACH_TAP(store(to + PIXEL_AT, load(to + PIXEL_AT) + slope * weights[tap]));
    }
    EACH_TAP(store(s->tap_gradient + KERNEL_AT * LANES, sums[tap]));
#undef KERNEL_AT
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

/* Those whose slope is not 0, in front; returns how many. */
static size_t gather_live(float *slopes, int32_t *places, size_t count)
{
    size_t live = 0;
    for (size_t i = 0; i < count; i++) {
        float slope = slopes[i];
        int32_t place = places[i];
        slopes[live] = slope;
        places[live] = place;
        live += slope != 0;
    }
    return live;
}

static void spread_image(const turned *t, const furrow__stage *stage, const float *weights,
                         size_t image)
{
    size_t per_output = stage->side_out * stage->side_out, live[FURROW__MOST_CHANNELS];
    float *in = t->in + 2 * image * t->plane, *in_gradient = in + t->plane;
    float *slopes = t->slopes + image * t->sums;
    int32_t *places = t->places + image * t->sums;
    memset(in_gradient, 0, t->groups * t->pixels * LANES * sizeof *in_gradient);
    for (size_t output = 0; output < stage->outputs; output++)
        live[output] =
            gather_live(slopes + output * per_output, places + output * per_output, per_output);
    for (size_t i = 0; i < stage->inputs; i += LANES)
        for (size_t output = 0; output < stage->outputs; output++) {
            size_t packed = i / FURROW__WIDE * stage->outputs + output;
            size_t kernel = i / LANES * stage->outputs + output;
            share s = {
                .slopes = slopes + output * per_output,
                .places = places + output * per_output,
                .count = live[output],
                .in = in + i * t->pixels,
                .in_gradient = in_gradient + i * t->pixels,
                .stride = stage->side_in * LANES,
                .weights = weights + packed * t->taps * FURROW__WIDE + i % FURROW__WIDE,
                .tap_gradient = t->tap_gradient + kernel * t->taps * LANES,
            };
            spread_kernel(&s, stage->kernel);
        }
}

static void add_taps(const turned *t, const furrow__stage *stage, float *gradient)
{
    for (size_t output = 0; output < stage->outputs; output++)
        for (size_t input = 0; input < stage->inputs; input++) {
            size_t kernel = input / LANES * stage->outputs + output;
            const float *from = t->tap_gradient + kernel * t->taps * LANES + input % LANES;
            for (size_t tap = 0; tap < t->taps; tap++)
                *gradient++ += from[tap * LANES];
        }
}

/* Both gradients, that of the weights and that of the input. */
static void spread(const furrow__stage *stage, const buffers *b, const float *in,
                   const float *packed, float *in_gradient, float *work, float *gradient)
{
    turned t = turned_at(work, stage, NULL);
    size_t sums = stage->outputs * stage->side_out * stage->side_out;
    find_places(stage, b);
    turn_sums((void *)t.places, &t, b->winners, sums);
    turn_sums(t.slopes, &t, b->sums_gradient, sums);
    turn_in(&t, in, stage->inputs);
    memset(t.tap_gradient, 0, t.groups * stage->outputs * t.taps * LANES * sizeof *t.tap_gradient);
    for (size_t image = 0; image < LANES; image++)
        spread_image(&t, stage, packed + stage->backward, image);
    turn_back(&t, in_gradient, stage->inputs);
    add_taps(&t, stage, gradient + stage->weights);
}

#endif

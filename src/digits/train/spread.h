/*
 * spread.h: back-propagation through a pooled layer.
 *
 * Of four sums only the largest has a gradient, so three quarters of the gradient are zeros. But it
 * is another quarter in each image, so with an image per lane no vector is all zeros. So here the
 * lanes are the channels of the input, and images follow one another. All lanes then share the
 * place of the largest sum, and the other sums are left out. Included by learn.c, which is compiled
 * once per instruction set.
 */
#ifndef FURROW_DIGITS_TRAIN_SPREAD_H
#define FURROW_DIGITS_TRAIN_SPREAD_H

#include "gradient.h"

/* The transposed data of a layer: inputs in groups of LANES. */
typedef struct transposed {
    size_t groups, pixels, taps;
    size_t sums;     /* per image, rounded up to whole vectors */
    size_t plane;    /* floats from an image to its gradient, and from there to the next image */
    float *in;       /* [LANES][2][groups][pixels][LANES]: image and gradient in turn */
    float *slopes;   /* [LANES][sums] */
    int32_t *places; /* [LANES][sums]: where the pixels of each sum begin */
    float *tap_gradient; /* [groups][outputs][taps][LANES] */
} transposed;

/* Rounds up to whole pages plus half a page. With a distance of whole pages the CPU would take a
 * load for one that depends on a store to the same place in another page. */
static size_t apart(size_t floats)
{
    const size_t page = 1024;
    return (floats + page - 1) / page * page + page / 2;
}

static size_t whole_vectors(size_t count)
{
    return (count + LANES - 1) / LANES;
}

/* Lays out the data in `work`, which is NULL if only the size is needed; `used` may be NULL. */
static transposed transposed_at(float *work, const furrow__layer *layer, size_t *used)
{
    transposed t = {
        .groups = whole_vectors(layer->inputs),
        .pixels = layer->side_in * layer->side_in,
        .taps = layer->kernel * layer->kernel,
        .sums = whole_vectors(layer->outputs * layer->side_out * layer->side_out) * LANES,
    };
    t.plane = apart(t.groups * t.pixels * LANES);
    size_t slopes = 2 * LANES * t.plane, places = slopes + LANES * t.sums;
    size_t tap_gradient = places + LANES * t.sums;
    if (used)
        *used = tap_gradient + t.groups * layer->outputs * t.taps * LANES;
    if (work) {
        t.in = work;
        t.slopes = work + slopes;
        t.places = (void *)(work + places);
        t.tap_gradient = work + tap_gradient;
    }
    return t;
}

static size_t spread_size(const furrow__layer *layer)
{
    size_t size;
    transposed_at(NULL, layer, &size);
    return size;
}

/* Turns winners, which are numbers from 0 to 3, into places. */
static void find_places(const furrow__layer *layer, const buffers *b)
{
    int32_t row = (int32_t)layer->side_in * LANES;
    float *at = b->winners;
    for (size_t i = 0; i < layer->outputs; i++)
        for (int32_t y = 0; y < (int32_t)layer->side_out; y++)
            for (int32_t x = 0; x < (int32_t)layer->side_out; x++, at += LANES) {
                marks winner = (marks)load(at);
                marks place = (2 * y + (winner >> 1)) * row + (2 * x + (winner & 1)) * LANES;
                store(at, (lanes)place);
            }
}

static void transpose_sums(float *to, const transposed *t, const float *from, size_t sums)
{
    for (size_t i = 0; i < sums; i += LANES)
        transpose(to + i, t->sums, LANES, from + i * LANES, LANES, sums - i);
}

static void transpose_in(const transposed *t, const float *in, size_t inputs)
{
    for (size_t pixel = 0; pixel < t->pixels; pixel++)
        for (size_t i = 0; i < inputs; i += LANES)
            transpose(t->in + i * t->pixels + pixel * LANES, 2 * t->plane, LANES,
                      in + (i * t->pixels + pixel) * LANES, t->pixels * LANES, inputs - i);
}

static void transpose_back(const transposed *t, float *gradient, size_t inputs)
{
    for (size_t pixel = 0; pixel < t->pixels; pixel++)
        for (size_t i = 0; i < inputs; i += LANES)
            transpose(gradient + (i * t->pixels + pixel) * LANES, t->pixels * LANES, inputs - i,
                      t->in + t->plane + i * t->pixels + pixel * LANES, 2 * t->plane, LANES);
}

/* The sums of an image that have the same weights, and LANES channels of their input. */
typedef struct share {
    const float *slopes;
    const int32_t *places;
    size_t count;
    const float *in;
    float *in_gradient;
    size_t stride;        /* floats from row to row of the input */
    const float *weights; /* [kernel][kernel][FURROW__WIDE] */
    float *tap_gradient;  /* [kernel][kernel][LANES] */
} share;

/* Runs `statement` for all taps of rows x columns. */
#define EACH_TAP(statement)                                                                        \
    do {                                                                                           \
        _Pragma("GCC unroll 9") for (size_t tap = 0; tap < rows * columns; tap++) statement;       \
    } while (0)

/* Adds the gradients of rows x columns taps, from (tap_x, tap_y) on. */
INLINE void spread_taps(const share *s, size_t kernel, size_t tap_y, size_t tap_x,
                        const size_t rows, const size_t columns)
{
    size_t first = tap_y * kernel + tap_x, count = s->count, stride = s->stride;
    const float *slopes = s->slopes, *in = s->in + tap_y * stride + tap_x * LANES;
    const int32_t *places = s->places;
    float *in_gradient = s->in_gradient + tap_y * stride + tap_x * LANES;
    lanes weights[MAX_TAPS] = {{0}}, sums[MAX_TAPS] = {{0}};
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

/* Adds the gradients of all taps: of a whole kernel or of a row at once, if two vectors of each tap
 * fit into registers. */
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

/* Moves the sums whose slope is not 0 to the front. Returns their number. */
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

static void spread_image(const transposed *t, const furrow__layer *layer, const float *weights,
                         size_t image)
{
    size_t per_output = layer->side_out * layer->side_out, live[FURROW__MAX_CHANNELS];
    float *in = t->in + 2 * image * t->plane, *in_gradient = in + t->plane;
    float *slopes = t->slopes + image * t->sums;
    int32_t *places = t->places + image * t->sums;
    memset(in_gradient, 0, t->groups * t->pixels * LANES * sizeof *in_gradient);
    for (size_t output = 0; output < layer->outputs; output++)
        live[output] =
            gather_live(slopes + output * per_output, places + output * per_output, per_output);
    for (size_t i = 0; i < layer->inputs; i += LANES)
        for (size_t output = 0; output < layer->outputs; output++) {
            size_t packed = i / FURROW__WIDE * layer->outputs + output;
            size_t kernel = i / LANES * layer->outputs + output;
            share s = {
                .slopes = slopes + output * per_output,
                .places = places + output * per_output,
                .count = live[output],
                .in = in + i * t->pixels,
                .in_gradient = in_gradient + i * t->pixels,
                .stride = layer->side_in * LANES,
                .weights = weights + packed * t->taps * FURROW__WIDE + i % FURROW__WIDE,
                .tap_gradient = t->tap_gradient + kernel * t->taps * LANES,
            };
            spread_kernel(&s, layer->kernel);
        }
}

static void add_taps(const transposed *t, const furrow__layer *layer, float *gradient)
{
    for (size_t output = 0; output < layer->outputs; output++)
        for (size_t input = 0; input < layer->inputs; input++) {
            size_t kernel = input / LANES * layer->outputs + output;
            const float *from = t->tap_gradient + kernel * t->taps * LANES + input % LANES;
            for (size_t tap = 0; tap < t->taps; tap++)
                *gradient++ += from[tap * LANES];
        }
}

/* Computes the gradient of the weights and that of the input. */
static void spread(const furrow__layer *layer, const buffers *b, const float *in,
                   const float *packed, float *in_gradient, float *work, float *gradient)
{
    transposed t = transposed_at(work, layer, NULL);
    size_t sums = layer->outputs * layer->side_out * layer->side_out;
    find_places(layer, b);
    transpose_sums((void *)t.places, &t, b->winners, sums);
    transpose_sums(t.slopes, &t, b->sums_gradient, sums);
    transpose_in(&t, in, layer->inputs);
    memset(t.tap_gradient, 0, t.groups * layer->outputs * t.taps * LANES * sizeof *t.tap_gradient);
    for (size_t image = 0; image < LANES; image++)
        spread_image(&t, layer, packed + layer->backward, image);
    transpose_back(&t, in_gradient, layer->inputs);
    add_taps(&t, layer, gradient + layer->weights);
}

#endif

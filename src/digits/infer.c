/*
 * infer.c: from images to the last stage's outputs, `LANES` at a time.
 *
 * Convolution, max(0, x) and pooling are one pass: two rows of four channels are convolved into a
 * buffer that stays in the first cache and leave it as one pooled row.
 */
#include "convolve.h"
#include "level.h"

#define NAMED_(name, level) furrow__##name##_##level
#define NAMED(name, level)  NAMED_(name, level)
#define INFER               NAMED(infer, FURROW__LEVEL)
#define INFER_SIZE          NAMED(infer_size, FURROW__LEVEL)

size_t INFER_SIZE(const furrow__net *net);
void INFER(const furrow__net *net, const float *forward, float *scratch,
           const unsigned char *images, size_t count, float *outputs);

enum { ROW_FLOATS = FURROW__GROUP * FURROW_DIGITS_SIDE * LANES };

static size_t most_values(const furrow__net *net)
{
    size_t most = FURROW_DIGITS_PIXELS;
    for (size_t i = 0; i < net->count; i++) {
        const furrow__stage *stage = &net->stages[i];
        size_t values = furrow__net_padded(stage->outputs) * stage->side_out * stage->side_out;
        most = values > most ? values : most;
    }
    return most;
}

size_t INFER_SIZE(const furrow__net *net)
{
    return 2 * most_values(net) * LANES + 2 * ROW_FLOATS;
}

static inline float larger(float a, float b)
{
    return a > b ? a : b;
}

static void rectify(float *values, size_t count)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++)
        values[i] = larger(values[i], 0);
}

/* One pooled row of one channel, of the two rows above[] and below[]. */
static void pool_row(float *restrict out, const float *restrict above, const float *restrict below,
                     size_t width)
{
    for (size_t x = 0; x < width; x++, out += LANES, above += 2 * LANES, below += 2 * LANES)
#pragma omp simd
        for (size_t lane = 0; lane < LANES; lane++) {
            float upper = larger(above[lane], above[LANES + lane]);
            float lower = larger(below[lane], below[LANES + lane]);
            out[lane] = larger(larger(upper, lower), 0);
        }
}

static void run_pooled(float *out, const furrow__stage *stage, const convolution *c, float *rows)
{
    size_t plane = stage->side_out * stage->side_out * LANES;
    size_t row = stage->side * LANES;
    float *below = rows + ROW_FLOATS;
    for (size_t group = 0; group * FURROW__GROUP < stage->outputs; group++)
        for (size_t y = 0; y < stage->side_out; y++) {
            convolve_row(rows, row, c, group, 2 * y);
            convolve_row(below, row, c, group, 2 * y + 1);
            float *to = out + group * FURROW__GROUP * plane + y * stage->side_out * LANES;
            for (size_t i = 0; i < FURROW__GROUP; i++)
                pool_row(to + i * plane, rows + i * row, below + i * row, stage->side_out);
        }
}

static void run_plain(float *out, const furrow__stage *stage, const convolution *c)
{
    convolve(out, c, stage->outputs, stage->side);
    if (stage->rectified)
        rectify(out, furrow__net_padded(stage->outputs) * stage->side * stage->side * LANES);
}

static void run_stage(float *out, const float *in, const furrow__stage *stage, const float *forward,
                      float *rows)
{
    convolution c = {
        .in = in,
        .inputs = stage->inputs,
        .plane = stage->side_in * stage->side_in * LANES,
        .stride = stage->side_in * LANES,
        .rows = stage->side_in,
        .kernel = stage->kernel,
        .width = stage->pooled ? stage->side_out * 2 : stage->side,
        .packed = forward + stage->forward,
    };
    if (stage->pooled)
        run_pooled(out, stage, &c, rows);
    else
        run_plain(out, stage, &c);
}

void INFER(const furrow__net *net, const float *forward, float *scratch,
           const unsigned char *images, size_t count, float *outputs)
{
    float *rows = scratch;
    float *in = rows + 2 * ROW_FLOATS;
    float *out = in + most_values(net) * LANES;
    interleave(in, images, count);
    for (size_t i = 0; i < net->count; i++) {
        run_stage(out, in, &net->stages[i], forward, rows);
        float *free_again = in;
        in = out;
        out = free_again;
    }
    for (size_t lane = 0; lane < count; lane++)
        for (size_t i = 0; i < FURROW_DIGITS_CLASSES; i++)
            outputs[lane * FURROW_DIGITS_CLASSES + i] = in[i * LANES + lane];
}

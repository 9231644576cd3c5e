/* wear.c: what time, light and scanners do to a page. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"

/* Moves the colours of a pixel towards those of the ink. */
static void ink_in(struct page *page, const struct look *look, double x, double y, double part)
{
    if (x < 0 || y < 0 || x >= (double)page->width || y >= (double)page->height || part <= 0)
        return;
    float *colors = page->colors + COLORS * ((size_t)y * page->width + (size_t)x);
    for (int color = 0; color < COLORS; color++) {
        double ink = look->colored ? look->ink[color] / 255.0 : !look->dark_ink;
        colors[color] += (float)(fmin(part, 1) * (ink - (double)colors[color]));
    }
}

static double unit(const struct page *page, const struct look *look)
{
    return (look->size > 0 ? look->size : (double)page->height) / DIGIT_SIDE;
}

static void drop_dust(struct page *page, const struct look *look, uint64_t *state)
{
    for (int i = 0; i < look->dust; i++) {
        double radius = unit(page, look) * (0.5 + 0.5 * page_random(state));
        double x = page_random(state) * (double)page->width;
        double y = page_random(state) * (double)page->height;
        for (double v = floor(y - radius); v <= y + radius + 1; v++)
            for (double u = floor(x - radius); u <= x + radius + 1; u++)
                ink_in(page, look, u, v, radius + 0.5 - hypot(u + 0.5 - x, v + 0.5 - y));
    }
}

/* Draws thin lines, half as strong as the ink. On squared paper those down are as far apart as
 * those across. */
static void rule(struct page *page, const struct look *look, uint64_t *state, bool down)
{
    double apart = (double)page->height / (look->lines + 0.5);
    double first = apart * page_random(state);
    double thick = fmax(0.04 * unit(page, look) * DIGIT_SIDE / 2, 1);
    size_t length = down ? page->height : page->width;
    for (int i = 0; i < look->lines; i++)
        for (double at = floor(first + i * apart); at < first + i * apart + thick; at++)
            for (size_t along = 0; along < length; along++)
                ink_in(page, look, down ? at : (double)along, down ? (double)along : at, 0.5);
}

static void put_frame(struct page *page, const struct look *look)
{
    double width = look->frame * unit(page, look);
    for (size_t y = 0; y < page->height; y++)
        for (size_t x = 0; x < page->width; x++) {
            double in = fmin(fmin((double)x, (double)y),
                             fmin((double)(page->width - x), (double)(page->height - y)) - 1);
            if (in < width)
                ink_in(page, look, (double)x, (double)y, 0.9);
        }
}

static void light(struct page *page, const struct look *look, uint64_t *state)
{
    double angle = 6.283185307179586 * page_random(state);
    double across = cos(angle) / (double)page->width, down = sin(angle) / (double)page->height;
    for (size_t y = 0; y < page->height; y++)
        for (size_t x = 0; x < page->width; x++) {
            double along = ((double)x - (double)page->width / 2) * across +
                           ((double)y - (double)page->height / 2) * down;
            double less = look->slope * (along + 0.5);
            if (look->shadow)
                less += 0.35 / (1 + exp(-30 * along));
            float *colors = page->colors + COLORS * (y * page->width + x);
            for (int color = 0; color < COLORS; color++)
                colors[color] *= (float)(1 - fmin(fmax(less, 0), 0.9));
        }
}

/* Adds patches of a quarter of the digit's width, interpolated between values at their corners. */
static void cloud(struct page *page, const struct look *look, uint64_t *state)
{
    enum { CORNERS = 64 };
    float values[CORNERS][CORNERS];
    double patch = unit(page, look) * DIGIT_SIDE / 4;
    for (int i = 0; i < CORNERS * CORNERS; i++)
        values[i / CORNERS][i % CORNERS] = (float)(look->cloudy * page_normal(state));
    for (size_t y = 0; y < page->height; y++)
        for (size_t x = 0; x < page->width; x++) {
            double u = fmin((double)x / patch, CORNERS - 2),
                   v = fmin((double)y / patch, CORNERS - 2);
            const float *upper = values[(int)v], *lower = values[(int)v + 1];
            int i = (int)u;
            float a = (float)(u - i), b = (float)(v - (int)v);
            float shade = (1 - b) * ((1 - a) * upper[i] + a * upper[i + 1]) +
                          b * ((1 - a) * lower[i] + a * lower[i + 1]);
            for (size_t color = 0; color < COLORS; color++)
                page->colors[COLORS * (y * page->width + x) + color] += shade;
        }
}

/* Convolves a line with a Gaussian; blur does so along both axes. */
static void blur_line(float *line, float *old, size_t count, size_t stride, double radius)
{
    long reach = (long)ceil(radius * 2);
    for (size_t i = 0; i < count; i++)
        old[i] = line[i * stride];
    for (long i = 0; i < (long)count; i++) {
        double sum = 0, weights = 0;
        for (long j = i - reach; j <= i + reach; j++) {
            double weight = exp(-(double)((i - j) * (i - j)) / (2 * radius * radius));
            weights += j >= 0 && j < (long)count ? weight : 0;
            sum += j >= 0 && j < (long)count ? weight * (double)old[j] : 0;
        }
        line[(size_t)i * stride] = (float)(sum / weights);
    }
}

static void blur(struct page *page, double radius)
{
    float *old = malloc((page->width + page->height) * sizeof *old);
    size_t stride = COLORS * page->width;
    for (size_t color = 0; old && color < COLORS; color++) {
        for (size_t y = 0; y < page->height; y++)
            blur_line(page->colors + y * stride + color, old, page->width, COLORS, radius);
        for (size_t x = 0; x < page->width; x++)
            blur_line(page->colors + COLORS * x + color, old, page->height, stride, radius);
    }
    free(old);
}

/* The cosine transform of 8 x 8 pixels, there and back, every coefficient rounded to a multiple of
 * the step, the higher the coarser: ITU-T T.81, 1992. */
static void quantise_block(float *colors, size_t stride, int step)
{
    double basis[8][8], half[8][8], turned[8][8];
    for (int k = 0; k < 8; k++)
        for (int n = 0; n < 8; n++)
            basis[k][n] = (k == 0 ? sqrt(0.125) : 0.5) * cos((2 * n + 1) * k * 0.19634954084936207);
    for (int k = 0; k < 8; k++)
        for (int y = 0; y < 8; y++) {
            half[y][k] = 0;
            for (int x = 0; x < 8; x++)
                half[y][k] +=
                    255 * (double)colors[(size_t)y * stride + COLORS * (size_t)x] * basis[k][x];
        }
    for (int j = 0; j < 8; j++)
        for (int k = 0; k < 8; k++) {
            double sum = 0, coarse = step * (1 + 0.5 * (j + k));
            for (int y = 0; y < 8; y++)
                sum += half[y][k] * basis[j][y];
            turned[j][k] = coarse * round(sum / coarse);
        }
    for (int y = 0; y < 8; y++)
        for (int x = 0; x < 8; x++) {
            double sum = 0;
            for (int j = 0; j < 8; j++)
                for (int k = 0; k < 8; k++)
                    sum += turned[j][k] * basis[j][y] * basis[k][x];
            colors[(size_t)y * stride + COLORS * (size_t)x] = (float)(sum / 255);
        }
}

static void quantise(struct page *page, int step)
{
    for (size_t y = 0; y + 8 <= page->height; y += 8)
        for (size_t x = 0; x + 8 <= page->width; x += 8)
            for (size_t color = 0; color < COLORS; color++)
                quantise_block(page->colors + COLORS * (y * page->width + x) + color,
                               COLORS * page->width, step);
}

static void spoil_pixels(struct page *page, const struct look *look, uint64_t *state)
{
    for (size_t i = 0; i < page->width * page->height; i++) {
        double noise = look->grain > 0 ? look->grain * page_normal(state) : 0;
        bool speck = look->specks > 0 && page_random(state) < look->specks;
        float shade = page_random(state) < 0.5 ? 0 : 1;
        for (size_t color = 0; color < COLORS; color++) {
            float *at = &page->colors[COLORS * i + color];
            *at = speck ? shade : *at + (float)noise;
        }
    }
}

void page_wear(struct page *page, const struct look *look, uint64_t *state)
{
    drop_dust(page, look, state);
    if (look->lines > 0)
        rule(page, look, state, false);
    if (look->squared)
        rule(page, look, state, true);
    if (look->frame > 0)
        put_frame(page, look);
    if (look->slope > 0 || look->shadow)
        light(page, look, state);
    if (look->cloudy > 0)
        cloud(page, look, state);
    if (look->blur > 0)
        blur(page, look->blur);
    if (look->grain > 0 || look->specks > 0)
        spoil_pixels(page, look, state);
    if (look->blocks > 0)
        quantise(page, look->blocks);
}

/*
 * augment.c: distorts an image at random. Compiled once per instruction set. Most loops run over
 * the columns of a row; some columns lie beyond the image, so that rows fill whole vectors.
 */
#include <math.h>
#include <string.h>

#include "coarse.h"
#include "digits/net/isa.h"
#include "random.h"
#include "trainer.h"

#define NAMED_(name, isa) furrow__##name##_##isa
#define NAMED(name, isa)  NAMED_(name, isa)
#define AUGMENT           NAMED(augment, FURROW__ISA)

enum {
    SIDE = FURROW_DIGITS_SIDE,
    WIDE = FURROW__COARSE_WIDE,
    AREA = SIDE * WIDE,
    BORDER = 2,
    STRIDE = SIDE + 2 * BORDER,
    SPACING = 6,                               /* pixels from knot to knot of the elastic field */
    KNOTS = (SIDE + SPACING - 1) / SPACING + 3 /* along a side; 4 act on each pixel */
};

void AUGMENT(unsigned char *to, const unsigned char *from, unsigned char label,
             const furrow_digits_recipe *recipe, uint64_t key);

/* Maps a pixel (x, y) of the new image to its place in the old one. */
typedef struct affine {
    float xx, xy, x0;
    float yx, yy, y0;
} affine;

static affine draw(const furrow_digits_recipe *recipe, uint64_t *key)
{
    double angle = furrow__random_signed(key) * recipe->rotation * 3.14159265358979323846 / 180;
    double wide = 1 / (1 + furrow__random_signed(key) * recipe->scaling);
    double high = 1 / (1 + furrow__random_signed(key) * recipe->scaling);
    if (furrow__random_chance(key, recipe->widening))
        wide /= furrow__random_between(key, 1, 1.6);
    double shear = furrow__random_signed(key) * recipe->shearing;
    double right = furrow__random_signed(key) * recipe->shifting;
    double down = furrow__random_signed(key) * recipe->shifting;
    double xx = cos(angle) * wide, xy = (sin(angle) + shear * cos(angle)) * high;
    double yx = -sin(angle) * wide, yy = (cos(angle) - shear * sin(angle)) * high;
    double centre = (SIDE - 1) / 2.0;
    double x = centre + right, y = centre + down;
    return (affine){
        .xx = (float)xx,
        .xy = (float)xy,
        .x0 = (float)(centre - xx * x - xy * y) + BORDER,
        .yx = (float)yx,
        .yy = (float)yy,
        .y0 = (float)(centre - yx * x - yy * y) + BORDER,
    };
}

/* The weight of each knot at each pixel of a row or column: cubic B-splines. */
static void fill_splines(float splines[KNOTS][WIDE])
{
    for (int i = 0; i < KNOTS; i++)
#pragma omp simd
        for (int x = 0; x < WIDE; x++) {
            float away = fabsf((float)x / SPACING - (float)(i - 1));
            float near = (4 + away * away * (3 * away - 6)) / 6;
            float left = away < 2 ? 2 - away : 0;
            float far = left * left * left / 6;
            splines[i][x] = away < 1 ? near : far;
        }
}

/* Draws how far each pixel moves along one axis: a smooth field through random knots, of `size`
 * pixels in the root mean square. */
static void draw_field(float field[AREA], float splines[KNOTS][WIDE], double size, uint64_t *key)
{
    const double scale = size * 1.7320508 / 0.48; /* of the uniform knots; between them 0.48 of
                                                     their deviation is left on average */
    float knots[KNOTS * KNOTS], rows[KNOTS][WIDE];
    for (int i = 0; i < KNOTS * KNOTS; i++)
        knots[i] = (float)(furrow__random_signed(key) * scale);
    for (int i = 0; i < KNOTS; i++)
#pragma omp simd
        for (int x = 0; x < WIDE; x++) {
            float sum = 0;
            for (int j = 0; j < KNOTS; j++)
                sum += knots[i * KNOTS + j] * splines[j][x];
            rows[i][x] = sum;
        }
    for (int y = 0; y < SIDE; y++) {
        int first = y / SPACING;
#pragma omp simd
        for (int x = 0; x < WIDE; x++) {
            float sum = 0;
            for (int i = first; i < first + 4; i++)
                sum += rows[i][x] * splines[i][y];
            field[y * WIDE + x] = sum;
        }
    }
}

static inline float larger(float a, float b)
{
    return a > b ? a : b;
}

/* Two loops, since compilers would make a branch of two bounds in one loop. */
static void bound(float values[AREA], float min, float max)
{
#pragma omp simd
    for (int i = 0; i < AREA; i++)
        values[i] = larger(values[i], min);
#pragma omp simd
    for (int i = 0; i < AREA; i++)
        values[i] = values[i] < max ? values[i] : max;
}

/* Combines every pixel of the bordered image with its neighbours to the right, below, and below to
 * the right, a byte each. So one load gets the four pixels around a place. */
static void fill_squares(uint32_t squares[STRIDE * STRIDE], const unsigned char *from)
{
    uint32_t bordered[STRIDE * (STRIDE + 1) + 1] = {0};
    for (size_t y = 0; y < SIDE; y++)
        for (size_t x = 0; x < SIDE; x++)
            bordered[(y + BORDER) * STRIDE + BORDER + x] = from[y * SIDE + x];
#pragma omp simd
    for (size_t i = 0; i < STRIDE * STRIDE; i++)
        squares[i] = bordered[i] | bordered[i + 1] << 8 | bordered[i + STRIDE] << 16 |
                     bordered[i + STRIDE + 1] << 24;
}

/* Interpolates the new image at the places (u, v) of the old one. */
static void sample(float image[AREA], const uint32_t *squares, const float *u, const float *v)
{
#pragma omp simd
    for (int i = 0; i < AREA; i++) {
        int left = (int)u[i], above = (int)v[i];
        float right = u[i] - (float)left, below = v[i] - (float)above;
        int square = (int)squares[above * STRIDE + left];
        float from = (float)(square & 0xff), from_right = (float)(square >> 8 & 0xff);
        float under = (float)(square >> 16 & 0xff), under_right = (float)(square >> 24 & 0xff);
        float upper = from + right * (from_right - from);
        float lower = under + right * (under_right - under);
        image[i] = upper + below * (lower - upper);
    }
}

/* Distorts the image. Pixels from beyond the old image are black. */
static void warp(float image[AREA], const unsigned char *from, const furrow_digits_recipe *recipe,
                 uint64_t *key)
{
    uint32_t squares[STRIDE * STRIDE];
    float u[AREA], v[AREA], splines[KNOTS][WIDE];
    affine a = draw(recipe, key);
    fill_squares(squares, from);
    fill_splines(splines);
    draw_field(u, splines, recipe->elasticity, key);
    draw_field(v, splines, recipe->elasticity, key);
    for (int y = 0; y < SIDE; y++)
#pragma omp simd
        for (int x = 0; x < WIDE; x++) {
            u[y * WIDE + x] += a.xx * (float)x + a.xy * (float)y + a.x0;
            v[y * WIDE + x] += a.yx * (float)x + a.yy * (float)y + a.y0;
        }
    /* The border is black, so places beyond it can be moved to it. */
    bound(u, 0, STRIDE - 1.01f);
    bound(v, 0, STRIDE - 1.01f);
    sample(image, squares, u, v);
    for (int y = 0; y < SIDE; y++)
        memset(image + y * WIDE + SIDE, 0, (WIDE - SIDE) * sizeof *image);
}

/* Moves each pixel towards the largest (amount > 0) or smallest of itself and its four
 * neighbours. */
static void thicken(float image[AREA], float amount)
{
    float bordered[AREA + 2 * WIDE + 2] = {0}, *old = bordered + WIDE + 1, max[AREA];
    float sign = amount < 0 ? -1 : 1;
#pragma omp simd
    for (int i = 0; i < AREA; i++)
        old[i] = sign * image[i];
#pragma omp simd
    for (int i = 0; i < AREA; i++)
        max[i] = larger(larger(old[i - WIDE], old[i + WIDE]), old[i]);
#pragma omp simd
    for (int i = 0; i < AREA; i++) {
        float more = larger(larger(old[i - 1], old[i + 1]), max[i]);
        image[i] += amount * (more - sign * image[i]);
    }
}

/* Adds noise. A sum of four uniform numbers is close enough to a normal one. */
static void add_grain(float image[AREA], float size, uint64_t key)
{
    uint64_t bits[AREA] = {0};
    float scale = size / (0x8000 * 1.1547f);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            bits[y * WIDE + x] = furrow__random_next(&key);
#pragma omp simd
    for (int i = 0; i < AREA; i++) {
        int low = (int)(uint32_t)bits[i], high = (int)(uint32_t)(bits[i] >> 32);
        int sum = (low & 0xffff) + (low >> 16 & 0xffff) + (high & 0xffff) + (high >> 16 & 0xffff);
        image[i] += (float)(sum - 2 * 0xffff) * scale;
    }
}

static void to_bytes(unsigned char *to, float image[AREA])
{
    unsigned char bytes[AREA];
    bound(image, 0, 255);
#pragma omp simd
    for (int i = 0; i < AREA; i++)
        bytes[i] = (unsigned char)(int)(image[i] + 0.5f);
    for (size_t y = 0; y < SIDE; y++)
        memcpy(to + y * SIDE, bytes + y * WIDE, SIDE);
}

void AUGMENT(unsigned char *to, const unsigned char *from, unsigned char label,
             const furrow_digits_recipe *recipe, uint64_t key)
{
    float image[AREA];
    bool other = furrow__handwriting_add(to, from, label, recipe->handwriting, &key);
    warp(image, other ? to : from, recipe, &key);
    float amount = (float)(furrow__random_signed(&key) * recipe->thickening);
    if (amount != 0)
        thicken(image, amount);
    if (furrow__random_chance(&key, recipe->pens))
        thicken(image, (float)furrow__random_signed(&key));
    if (furrow__random_chance(&key, recipe->coarsening))
        furrow__coarse((float(*)[WIDE])image, &key);
    double share = furrow__random_signed(&key);
    if (recipe->grain > 0 && share > 0.5) /* a quarter of the images */
        add_grain(image, (float)(recipe->grain * (share - 0.5) * 2), key);
    to_bytes(to, image);
}

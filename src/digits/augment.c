#include <math.h>
#include <string.h>

#include "random.h"
#include "trainer.h"

enum {
    SIDE = FURROW_DIGITS_SIDE,
    BORDER = 2,
    STRIDE = SIDE + 2 * BORDER,
    SPACING = 6,                               /* pixels from knot to knot of the elastic field */
    KNOTS = (SIDE + SPACING - 1) / SPACING + 3 /* along a side; 4 act on each pixel */
};

/* Where the pixel (x, y) of the new image comes from in the old one. */
typedef struct affine {
    float xx, xy, x0;
    float yx, yy, y0;
} affine;

static affine draw(const furrow_digits_recipe *recipe, uint64_t *key)
{
    double angle = furrow__random_signed(key) * recipe->rotation * 3.14159265358979323846 / 180;
    double wide = 1 / (1 + furrow__random_signed(key) * recipe->scaling);
    double high = 1 / (1 + furrow__random_signed(key) * recipe->scaling);
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

/* The weight that each knot has at each pixel of a row or column: cubic B-splines. */
static void fill_splines(float splines[KNOTS][SIDE])
{
    memset(splines, 0, KNOTS * sizeof *splines);
    for (int x = 0; x < SIDE; x++) {
        float t = (float)(x % SPACING) / SPACING, s = 1 - t;
        splines[x / SPACING][x] = s * s * s / 6;
        splines[x / SPACING + 1][x] = (4 + t * t * (3 * t - 6)) / 6;
        splines[x / SPACING + 2][x] = (4 + s * s * (3 * s - 6)) / 6;
        splines[x / SPACING + 3][x] = t * t * t / 6;
    }
}

/* How far each pixel moves along one axis, `size` pixels in the root mean square: a smooth field
 * through random knots. */
static void draw_field(float field[SIDE][SIDE], float splines[KNOTS][SIDE], double size,
                       uint64_t *key)
{
    const double scale = size * 1.7320508 / 0.48; /* of the knots, uniform: 0.48 is left of a knot's
                                                     deviation between the knots, on average */
    float rows[KNOTS][SIDE] = {0};
    for (int i = 0; i < KNOTS; i++)
        for (int j = 0; j < KNOTS; j++) {
            float knot = (float)(furrow__random_signed(key) * scale);
#pragma omp simd
            for (int x = 0; x < SIDE; x++)
                rows[i][x] += knot * splines[j][x];
        }
    memset(field, 0, SIDE * sizeof *field);
    for (int y = 0; y < SIDE; y++)
        for (int i = y / SPACING; i < y / SPACING + 4; i++)
#pragma omp simd
            for (int x = 0; x < SIDE; x++)
                field[y][x] += rows[i][x] * splines[i][y];
}

static inline float within(float value, float least, float most)
{
    value = value < least ? least : value;
    return value > most ? most : value;
}

/* A row of the new image from where (u, v) is in the old one, between its pixels. */
static void sample_row(float *to, const float *bordered, const float *u, const float *v)
{
#pragma omp simd
    for (int x = 0; x < SIDE; x++) {
        /* Beyond the border all is black: clamped there, the pixel stays black. */
        float column = within(u[x], 0, STRIDE - 1.01f), row = within(v[x], 0, STRIDE - 1.01f);
        int left = (int)column, above = (int)row;
        float right = column - (float)left, below = row - (float)above;
        const float *pixel = bordered + above * STRIDE + left;
        float upper = pixel[0] + right * (pixel[1] - pixel[0]);
        float lower = pixel[STRIDE] + right * (pixel[STRIDE + 1] - pixel[STRIDE]);
        to[x] = upper + below * (lower - upper);
    }
}

static void warp(float image[SIDE][SIDE], const unsigned char *from,
                 const furrow_digits_recipe *recipe, uint64_t *key)
{
    float bordered[STRIDE * STRIDE] = {0};
    float fields[2][SIDE][SIDE], splines[KNOTS][SIDE];
    for (size_t y = 0; y < SIDE; y++)
        for (size_t x = 0; x < SIDE; x++)
            bordered[(y + BORDER) * STRIDE + BORDER + x] = from[y * SIDE + x];
    affine a = draw(recipe, key);
    fill_splines(splines);
    for (int axis = 0; axis < 2; axis++)
        draw_field(fields[axis], splines, recipe->elasticity, key);
    for (int y = 0; y < SIDE; y++) {
#pragma omp simd
        for (int x = 0; x < SIDE; x++) {
            fields[0][y][x] += a.xx * (float)x + a.xy * (float)y + a.x0;
            fields[1][y][x] += a.yx * (float)x + a.yy * (float)y + a.y0;
        }
        sample_row(image[y], bordered, fields[0][y], fields[1][y]);
    }
}

/* Each pixel towards the largest (amount > 0) or least of itself and its four neighbours. */
static void thicken(float image[SIDE][SIDE], float amount)
{
    float old[SIDE + 2][SIDE + 2] = {0};
    float sign = amount < 0 ? -1 : 1;
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            old[y + 1][x + 1] = sign * image[y][x];
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            float left = old[y + 1][x], right = old[y + 1][x + 2];
            float above = old[y][x + 1], below = old[y + 2][x + 1];
            float beside = left > right ? left : right;
            float along = above > below ? above : below;
            float most = beside > along ? beside : along;
            float more = most - old[y + 1][x + 1];
            image[y][x] += amount * (more > 0 ? more : 0);
        }
}

/* Sums of four uniform numbers are near enough to normal ones. */
static void add_grain(float image[SIDE][SIDE], float size, uint64_t *key)
{
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            uint64_t bits = furrow__random_next(key);
            int sum = (int)(bits & 0xffff) + (int)(bits >> 16 & 0xffff) +
                      (int)(bits >> 32 & 0xffff) + (int)(bits >> 48) - 2 * 0xffff;
            image[y][x] += (float)sum * size / (0x8000 * 1.1547f);
        }
}

void furrow__augment(unsigned char *to, const unsigned char *from,
                     const furrow_digits_recipe *recipe, uint64_t key)
{
    float image[SIDE][SIDE];
    warp(image, from, recipe, &key);
    float amount = (float)(furrow__random_signed(&key) * recipe->thickening);
    if (amount != 0)
        thicken(image, amount);
    double share = furrow__random_signed(&key);
    if (recipe->grain > 0 && share > 0.5) /* a quarter of the images */
        add_grain(image, (float)(recipe->grain * (share - 0.5) * 2), &key);
    for (int y = 0; y < SIDE; y++)
#pragma omp simd
        for (int x = 0; x < SIDE; x++)
            to[y * SIDE + x] = (unsigned char)(within(image[y][x], 0, 255) + 0.5f);
}

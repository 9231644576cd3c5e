#include <math.h>
#include <string.h>

#include "random.h"
#include "trainer.h"

enum { SIDE = FURROW_DIGITS_SIDE, BORDER = 2, STRIDE = SIDE + 2 * BORDER };

/* Where the pixel (x, y) of the new image comes from in the old one. */
typedef struct affine {
    float xx, xy, x0;
    float yx, yy, y0;
} affine;

static affine draw(const furrow_digits_recipe *recipe, uint64_t key)
{
    double angle = furrow__random_signed(&key) * recipe->rotation * 3.14159265358979323846 / 180;
    double wide = 1 / (1 + furrow__random_signed(&key) * recipe->scaling);
    double high = 1 / (1 + furrow__random_signed(&key) * recipe->scaling);
    double shear = furrow__random_signed(&key) * recipe->shearing;
    double right = furrow__random_signed(&key) * recipe->shifting;
    double down = furrow__random_signed(&key) * recipe->shifting;
    double xx = cos(angle) * wide, xy = (sin(angle) + shear * cos(angle)) * high;
    double yx = -sin(angle) * wide, yy = (cos(angle) - shear * sin(angle)) * high;
    double centre = (SIDE - 1) / 2.0;
    double x = centre + right, y = centre + down;
    return (affine){
        .xx = (float)xx,
        .xy = (float)xy,
        .x0 = (float)(centre - xx * x - xy * y),
        .yx = (float)yx,
        .yy = (float)yy,
        .y0 = (float)(centre - yx * x - yy * y),
    };
}

static float within(float value, float least, float most)
{
    value = value < least ? least : value;
    return value > most ? most : value;
}

void furrow__augment(unsigned char *to, const unsigned char *from,
                     const furrow_digits_recipe *recipe, uint64_t key)
{
    unsigned char bordered[STRIDE * STRIDE] = {0};
    for (size_t y = 0; y < SIDE; y++)
        memcpy(bordered + (y + BORDER) * STRIDE + BORDER, from + y * SIDE, SIDE);
    affine a = draw(recipe, key);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            /* Beyond the border all is black: clamped there, the pixel stays black. */
            float u = within(a.xx * (float)x + a.xy * (float)y + a.x0 + BORDER, 0, STRIDE - 2);
            float v = within(a.yx * (float)x + a.yy * (float)y + a.y0 + BORDER, 0, STRIDE - 2);
            int left = (int)u, above = (int)v;
            float right = u - (float)left, below = v - (float)above;
            const unsigned char *pixel = bordered + above * STRIDE + left;
            float upper = (float)pixel[0] + right * (float)(pixel[1] - pixel[0]);
            float lower = (float)pixel[STRIDE] + right * (float)(pixel[STRIDE + 1] - pixel[STRIDE]);
            *to++ = (unsigned char)(upper + below * (lower - upper) + 0.5f);
        }
}

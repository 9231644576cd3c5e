/* How strong and how broad strokes come out. */
#include "internal.h"

/* The value that ten pixels, about half of the thinnest digit's middle line, exceed or reach. */
static int strength(const float drawn[FURROW_DIGITS_PIXELS])
{
    size_t counts[256] = {0}, above = 0;
    for (int i = 0; i < FURROW_DIGITS_PIXELS; i++)
        counts[(int)drawn[i]]++;
    int value = 256;
    while (value > 0 && above < 10)
        above += counts[--value];
    return value;
}

/* Scaling down leaves thin strokes pale: MNIST's are full in their middle. False: nothing shows. */
bool furrow__digits_strengthen(unsigned char *pixels, const float drawn[FURROW_DIGITS_PIXELS])
{
    const float full = 250;
    float strongest = 0;
    float strong = (float)strength(drawn);
    for (int i = 0; strong < 1 && i < FURROW_DIGITS_PIXELS; i++)
        strongest = drawn[i] > strongest ? drawn[i] : strongest;
    strong = strong < 1 ? strongest : strong;
    float times = strong > 0 && strong < full ? full / strong : 1;
    for (int i = 0; i < FURROW_DIGITS_PIXELS; i++) {
        float value = drawn[i] * times + 0.5F;
        pixels[i] = (unsigned char)(value < 255 ? value : 255);
    }
    return strong > 0;
}

/* MNIST's digits have a mass of 103 full pixels, 99 of 100 less than 192: measured on its training
 * images. Three quarters have more than 73; what is below is a one, or drawn with a thin pen. */
bool furrow__digits_find_stroke(bool *is_heavy, const unsigned char *pixels)
{
    long mass = 0;
    for (int i = 0; i < FURROW_DIGITS_PIXELS; i++)
        mass += pixels[i];
    *is_heavy = mass > 192L * 255;
    return *is_heavy || mass < 73L * 255;
}

/* The least, or the most, of a pixel and its four neighbours, three parts to one of what was there.
 */
void furrow__digits_restroke(unsigned char *to, const unsigned char *from, bool is_heavy)
{
    for (int i = 0; i < FURROW_DIGITS_PIXELS; i++) {
        int x = i % SIDE, y = i / SIDE, far = from[i];
        const int around[] = {x > 0 ? from[i - 1] : 0, x + 1 < SIDE ? from[i + 1] : 0,
                              y > 0 ? from[i - SIDE] : 0, y + 1 < SIDE ? from[i + SIDE] : 0};
        for (int j = 0; j < 4; j++)
            if (is_heavy ? around[j] < far : around[j] > far)
                far = around[j];
        to[i] = (unsigned char)((from[i] + 3 * far) / 4);
    }
}

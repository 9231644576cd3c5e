/* stroke.c: corrects the strength and the width of strokes. */
#include "internal.h"

/* The value that ten pixels reach: about half of the middle line of the thinnest digit. */
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

/* MNIST's digits have a mean mass of 103 full pixels; 99 of 100 have less than 192, and three
 * quarters more than 73 (measured on the training images). Lighter ones are ones, or drawn with a
 * thin pen. */
bool furrow__digits_find_stroke(bool *is_heavy, const unsigned char *pixels)
{
    long mass = 0;
    for (int i = 0; i < FURROW_DIGITS_PIXELS; i++)
        mass += pixels[i];
    *is_heavy = mass > 192L * 255;
    return *is_heavy || mass < 73L * 255;
}

/* Mixes three parts of the minimum, or the maximum, of a pixel and its four neighbours with one
 * part of the pixel. */
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

#include <furrow/digits/digits.h>

/* Two rows of pixels a line, since characters are twice as high as wide. */
void furrow_digits_sketch(char text[FURROW_DIGITS_SKETCH_SIZE], const unsigned char *pixels)
{
    static const char shades[] = " .:-=+*#%@"; /* from paper to ink */
    const int levels = sizeof shades - 1;
    for (int y = 0; y < FURROW_DIGITS_SIDE; y += 2) {
        const unsigned char *upper = pixels + y * FURROW_DIGITS_SIDE;
        const unsigned char *lower = upper + FURROW_DIGITS_SIDE;
        for (int x = 0; x < FURROW_DIGITS_SIDE; x++)
            *text++ = shades[(upper[x] + lower[x]) * levels / (2 * 255 + 1)];
        *text++ = '\n';
    }
    *text = '\0';
}

#include <math.h>
#include <string.h>

#include "random.h"
#include "trainer.h"

enum {
    SIDE = FURROW_DIGITS_SIDE,
    INK = 96,  /* pixels of at least this value belong to strokes */
    LEAST = 8, /* rows of ink; an image with fewer gets no strokes */
    THINNEST = 2,
    THICKEST = 4
};

struct point {
    double x, y;
};

/* Measures of the digit, by which strokes are drawn. */
struct stroke_measures {
    int top, bottom; /* its first and last row */
    double height;
    double pen; /* the median width of ink in a row: of an upright stroke, the width of the pen */
};

static int width_of(const unsigned char *row)
{
    int width = 0;
    for (int x = 0; x < SIDE; x++)
        width += row[x] >= INK;
    return width;
}

static struct stroke_measures measure(const unsigned char *image)
{
    struct stroke_measures ink = {.top = SIDE, .bottom = -1};
    int rows = 0, counts[SIDE + 1] = {0};
    for (int y = 0; y < SIDE; y++) {
        int width = width_of(image + y * SIDE);
        if (width == 0)
            continue;
        ink.top = y < ink.top ? y : ink.top;
        ink.bottom = y;
        counts[width]++;
        rows++;
    }
    int pen = 0;
    for (int narrower = 0; pen < SIDE && narrower * 2 < rows; narrower += counts[pen])
        pen++;
    ink.pen = pen < THINNEST ? THINNEST : pen > THICKEST ? THICKEST : pen;
    ink.height = ink.bottom - ink.top + 1;
    return ink;
}

static double middle_of(const unsigned char *image, int y)
{
    double sum = 0, mass = 0;
    for (int x = 0; x < SIDE; x++) {
        sum += x * (double)image[y * SIDE + x];
        mass += image[y * SIDE + x];
    }
    return mass > 0 ? sum / mass : SIDE / 2.0;
}

/* Draws a line with round ends. A pixel keeps its ink where that is stronger. */
static void draw(unsigned char *image, struct point from, struct point to, double pen)
{
    double across = to.x - from.x, down = to.y - from.y;
    double square = across * across + down * down + 1e-9;
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            double along = ((x - from.x) * across + (y - from.y) * down) / square;
            along = along < 0 ? 0 : along > 1 ? 1 : along;
            double away = hypot(x - from.x - along * across, y - from.y - along * down);
            double shade = pen / 2 + 0.5 - away;
            int value = (int)(255 * (shade < 0 ? 0 : shade > 1 ? 1 : shade));
            if (value > image[y * SIDE + x])
                image[y * SIDE + x] = (unsigned char)value;
        }
}

static double draw_pen(const struct stroke_measures *ink, uint64_t *key)
{
    return ink->pen * furrow__random_between(key, 0.7, 1);
}

/* Adds a stroke from the head of a 1 down to the left. */
static void add_upstroke(unsigned char *image, const struct stroke_measures *ink, uint64_t *key)
{
    struct point head = {middle_of(image, ink->top), ink->top + ink->pen / 2 - 0.5};
    struct point foot = {middle_of(image, ink->bottom), ink->bottom};
    double lean = atan2(head.x - foot.x, foot.y - head.y);
    double angle = lean + furrow__random_between(key, 0.4, 1.2);
    double length = furrow__random_between(key, 0.2, 0.65) * ink->height;
    struct point end = {head.x - sin(angle) * length, head.y + cos(angle) * length};
    draw(image, head, end, draw_pen(ink, key));
}

/* Adds a bar through the stem. */
static void add_bar(unsigned char *image, const struct stroke_measures *ink, double y,
                    uint64_t *key)
{
    double x = middle_of(image, (int)y), slope = furrow__random_between(key, -0.2, 0.2);
    double left = furrow__random_between(key, 0.15, 0.35) * ink->height;
    double right = furrow__random_between(key, 0.15, 0.35) * ink->height;
    draw(image, (struct point){x - left, y + slope * left},
         (struct point){x + right, y - slope * right}, draw_pen(ink, key));
}

/* Adds a hook, from the end of a 9 to the left and up. */
static void add_hook(unsigned char *image, const struct stroke_measures *ink, uint64_t *key)
{
    struct point end = {middle_of(image, ink->bottom), ink->bottom - ink->pen / 2 + 0.5};
    double reach = furrow__random_between(key, 0.2, 0.65) * ink->height;
    double sinks = furrow__random_between(key, 0, 0.1) * ink->height;
    double rises = furrow__random_between(key, 0, 0.25) * ink->height;
    struct point turn = {end.x - reach / 2, end.y + sinks};
    double pen = draw_pen(ink, key);
    draw(image, end, turn, pen);
    draw(image, turn, (struct point){end.x - reach, end.y - rises}, pen);
}

static struct point centre_of(const unsigned char *image)
{
    double x = 0, y = 0, mass = 1e-9;
    for (int i = 0; i < SIDE * SIDE; i++) {
        x += image[i] * (double)(i % SIDE);
        y += image[i] * (double)(i / SIDE);
        mass += image[i];
    }
    return (struct point){x / mass, y / mass};
}

/* Shifts by whole pixels. Ink that leaves the image is lost. */
static void shift(unsigned char *image, int right, int down)
{
    unsigned char old[SIDE * SIDE];
    memcpy(old, image, sizeof old);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            int u = x - right, v = y - down;
            bool within = u >= 0 && u < SIDE && v >= 0 && v < SIDE;
            image[y * SIDE + x] = within ? old[v * SIDE + u] : 0;
        }
}

static void add_strokes(unsigned char *image, unsigned char label,
                        const struct stroke_measures *ink, uint64_t *key)
{
    if (label == 9) {
        add_hook(image, ink, key);
    } else if (label == 7) {
        add_bar(image, ink, ink->top + furrow__random_between(key, 0.4, 0.65) * ink->height, key);
    } else {
        add_upstroke(image, ink, key);
        if (furrow__random_chance(key, 0.4))
            add_bar(image, ink, ink->bottom - ink->pen / 2 + 0.5, key);
    }
}

bool furrow__handwriting_add(unsigned char *to, const unsigned char *from, unsigned char label,
                             double share, uint64_t *key)
{
    if ((label != 1 && label != 7 && label != 9) || !furrow__random_chance(key, share))
        return false;
    struct stroke_measures ink = measure(from);
    if (ink.height < LEAST)
        return false;
    struct point before = centre_of(from);
    memcpy(to, from, FURROW_DIGITS_PIXELS);
    add_strokes(to, label, &ink, key);
    struct point after = centre_of(to);
    shift(to, (int)lround(before.x - after.x), (int)lround(before.y - after.y));
    return true;
}

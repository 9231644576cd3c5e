/* The ink that is kept, scaled and centred as MNIST has it. */
#include <math.h>
#include <string.h>

#include "internal.h"

/* Where MNIST has the centre of mass, in pixels from the corner: in [14, 15), so 14.5 on average.
 * (Its boxes and centres were measured on the 60,000 training images.) */
static const double centre = 14.5;

/* Where the ink is, in pixels from the corner. */
struct spot {
    double left, top, right, bottom, x, y;
};

/* ---- the ink's place ---- */

/* The pixels of the cells that are kept: there is no other ink. */
static struct box kept_box(const struct map *map, const struct view *view)
{
    struct box box = {.left = map->width, .top = map->height};
    for (size_t y = 0; y < map->height; y++) {
        const bool *kept = map->kept + y * map->width;
        const bool *first = memchr(kept, 1, map->width);
        if (!first)
            continue;
        size_t left = (size_t)(first - kept), right = map->width;
        while (!kept[right - 1])
            right--;
        box.left = left < box.left ? left : box.left;
        box.right = right > box.right ? right : box.right;
        box.top = y < box.top ? y : box.top;
        box.bottom = y + 1;
    }
    return furrow__digits_pixels_of(&box, map, view);
}

/* What of a row counts, and where. */
struct weight {
    double mass, moment;
    size_t left, right;
};

static struct weight weigh(const float *row, size_t n)
{
    struct weight weight = {.left = n};
    float mass = 0, moment = 0;
    size_t left = 0, right = n;
    while (left < right && row[left] < LEAST_INK)
        left++;
    while (right > left && row[right - 1] < LEAST_INK)
        right--;
    if (left == right)
        return weight;
#pragma omp simd reduction(+ : mass, moment)
    for (size_t i = left; i < right; i++) {
        float ink = row[i] < LEAST_INK ? 0 : row[i];
        mass += ink;
        moment += ink * ((float)(int)i + 0.5F);
    }
    return (struct weight){(double)mass, (double)moment, left, right};
}

/* The box of all ink that counts, and the centre of mass of what is in it. */
static bool find_spot(struct spot *spot, const struct source *source, const struct box *box)
{
    float row[ROW];
    double mass = 0;
    *spot = (struct spot){.left = (double)box->right, .top = (double)box->bottom};
    for (size_t left = box->left; left < box->right; left += ROW) {
        size_t right = left + ROW < box->right ? left + ROW : box->right;
        for (size_t y = box->top; y < box->bottom; y++) {
            furrow__digits_ink_row(row, source, y, left, right);
            const struct weight weight = weigh(row, right - left);
            if (weight.mass == 0)
                continue;
            spot->left = fmin(spot->left, (double)(left + weight.left));
            spot->right = fmax(spot->right, (double)(left + weight.right));
            spot->top = fmin(spot->top, (double)y);
            spot->bottom = fmax(spot->bottom, (double)y + 1);
            spot->x += weight.moment + weight.mass * (double)left;
            spot->y += weight.mass * ((double)y + 0.5);
            mass += weight.mass;
        }
    }
    spot->x /= mass;
    spot->y /= mass;
    return mass > 0;
}

/* ---- scaling ---- */

/* Where the drawing lies: its corner, and how many pixels of the picture its own are wide. */
struct frame {
    double left, top, step;
};

/* Which pixels, of those of [first, end), one of the drawing covers: from where to where. */
struct cover {
    double begin, end;
    size_t first, last; /* last is beyond them */
};

static size_t clip(double at, size_t first, size_t end)
{
    return at < (double)first ? first : at > (double)end ? end : (size_t)at;
}

static struct cover cover(double begin, double step, size_t first, size_t end)
{
    return (struct cover){begin, begin + step, clip(floor(begin), first, end),
                          clip(ceil(begin + step), first, end)};
}

/* How much of a pixel is covered. */
static float overlap(size_t at, const struct cover *cover)
{
    double begin = (double)at, end = begin + 1;
    begin = begin > cover->begin ? begin : cover->begin;
    end = end < cover->end ? end : cover->end;
    return (float)(end - begin);
}

/* A row of the drawing from the sums of the columns of the picture from `left` on. */
static void average_columns(float drawn[SIDE], const float *sums, size_t left,
                            const struct cover covers[SIDE], float scale)
{
    for (int i = 0; i < SIDE; i++) {
        float sum = 0;
        for (size_t x = covers[i].first; x < covers[i].last; x++)
            sum += sums[x - left] * overlap(x, &covers[i]);
        drawn[i] += sum * scale;
    }
}

/* Every pixel is the mean over the square that it covers, pixels at its edge in part. */
static void shrink(float drawn[FURROW_DIGITS_PIXELS], const struct source *source,
                   const struct frame *frame, const struct box *box)
{
    float row[ROW], sums[ROW];
    const float scale = (float)(1 / (frame->step * frame->step));
    for (size_t left = box->left; left < box->right; left += ROW) {
        size_t right = left + ROW < box->right ? left + ROW : box->right;
        size_t there = box->bottom; /* the row that is in `row` */
        struct cover columns[SIDE];
        for (int i = 0; i < SIDE; i++)
            columns[i] = cover(frame->left + i * frame->step, frame->step, left, right);
        for (int j = 0; j < SIDE; j++) {
            const struct cover rows =
                cover(frame->top + j * frame->step, frame->step, box->top, box->bottom);
            memset(sums, 0, (right - left) * sizeof *sums);
            for (size_t y = rows.first; y < rows.last; y++) {
                const float part = overlap(y, &rows);
                if (y != there)
                    furrow__digits_ink_row(row, source, y, left, right);
                there = y;
                for (size_t i = 0; i < right - left; i++)
                    sums[i] += part * row[i];
            }
            if (rows.first < rows.last)
                average_columns(drawn + j * SIDE, sums, left, columns, scale);
        }
    }
}

/* What enlarging draws from: at most 28 pixels side by side, and those around. */
enum { AROUND = SIDE + 4 };

/* The pixels from (left, top) on, without ink beyond the box. */
static void read_around(float rows[AROUND][AROUND], const struct source *source,
                        const struct box *box, long left, long top)
{
    long first = left > (long)box->left ? left : (long)box->left;
    long end = left + AROUND < (long)box->right ? left + AROUND : (long)box->right;
    for (long y = top; y < top + AROUND && first < end; y++)
        if (y >= (long)box->top && y < (long)box->bottom)
            furrow__digits_ink_row(rows[y - top] + (first - left), source, (size_t)y, (size_t)first,
                                   (size_t)end);
}

/* Between four pixels: between those of a row first. */
static void enlarge(float drawn[FURROW_DIGITS_PIXELS], const struct source *source,
                    const struct frame *frame, const struct box *box)
{
    float rows[AROUND][AROUND] = {{0}}, wide[AROUND][SIDE], parts[SIDE];
    int columns[SIDE];
    const double left = floor(frame->left) - 1, top = floor(frame->top) - 1;
    read_around(rows, source, box, (long)left, (long)top);
    for (int i = 0; i < SIDE; i++) {
        double x = frame->left - left + (i + 0.5) * frame->step - 0.5;
        columns[i] = (int)x;
        parts[i] = (float)(x - columns[i]);
    }
    for (int j = 0; j < AROUND; j++)
        for (int i = 0; i < SIDE; i++) {
            const float *at = rows[j] + columns[i];
            wide[j][i] = at[0] + parts[i] * (at[1] - at[0]);
        }
    for (int j = 0; j < SIDE; j++) {
        double y = frame->top - top + (j + 0.5) * frame->step - 0.5;
        const float *upper = wide[(int)y], *lower = wide[(int)y + 1];
        const float part = (float)(y - (int)y);
        for (int i = 0; i < SIDE; i++)
            drawn[j * SIDE + i] = upper[i] + part * (lower[i] - upper[i]);
    }
}

/* ---- strokes ---- */

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
static bool strengthen(unsigned char *pixels, const float drawn[FURROW_DIGITS_PIXELS])
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

/* Between pixels that are larger than MNIST's, strokes come out as broad as those are: what is less
 * than a fifth of full ink is their blur. */
static void sharpen(float drawn[FURROW_DIGITS_PIXELS])
{
    const float none = 51, full = 204;
    for (int i = 0; i < FURROW_DIGITS_PIXELS; i++) {
        float value = 255 * ((drawn[i] - none) / (full - none));
        value = value > 0 ? value : 0;
        drawn[i] = value < 255 ? value : 255;
    }
}

bool furrow__digits_draw(unsigned char *pixels, const struct map *map, const struct ink *ink,
                         const struct view *view)
{
    const struct source source = {map, ink, view, (float)map->width / (float)view->width,
                                  (float)map->height / (float)view->height};
    const struct box box = kept_box(map, view);
    struct spot spot;
    float drawn[FURROW_DIGITS_PIXELS] = {0};
    if (!find_spot(&spot, &source, &box))
        return false;
    double step = fmax(spot.right - spot.left, spot.bottom - spot.top) / BOX;
    const struct frame frame = {spot.x - centre * step, spot.y - centre * step, step};
    if (step > 1)
        shrink(drawn, &source, &frame, &box);
    else
        enlarge(drawn, &source, &frame, &box);
    if (step < 0.6)
        sharpen(drawn);
    return strengthen(pixels, drawn);
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

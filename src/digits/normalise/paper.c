/* What is paper, and which way the ink differs from it. */
#include <math.h>
#include <string.h>

#include "internal.h"

int furrow__digits_quantile(const size_t counts[256], double part)
{
    size_t all = 0, below = 0;
    for (int value = 0; value < 256; value++)
        all += counts[value];
    double enough = part * (double)all;
    int value = 0;
    while (value < 255 && (double)(below += counts[value]) < enough)
        value++;
    return value;
}

static int level(float gray)
{
    return (int)fminf(fmaxf(gray + 0.5F, 0), 255);
}

static bool is_small(const struct map *map)
{
    return map->width < SMALL || map->height < SMALL;
}

/* ---- the border ---- */

enum { SEGMENTS = 12 }; /* a third of a side each */

static bool is_border(const struct map *map, size_t x, size_t y)
{
    return x == 0 || y == 0 || x + 1 == map->width || y + 1 == map->height;
}

static size_t third(size_t at, size_t size)
{
    return 3 * at / size;
}

static size_t segment(const struct map *map, size_t x, size_t y)
{
    if (y == 0)
        return third(x, map->width);
    if (y + 1 == map->height)
        return 3 + third(x, map->width);
    return (x == 0 ? 6 : 9) + third(y, map->height);
}

struct border {
    size_t all[256];
    size_t parts[SEGMENTS][256];
};

static void count_border(struct border *border, const struct map *map)
{
    memset(border, 0, sizeof *border);
    for (size_t y = 0; y < map->height; y++)
        for (size_t x = 0; x < map->width; x++)
            if (is_border(map, x, y)) {
                int gray = level(map->gray[y * map->width + x]);
                border->all[gray]++;
                border->parts[segment(map, x, y)][gray]++;
            }
}

/* How far the medians along the border are apart: the light changes, or ink lies there. */
static int unevenness(const struct border *border)
{
    int least = 255, most = 0;
    for (int i = 0; i < SEGMENTS; i++) {
        size_t count = 0;
        for (int value = 0; value < 256; value++)
            count += border->parts[i][value];
        int middle = furrow__digits_quantile(border->parts[i], 0.5);
        if (count > 0) {
            least = middle < least ? middle : least;
            most = middle > most ? middle : most;
        }
    }
    return most - least;
}

static void count_all(size_t counts[256], const struct map *map)
{
    memset(counts, 0, 256 * sizeof *counts);
    for (size_t i = 0; i < map->width * map->height; i++)
        counts[level(map->gray[i])]++;
}

/* ---- two tones ---- */

/* N. Otsu, "A Threshold Selection Method from Gray-Level Histograms", IEEE Transactions on Systems,
 * Man, and Cybernetics 9(1), 1979: the last value of the darker class. */
static int otsu(const size_t counts[256])
{
    double all = 0, sum = 0, below = 0, sum_below = 0, best = -1;
    int threshold = 0;
    for (int value = 0; value < 256; value++) {
        all += (double)counts[value];
        sum += value * (double)counts[value];
    }
    for (int value = 0; value < 255; value++) {
        below += (double)counts[value];
        sum_below += value * (double)counts[value];
        double above = all - below;
        if (below == 0 || above == 0)
            continue;
        double apart = sum_below / below - (sum - sum_below) / above;
        double between = below * above * apart * apart;
        if (between > best) {
            best = between;
            threshold = value;
        }
    }
    return threshold;
}

static double share_up_to(const size_t counts[256], int threshold)
{
    size_t below = 0, all = 0;
    for (int value = 0; value < 256; value++) {
        all += counts[value];
        below += value <= threshold ? counts[value] : 0;
    }
    return (double)below / (double)all;
}

static int class_median(const size_t counts[256], int threshold, bool is_dark)
{
    size_t class[256];
    for (int value = 0; value < 256; value++)
        class[value] = (value <= threshold) == is_dark ? counts[value] : 0;
    return furrow__digits_quantile(class, 0.5);
}

/* How far apart the middle half of the larger class is. */
static int paper_spread(const size_t all[256])
{
    size_t class[256];
    int threshold = otsu(all);
    bool is_dark = share_up_to(all, threshold) > 0.5;
    for (int value = 0; value < 256; value++)
        class[value] = (value <= threshold) == is_dark ? all[value] : 0;
    return furrow__digits_quantile(class, 0.75) - furrow__digits_quantile(class, 0.25);
}

/* Whether more of the border lies between paper and ink than as far from the paper as ink. */
static bool is_half_lit(const size_t away[256], int range)
{
    double near = share_up_to(away, range / 8), half = share_up_to(away, 5 * range / 8) - near;
    return half > 0.15 && half > 2 * (1 - near - half);
}

/* Ink that touches the border: paper is the class that has more of the border, or, where both have
 * as much, of the whole. */
static int paper_of_two_tones(bool *is_doubtful, const size_t border[256], const size_t all[256],
                              bool turned)
{
    int threshold = otsu(all);
    double on_border = share_up_to(border, threshold), overall = share_up_to(all, threshold);
    bool is_dark = 2 * on_border + overall > 1.5;
    *is_doubtful = on_border > 0.3 && on_border < 0.7;
    return class_median(all, threshold, is_dark != turned);
}

/* ---- uneven light ---- */

/* The most, or the least, within `reach` cells along one axis. */
static void spread(float *to, const float *from, const struct map *map, size_t reach, bool along_x,
                   float sign)
{
    size_t length = along_x ? map->width : map->height;
    for (size_t y = 0; y < map->height; y++)
        for (size_t x = 0; x < map->width; x++) {
            size_t at = along_x ? x : y, step = along_x ? 1 : map->width;
            const float *line = from + y * map->width + x - at * step;
            size_t first = at > reach ? at - reach : 0;
            size_t end = at + reach + 1 < length ? at + reach + 1 : length;
            float most = line[first * step];
            for (size_t i = first + 1; i < end; i++)
                most = sign * line[i * step] > sign * most ? line[i * step] : most;
            to[y * map->width + x] = most;
        }
}

/* A closing (an opening for bright ink) by a square wider than any stroke: F. Meyer, "Iterative
 * Image Transformations for an Automatic Screening of Cervical Smears", 1979 (the top hat). */
static void local_paper(struct map *map, float sign)
{
    float other[MAP * MAP];
    size_t shorter = map->width < map->height ? map->width : map->height;
    size_t reach = shorter / 10 + 1;
    spread(other, map->gray, map, reach, true, -sign);
    spread(map->paper, other, map, reach, false, -sign);
    spread(other, map->paper, map, reach, true, sign);
    spread(map->paper, other, map, reach, false, sign);
}

static void find_local_paper(struct map *map, struct ink *ink)
{
    if (ink->is_uneven)
        local_paper(map, ink->sign);
    for (size_t i = 0; i < map->width * map->height; i++)
        ink->brightest = fmaxf(ink->brightest, map->paper[i]);
}

/* ---- ink ---- */

/* On which side of the paper there is more that is far from it. */
static float side_of_ink(const struct map *map)
{
    double sum = 0;
    for (size_t i = 0; i < map->width * map->height; i++) {
        double difference = (double)map->gray[i] - (double)map->paper[i];
        sum += difference * fabs(difference) * fabs(difference);
    }
    return sum < 0 ? -1 : 1;
}

float furrow__digits_difference(const struct ink *ink, float gray, float paper)
{
    const float darkest = 0.25F; /* part of the brightest paper: below that is noise */
    float difference = ink->sign * (gray - paper);
    if (!ink->is_uneven || ink->sign > 0)
        return difference;
    return difference * ink->brightest / fmaxf(paper, darkest * ink->brightest);
}

static void fill_paper(struct map *map, int gray)
{
    for (size_t i = 0; i < map->width * map->height; i++)
        map->paper[i] = (float)gray;
}

/* Three times the median deviation of what seems to be paper is not yet ink. `counts` is of
 * differences from the paper towards the ink. */
static bool scale_ink(struct map *map, struct ink *ink, float nearest)
{
    size_t counts[256] = {0}, both[256] = {0};
    for (size_t i = 0; i < map->width * map->height; i++) {
        float difference = furrow__digits_difference(ink, map->gray[i], map->paper[i]);
        counts[level(difference)]++;
        bool is_paper = ink->is_uneven || is_border(map, i % map->width, i / map->width);
        if (is_paper && difference <= nearest)
            both[level(fabsf(difference))]++;
    }
    int deviation = furrow__digits_quantile(both, 0.5);
    int most = 255;
    while (most > 0 && counts[most] == 0)
        most--;
    ink->least = (float)(3 * deviation);
    if (is_small(map)) /* the border's pixels are half ink, rather than grain */
        ink->least = fminf(ink->least, (float)most / 8);
    float range = (float)most - ink->least;
    ink->scale = 0;
    if (range < LEAST_CONTRAST)
        return false;
    ink->scale = 255 / range;
    ink->is_grainy = ink->is_grainy || (float)deviation > 0.03F * (float)most;
    for (size_t i = 0; i < map->width * map->height; i++) {
        float difference = furrow__digits_difference(ink, map->gray[i], map->paper[i]);
        map->ink[i] = fminf(fmaxf((difference - ink->least) * ink->scale, 0), 255);
    }
    return true;
}

/* The deviations along the border from its median. */
static void count_away(size_t away[256], const size_t border[256], int middle)
{
    memset(away, 0, 256 * sizeof *away);
    for (int value = 0; value < 256; value++)
        away[value > middle ? value - middle : middle - value] += border[value];
}

/* Every cell with its neighbours, twice as much with those beside it, four times with itself. */
static void smooth(struct map *map)
{
    float old[MAP * MAP];
    memcpy(old, map->gray, sizeof old);
    for (size_t y = 0; y < map->height; y++)
        for (size_t x = 0; x < map->width; x++) {
            float sum = 0, weights = 0;
            for (size_t j = y > 0 ? y - 1 : 0; j <= y + 1 && j < map->height; j++)
                for (size_t i = x > 0 ? x - 1 : 0; i <= x + 1 && i < map->width; i++) {
                    float weight = (i == x ? 2.0F : 1.0F) * (j == y ? 2.0F : 1.0F);
                    sum += weight * old[j * map->width + i];
                    weights += weight;
                }
            map->gray[y * map->width + x] = sum / weights;
        }
}

bool furrow__digits_find_ink(struct map *map, struct ink *ink, bool otherwise)
{
    struct border border;
    size_t all[256], away[256];
    *ink = (struct ink){.sign = 1};
    count_border(&border, map);
    count_all(all, map);
    int range = furrow__digits_quantile(all, 0.995) - furrow__digits_quantile(all, 0.005);
    int middle = furrow__digits_quantile(border.all, 0.5);
    count_away(away, border.all, middle);
    bool may_be_uneven = !is_small(map) && unevenness(&border) > range / 10 &&
                         (paper_spread(all) > range / 16 || is_half_lit(away, range));
    bool touches = furrow__digits_quantile(away, 0.95) > range / 2;
    fill_paper(map, middle);
    ink->is_uneven = may_be_uneven && !otherwise;
    ink->is_doubtful = may_be_uneven && touches;
    if (!ink->is_uneven && furrow__digits_quantile(away, 0.8) > range / 2)
        fill_paper(map, paper_of_two_tones(&ink->is_doubtful, border.all, all,
                                           otherwise && !may_be_uneven));
    ink->sign = side_of_ink(map);
    find_local_paper(map, ink);
    if (!scale_ink(map, ink, (float)range / 2) || !ink->is_grainy)
        return ink->scale > 0;
    smooth(map);
    find_local_paper(map, ink);
    return scale_ink(map, ink, (float)range / 2);
}

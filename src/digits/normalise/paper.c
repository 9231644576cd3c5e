/* paper.c: finds the gray of the paper, and the ink on it. */
#include <math.h>
#include <string.h>

#include "internal.h"

static bool is_small(const struct map *map)
{
    return map->width < SMALL || map->height < SMALL;
}

/* ---- the border ---- */

struct border {
    struct levels all;
    int min, max; /* of the medians of its segments, which are thirds of sides */
};

/* Sorts a few values and returns the one in the middle. */
static int median(unsigned char *values, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        unsigned char value = values[i];
        size_t j = i;
        for (; j > 0 && values[j - 1] > value; j--)
            values[j] = values[j - 1];
        values[j] = value;
    }
    return values[(n - 1) / 2];
}

static void add_segment(struct border *border, const float *grays, size_t step, size_t n)
{
    unsigned char values[MAP];
    if (n == 0)
        return;
    for (size_t i = 0; i < n; i++) {
        int level = furrow__digits_level(grays[i * step]);
        border->all.counts[level]++;
        values[i] = (unsigned char)level;
    }
    border->all.all += (unsigned)n;
    int middle = median(values, n);
    border->min = middle < border->min ? middle : border->min;
    border->max = middle > border->max ? middle : border->max;
}

/* Corners count in the upper and the lower side only. */
static void count_border(struct border *border, const struct map *map)
{
    const size_t width = map->width, height = map->height;
    const float *last_row = map->gray + (height - 1) * width;
    *border = (struct border){.min = 255};
    for (size_t i = 0; i < 3; i++) {
        size_t left = (i * width + 2) / 3, right = ((i + 1) * width + 2) / 3;
        size_t top = (i * height + 2) / 3, bottom = ((i + 1) * height + 2) / 3;
        top = top < 1 ? 1 : top;
        bottom = bottom < height ? bottom : height - 1;
        size_t down = bottom > top ? bottom - top : 0;
        add_segment(border, map->gray + left, 1, right - left);
        if (height > 1)
            add_segment(border, last_row + left, 1, right - left);
        add_segment(border, map->gray + top * width, width, down);
        if (width > 1)
            add_segment(border, map->gray + top * width + width - 1, width, down);
    }
}

/* The deviations along the border from its median. */
static struct levels deviations(const struct levels *border, int middle)
{
    struct levels away = {.all = border->all};
    for (int value = 0; value < 256; value++)
        away.counts[value > middle ? value - middle : middle - value] += border->counts[value];
    return away;
}

/* ---- ink ---- */

/* Whether more of the grays far from the paper are brighter (1) or darker (-1). */
static float side_of_ink(const struct levels *all, int paper)
{
    long long sum = 0;
    for (int value = 0; value < 256; value++) {
        long long difference = value - paper;
        sum += (long long)all->counts[value] * difference * difference * difference;
    }
    return sum < 0 ? -1 : 1;
}

/* The differences of grays from the paper, positive towards the ink. */
static void find_differences(float *to, const struct ink *ink, const float *grays,
                             const float *papers, float paper, size_t n)
{
    const float darkest = 0.25F; /* as a part of the brightest paper; darker paper is noise */
    const float brightest = ink->brightest, min = darkest * brightest, sign = ink->sign;
    if (!papers)
        for (size_t i = 0; i < n; i++)
            to[i] = sign * (grays[i] - paper);
    else if (sign > 0)
        for (size_t i = 0; i < n; i++)
            to[i] = grays[i] - papers[i];
    else
        for (size_t i = 0; i < n; i++)
            to[i] = (papers[i] - grays[i]) * brightest / (papers[i] > min ? papers[i] : min);
}

static void scale(float *inks, const struct ink *ink, size_t n)
{
    const float min = ink->min, times = ink->scale;
    for (size_t i = 0; i < n; i++) {
        float value = (inks[i] - min) * times;
        value = value > 0 ? value : 0;
        inks[i] = value < 255 ? value : 255;
    }
}

void furrow__digits_find_inks(float *inks, const struct ink *ink, const float *grays,
                              const float *papers, float paper, size_t n)
{
    find_differences(inks, ink, grays, papers, paper, n);
    scale(inks, ink, n);
}

/* The median deviation of cells that seem to be paper: of all cells, or of the border. */
static int grain(const struct map *map, bool is_everywhere, float nearest)
{
    struct levels levels = {.all = 0};
    for (size_t y = 0; y < map->height; y++) {
        const float *row = map->ink + y * map->width;
        bool whole = is_everywhere || y == 0 || y + 1 == map->height || map->width == 1;
        for (size_t x = 0; x < map->width; x += whole ? 1 : map->width - 1)
            if (row[x] <= nearest) {
                levels.counts[furrow__digits_level(fabsf(row[x]))]++;
                levels.all++;
            }
    }
    return furrow__digits_quantile(&levels, 0.5);
}

/* The largest of the values and `min`. It has lanes, since not every compiler vectorises a
 * maximum. */
static float largest(const float *values, size_t n, float min)
{
    enum { LANES = 8 };
    float max[LANES];
    size_t i = 0;
    for (size_t lane = 0; lane < LANES; lane++)
        max[lane] = min;
    for (; i + LANES <= n; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++)
            max[lane] = values[i + lane] > max[lane] ? values[i + lane] : max[lane];
    for (; i < n; i++)
        max[0] = values[i] > max[0] ? values[i] : max[0];
    for (size_t lane = 1; lane < LANES; lane++)
        max[0] = max[lane] > max[0] ? max[lane] : max[0];
    return max[0];
}

/* Up to three times the deviation of the paper is not ink. False: there is too little contrast. */
static bool scale_ink(struct map *map, struct ink *ink, float nearest)
{
    const size_t n = map->width * map->height;
    find_differences(map->ink, ink, map->gray, ink->is_uneven ? map->paper : NULL, map->paper[0],
                     n);
    float strongest = largest(map->ink, n, 0);
    int deviation = grain(map, ink->is_uneven, nearest);
    float max = (float)furrow__digits_level(strongest);
    ink->min = (float)(3 * deviation);
    if (is_small(map)) /* pixels of the border are half ink rather than grain */
        ink->min = fminf(ink->min, max / 8);
    ink->scale = 0;
    if (max - ink->min < MIN_CONTRAST)
        return false;
    ink->scale = 255 / (max - ink->min);
    ink->is_grainy = ink->is_grainy || (float)deviation > 0.03F * max;
    scale(map->ink, ink, n);
    return true;
}

static void find_local_paper(struct map *map, struct ink *ink)
{
    if (!ink->is_uneven)
        return;
    furrow__digits_local_paper(map, ink->sign > 0);
    ink->brightest = largest(map->paper, map->width * map->height, ink->brightest);
}

/* The difference between the brightest and the darkest gray, without outliers. */
static int spread(const struct levels *all)
{
    return furrow__digits_quantile(all, 0.995) - furrow__digits_quantile(all, 0.005);
}

static float mean(const struct map *map, size_t left, size_t top, size_t right, size_t bottom)
{
    float sum = 0;
    for (size_t y = top; y < bottom; y++)
        for (size_t x = left; x < right; x++)
            sum += map->gray[y * map->width + x];
    return sum / (float)((right - left) * (bottom - top));
}

/* The gray around a digit: the mean of the border, of the corners, and of the whole picture, which
 * is mostly paper. */
static float surroundings(const struct map *map)
{
    const size_t w = map->width, h = map->height, across = w / 8 + 1, down = h / 8 + 1;
    float sides = mean(map, 0, 0, w, 1) + mean(map, 0, h - 1, w, h) + mean(map, 0, 0, 1, h) +
                  mean(map, w - 1, 0, w, h);
    float corners = mean(map, 0, 0, across, down) + mean(map, w - across, 0, w, down) +
                    mean(map, 0, h - down, across, h) + mean(map, w - across, h - down, w, h);
    return (sides / 4 + corners / 4 + mean(map, 0, 0, w, h)) / 3;
}

/* The tone that is nearer to the surroundings. Grays between are of pixels that are half ink. */
static int paper_of_small(bool *is_doubtful, const struct map *map, const struct levels *all,
                          bool swapped)
{
    float darkest = (float)furrow__digits_quantile(all, 0.005);
    float part = (surroundings(map) - darkest) / fmaxf((float)spread(all), 1);
    *is_doubtful = fabsf(part - 0.5F) < 0.1F;
    return furrow__digits_outer_level(all, (part < 0.5F) != swapped);
}

/* Decides whether the paper is uneven, and finds its gray if it is not. Uneven light changes the
 * medians along the border more than grain does. */
static void find_paper(struct map *map, struct ink *ink, const struct levels *all, int range,
                       int grain, bool swapped)
{
    struct border border;
    count_border(&border, map);
    const int paper = furrow__digits_quantile(&border.all, 0.5);
    const struct levels away = deviations(&border.all, paper);
    bool may_be_uneven =
        !is_small(map) && border.max - border.min > range / 10 + grain &&
        (furrow__digits_paper_spread(all) > range / 16 || furrow__digits_is_half_lit(&away, range));
    bool touches = furrow__digits_quantile(&away, 0.95) > range / 2;
    ink->is_uneven = may_be_uneven && !swapped;
    ink->is_doubtful = may_be_uneven && touches;
    map->paper[0] = (float)paper;
    if (is_small(map))
        map->paper[0] = (float)paper_of_small(&ink->is_doubtful, map, all, swapped);
    else if (!ink->is_uneven && furrow__digits_quantile(&away, 0.8) > range / 2)
        map->paper[0] = (float)furrow__digits_paper_of_two(&ink->is_doubtful, &border.all, all,
                                                           swapped && !may_be_uneven);
    ink->sign = side_of_ink(all, (int)map->paper[0]);
}

/* The median difference of neighbours. It is that of the grain if most of the picture is plain. */
static int find_grain(struct map *map)
{
    const size_t width = map->width - 1;
    struct levels levels;
    for (size_t y = 0; y < map->height; y++) {
        const float *from = map->gray + y * map->width;
        float *to = map->ink + y * width;
        for (size_t x = 0; x < width; x++)
            to[x] = fabsf(from[x + 1] - from[x]);
    }
    furrow__digits_count(&levels, map->ink, width * map->height);
    return furrow__digits_quantile(&levels, 0.5);
}

bool furrow__digits_find_ink(struct map *map, struct ink *ink, bool swapped)
{
    const size_t n = map->width * map->height;
    struct levels all;
    bool is_smooth = swapped && ink->is_grainy;
    int grain = is_small(map) ? 0 : find_grain(map);
    furrow__digits_count(&all, map->gray, n);
    int range = spread(&all);
    if (20 * grain > range && !is_smooth) {
        furrow__digits_smooth(map);
        furrow__digits_count(&all, map->gray, n);
        range = spread(&all);
        is_smooth = true;
    }
    *ink = (struct ink){.sign = 1, .is_grainy = is_smooth};
    find_paper(map, ink, &all, range, grain, swapped);
    find_local_paper(map, ink);
    const float nearest = (float)range / 2;
    if (!scale_ink(map, ink, nearest) || !ink->is_grainy || is_smooth)
        return ink->scale > 0;
    furrow__digits_smooth(map);
    find_local_paper(map, ink);
    return scale_ink(map, ink, nearest);
}

/* tones.c: counts gray levels, and divides them into two tones. */
#include <math.h>
#include <string.h>

#include "internal.h"

int furrow__digits_quantile(const struct levels *levels, double part)
{
    double enough = part * (double)levels->all;
    unsigned below = 0;
    int value = 0;
    while (value < 255 && (double)(below += levels->counts[value]) < enough)
        value++;
    return value;
}

/* Neighbours are often equal, and an addition must wait for the last one to the same count. So four
 * tables are used in turn. */
void furrow__digits_count(struct levels *levels, const float *grays, size_t n)
{
    enum { APART = 4 };
    unsigned counts[APART][256] = {{0}};
    for (size_t i = 0; i < n; i++)
        counts[i % APART][furrow__digits_level(grays[i])]++;
    for (int value = 0; value < 256; value++)
        levels->counts[value] =
            counts[0][value] + counts[1][value] + counts[2][value] + counts[3][value];
    levels->all = (unsigned)n;
}

/* N. Otsu, "A Threshold Selection Method from Gray-Level Histograms", IEEE Transactions on Systems,
 * Man, and Cybernetics 9(1), 1979: the last value of the darker class. */
static int otsu(const struct levels *levels)
{
    const unsigned *counts = levels->counts;
    double all = levels->all, sum = 0, below = 0, sum_below = 0, best = -1;
    int threshold = 0;
    for (int value = 0; value < 256; value++)
        sum += value * (double)counts[value];
    for (int value = 0; value < 255; value++) {
        if (counts[value] == 0)
            continue;
        below += (double)counts[value];
        sum_below += value * (double)counts[value];
        double above = all - below;
        if (above == 0)
            break;
        double apart = sum_below / below - (sum - sum_below) / above;
        double between = below * above * apart * apart;
        if (between > best) {
            best = between;
            threshold = value;
        }
    }
    return threshold;
}

static double share_up_to(const struct levels *levels, int threshold)
{
    unsigned below = 0;
    for (int value = 0; value <= threshold; value++)
        below += levels->counts[value];
    return (double)below / (double)levels->all;
}

/* The levels up to the threshold (`is_dark`), or those above it. */
static struct levels class_of(const struct levels *levels, int threshold, bool is_dark)
{
    struct levels class = {.all = 0};
    for (int value = is_dark ? 0 : threshold + 1; value <= (is_dark ? threshold : 255); value++)
        class.all += class.counts[value] = levels->counts[value];
    return class;
}

/* The difference between the quartiles of the larger class. */
int furrow__digits_paper_spread(const struct levels *all)
{
    int threshold = otsu(all);
    const struct levels class = class_of(all, threshold, share_up_to(all, threshold) > 0.5);
    return furrow__digits_quantile(&class, 0.75) - furrow__digits_quantile(&class, 0.25);
}

/* Whether much of the border is between paper and ink, more than is as far from the paper as
 * ink. */
bool furrow__digits_is_half_lit(const struct levels *away, int range)
{
    double near = share_up_to(away, range / 8), half = share_up_to(away, 5 * range / 8) - near;
    return half > 0.15 && half > 2 * (1 - near - half);
}

/* The paper if ink touches the border: the class that has more of the border, or if both have about
 * the same, more of the whole picture. */
int furrow__digits_paper_of_two(bool *is_doubtful, const struct levels *border,
                                const struct levels *all, bool swapped)
{
    int threshold = otsu(all);
    double on_border = share_up_to(border, threshold), overall = share_up_to(all, threshold);
    bool is_dark = 2 * on_border + overall > 1.5;
    *is_doubtful = on_border > 0.3 && on_border < 0.7;
    const struct levels class = class_of(all, threshold, is_dark != swapped);
    return furrow__digits_quantile(&class, 0.5);
}

int furrow__digits_outer_level(const struct levels *all, bool is_dark)
{
    const struct levels class = class_of(all, otsu(all), is_dark);
    return furrow__digits_quantile(class.all > 0 ? &class : all, is_dark ? 0.2 : 0.8);
}

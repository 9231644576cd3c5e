#include <furrow/measure.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/status.h>

static int ascending(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

double furrow_stats_median_ranks(size_t *low, size_t *high, size_t count, double level)
{
    *low = *high = 0;
    if (count == 0)
        return 0;
    /* Begin with the outermost pair of ranks, and move inwards while the level holds. */
    size_t rank = 1;
    double log_term = -(double)count * log(2.0); /* of P(Binomial(count, 1/2) = rank - 1) */
    double tail = exp(log_term);
    while (2 * (rank + 1) <= count + 1) {
        log_term += log((double)(count - rank + 1) / (double)rank);
        double next = tail + exp(log_term);
        if (1 - 2 * next < level)
            break;
        tail = next;
        rank++;
    }
    *low = rank;
    *high = count + 1 - rank;
    return fmax(0, 1 - 2 * tail);
}

static int summarise_sorted(furrow_summary *summary, double *sorted, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(sorted[i]))
            return FURROW_EINVAL;
    qsort(sorted, count, sizeof *sorted, ascending);
    size_t low, high;
    double coverage = furrow_stats_median_ranks(&low, &high, count, 0.95);
    *summary = (furrow_summary){
        .count = count,
        .minimum = sorted[0],
        .maximum = sorted[count - 1],
        .median = 0.5 * sorted[(count - 1) / 2] + 0.5 * sorted[count / 2],
        .low = sorted[low - 1],
        .high = sorted[high - 1],
        .coverage = coverage,
    };
    return FURROW_OK;
}

int furrow_stats_summarise(furrow_summary *summary, const double *samples, size_t count)
{
    memset(summary, 0, sizeof *summary);
    if (count == 0)
        return FURROW_EINVAL;
    double *sorted = calloc(count, sizeof *sorted);
    if (!sorted)
        return FURROW_ENOMEM;
    memcpy(sorted, samples, count * sizeof *sorted);
    int status = summarise_sorted(summary, sorted, count);
    free(sorted);
    return status;
}

int furrow_stats_ratio(furrow_summary *summary, const double *numerator, const double *denominator,
                       size_t count)
{
    memset(summary, 0, sizeof *summary);
    if (count == 0)
        return FURROW_EINVAL;
    double *ratios = calloc(count, sizeof *ratios);
    if (!ratios)
        return FURROW_ENOMEM;
    for (size_t i = 0; i < count; i++)
        ratios[i] = numerator[i] / denominator[i];
    int status = summarise_sorted(summary, ratios, count);
    free(ratios);
    return status;
}

void furrow_stats_proportion(double *low, double *high, size_t successes, size_t trials)
{
    static const double z = 1.959963984540054; /* the normal distribution's 97.5 % */
    *low = 0;
    *high = 1;
    if (trials == 0)
        return;
    double n = (double)trials, p = (double)successes / n;
    double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
    double half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    *low = successes > 0 ? centre - half : 0;
    *high = successes < trials ? centre + half : 1;
}

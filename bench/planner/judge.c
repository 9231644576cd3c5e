#include "judge.h"

#include <math.h>
#include <stdlib.h>

enum { MAX_ROUNDS = 1000 };

size_t judge_best(const furrow_measurements *measurements, size_t from, size_t parity)
{
    size_t best = from;
    double least = INFINITY;
    for (size_t i = from; i < measurements->count; i++) {
        double half[MAX_ROUNDS];
        size_t count = 0;
        for (size_t round = parity; round < measurements->rounds; round += 2)
            half[count++] = measurements->ways[i].wall[round];
        furrow_summary summary;
        if (furrow_stats_summarise(&summary, half, count) == FURROW_OK && summary.median < least) {
            least = summary.median;
            best = i;
        }
    }
    return best;
}

double judge_ratio(const furrow_measurements *measurements, size_t way, size_t base, size_t parity)
{
    double ratios[MAX_ROUNDS];
    size_t count = 0;
    for (size_t round = parity; round < measurements->rounds; round += 2)
        ratios[count++] =
            measurements->ways[way].wall[round] / measurements->ways[base].wall[round];
    furrow_summary summary = {0};
    furrow_stats_summarise(&summary, ratios, count);
    return summary.median - 1;
}

double judge_regret(const furrow_measurements *measurements, size_t way, size_t from)
{
    double even = judge_ratio(measurements, way, judge_best(measurements, from, 1), 0);
    double odd = judge_ratio(measurements, way, judge_best(measurements, from, 0), 1);
    return (even + odd) / 2;
}

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

void judge_sort(double *samples, size_t count)
{
    qsort(samples, count, sizeof *samples, by_size);
}

double judge_quantile(const double *sorted, size_t count, double quantile)
{
    size_t rank = (size_t)ceil(quantile * (double)count);
    return count == 0 ? 0 : sorted[rank > 0 ? rank - 1 : 0];
}

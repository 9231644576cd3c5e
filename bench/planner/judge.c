#include "judge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- on one workload ---- */

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

/* ---- on many workloads ---- */

struct place {
    double regret;
    size_t workload;
};

static int by_regret(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    return (x->regret > y->regret) - (x->regret < y->regret);
}

static void sort(struct place *places, const struct regrets *regrets, size_t contestant)
{
    for (size_t i = 0; i < regrets->workload_count; i++)
        places[i] = (struct place){regrets->regret[contestant][i], i};
    qsort(places, regrets->workload_count, sizeof *places, by_regret);
}

static void print_row(const struct regrets *regrets, size_t contestant)
{
    struct place places[MAX_WORKLOADS] = {{0}};
    size_t count = regrets->workload_count;
    double logs = 0;
    sort(places, regrets, contestant);
    for (size_t i = 0; i < count; i++)
        logs += log1p(places[i].regret);
    size_t rank = (size_t)ceil(0.95 * (double)count);
    printf("%-24s %8.1f %8.1f %8.1f %8.1f\n", regrets->contestants[contestant],
           100 * places[(count - 1) / 2].regret, 100 * expm1(logs / (double)count),
           100 * places[rank - 1].regret, 100 * places[count - 1].regret);
}

static void print_worst(const struct regrets *regrets, size_t contestant, size_t worst)
{
    struct place places[MAX_WORKLOADS] = {{0}};
    sort(places, regrets, contestant);
    printf("\nfarthest from the best: %s\n", regrets->contestants[contestant]);
    for (size_t i = 0; i < worst && i < regrets->workload_count; i++) {
        const struct place *place = &places[regrets->workload_count - 1 - i];
        printf("  %6.1f %%  %s\n", 100 * place->regret, regrets->workloads[place->workload]);
    }
}

void regrets_print(const struct regrets *regrets, size_t explained, size_t worst)
{
    if (regrets->workload_count == 0) {
        printf("no workloads were left in\n\n");
        return;
    }
    printf("%-24s %8s %8s %8s %8s   %% over the best of %s, %zu workloads\n", "", "median",
           "geomean", "p95", "max", regrets->title, regrets->workload_count);
    for (size_t i = 0; i < regrets->contestant_count; i++)
        print_row(regrets, i);
    for (size_t i = 0; i < explained && worst > 0; i++)
        print_worst(regrets, i, worst);
    printf("\n");
}

#include "regret.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

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

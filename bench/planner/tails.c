#include "rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <furrow/clock.h>
#include <furrow/status.h>

#include "judge.h"
#include "loads.h"
#include "ways.h"

/* Calls are timed one by one, in bursts. The way is made ready before a burst, and the bursts of
 * different ways take turns. */
enum { BURST = 20, FEWEST_BURSTS = 5, MAX_BURSTS = 50, WAYS = 3, SERIAL = 0, FIGURES = 4 };

static const char *const figure_names[FIGURES] = {"median", "p95", "p99", "maximum"};
static const double quantiles[FIGURES] = {0.5, 0.95, 0.99, 1};

/* A way, and the times of its calls. */
struct tail {
    struct way *way;
    double calls[BURST * MAX_BURSTS];
    size_t count;
    double figures[FIGURES];
};

/* The figures of each way over all loads. */
struct total {
    double logs[FIGURES], most[FIGURES]; /* of the ratios to the serial loop's figures */
    size_t loads, late_medians, late_tails;
    char latest[64];
};

struct totals {
    const struct bench *bench;
    struct total of[WAYS];
};

/* The number of calls of a burst: fewer where it would take over 0.2 s. */
static int calls_of_burst(const struct load *load)
{
    const double most = 0.2 / load->work;
    return most > BURST ? BURST : most > 2 ? (int)most : 2;
}

static int burst(struct tail *tail)
{
    int status = ways_ready(tail->way);
    for (int i = calls_of_burst(tail->way->load); i > 0 && status == FURROW_OK; i--) {
        if (tail->way->load->clear)
            load_clear(tail->way->load);
        double start = furrow_clock_wall();
        status = ways_call(tail->way);
        tail->calls[tail->count++] = furrow_clock_wall() - start;
    }
    return status;
}

static void add_up(struct total *total, const struct tail *tail, const struct tail *serial)
{
    total->loads++;
    for (int i = 0; i < FIGURES; i++) {
        double ratio = tail->figures[i] / serial->figures[i];
        total->logs[i] += log(ratio);
        if (ratio > total->most[i] && i == 0)
            snprintf(total->latest, sizeof total->latest, "%s", tail->way->load->name);
        total->most[i] = fmax(total->most[i], ratio);
    }
    const double median = serial->figures[0];
    total->late_medians += tail->figures[0] > median + (median < 20e-6 ? 200e-9 : 0.05 * median);
    total->late_tails += tail->figures[1] > 1.1 * serial->figures[1] + 25e-6;
}

static void conclude(struct totals *totals, struct tail tails[WAYS])
{
    printf("%-34s", tails[SERIAL].way->load->name);
    for (int i = 0; i < WAYS; i++) {
        struct tail *tail = &tails[i];
        judge_sort(tail->calls, tail->count);
        for (int j = 0; j < FIGURES; j++) {
            tail->figures[j] = judge_quantile(tail->calls, tail->count, quantiles[j]);
            printf(" %8.1f", 1e6 * tail->figures[j]);
        }
        printf(i + 1 < WAYS ? " |" : "\n");
        add_up(&totals->of[i], tail, &tails[SERIAL]);
    }
    fflush(stdout);
}

/* A loads_use. */
static int time_load(const struct load *load, void *context)
{
    static struct ways ways;
    static struct tail tails[WAYS];
    struct totals *totals = context;
    const double round = WAYS * (0.035 + calls_of_burst(load) * load->work);
    const double fitting = totals->bench->seconds / round;
    size_t bursts = fitting > MAX_BURSTS      ? MAX_BURSTS
                    : fitting > FEWEST_BURSTS ? (size_t)fitting
                                              : FEWEST_BURSTS;
    const struct way like = {
        .load = load, .costs = &totals->bench->costs, .cpus = totals->bench->cpus, .times = 1};
    ways.count = 0;
    ways_add_serial(&ways, &like);
    ways_add_planned(&ways, &like);
    memset(tails, 0, sizeof tails);
    int status = ways_check(&ways);
    for (size_t i = 0; i < bursts * WAYS && status == FURROW_OK; i++) {
        tails[i % WAYS].way = &ways.list[i % WAYS];
        status = burst(&tails[i % WAYS]);
    }
    if (status == FURROW_OK)
        conclude(totals, tails);
    return status;
}

static void print_total(const struct total *total, const char *name)
{
    printf("%s:", name);
    for (int i = 0; i < FIGURES; i++)
        printf(" %s %.3f (at most %.2f)%s", figure_names[i],
               exp(total->logs[i] / (double)total->loads), total->most[i],
               i + 1 < FIGURES ? "," : "\n");
    printf("    median above 1.05 x serial (or 200 ns more of less than 20 us): %zu of %zu loads, "
           "worst at %s\n"
           "    p95 above 1.1 x serial + 25 us: %zu\n",
           total->late_medians, total->loads, total->latest, total->late_tails);
}

int row_tails(const struct bench *bench)
{
    static struct totals totals;
    totals.bench = bench;
    printf(
        "single calls, us: median, p95, p99, maximum of serial | first call | from the fourth\n");
    int status = loads_each(LOADS_COMPUTING, bench->longest, time_load, &totals);
    printf("\ngeometric means of ratios (and the largest)\n");
    if (totals.of[SERIAL].loads > 0) {
        print_total(&totals.of[1], "first call");
        print_total(&totals.of[2], "from the fourth call");
    }
    printf("\n");
    return status;
}

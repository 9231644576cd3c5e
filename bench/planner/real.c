#include "real.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <furrow/cpu.h>
#include <furrow/status.h>

#include "peer.h"
#include "regret.h"
#include "ways.h"
#include "workload.h"

enum { MOST_ITEMS = 65536, LEARNED_CALLS = 4, MOST_ROUNDS = 1000, SLOW_ROUNDS = 4 };

/* A sample of quick calls lasts so long, for the clock; a sweep over more work than this has fewer
 * chunks and rounds: there chunks matter little, and noise too. */
static const double sample_time = 200e-6, slow_work = 1;

static const size_t waiting_sizes[] = {64, 256, 1024};
static const double waiting_times[] = {0.1e-3, 0.5e-3, 2e-3, 5e-3};
enum {
    WAITING_SIZES = sizeof waiting_sizes / sizeof *waiting_sizes,
    WAITING_TIMES = sizeof waiting_times / sizeof *waiting_times
};

/* What a grid has come to. */
struct grid {
    const furrow_costs *costs;
    const real_options *options;
    struct regrets regrets;
    size_t slower; /* planned calls that took longer than serial beyond the allowance */
    char slowest[128];
};

/* The way of the sweep that was quickest on the rounds of one parity. */
static size_t best_of(const struct ways *ways, const furrow_measurements *measurements,
                      size_t parity)
{
    size_t best = 0;
    double least = INFINITY;
    for (size_t i = ways->judged; i < ways->count; i++) {
        double half[MOST_ROUNDS];
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

/* time / time of `best` - 1, over the rounds of one parity. */
static double ratio_on(const furrow_measurements *measurements, size_t way, size_t best,
                       size_t parity)
{
    double ratios[MOST_ROUNDS];
    size_t count = 0;
    for (size_t round = parity; round < measurements->rounds; round += 2)
        ratios[count++] =
            measurements->ways[way].wall[round] / measurements->ways[best].wall[round];
    furrow_summary summary = {0};
    furrow_stats_summarise(&summary, ratios, count);
    return summary.median - 1;
}

/* The best is chosen on one half of the rounds and compared on the other, both ways around. */
static double regret_of(const struct ways *ways, const furrow_measurements *measurements,
                        size_t way)
{
    double even = ratio_on(measurements, way, best_of(ways, measurements, 1), 0);
    double odd = ratio_on(measurements, way, best_of(ways, measurements, 0), 1);
    return (even + odd) / 2;
}

/* Whether a plan lost more to the serial loop than it may: 5 %, or 200 ns of less than 20 us. */
static void compare_with_serial(struct grid *grid, const struct ways *ways,
                                const furrow_measurements *measurements, const char *workload)
{
    const furrow_measurement *serial = &measurements->ways[ways->judged];
    for (size_t i = 0; i < 2 && ways->list[0].spin->steps; i++) {
        double over = ratio_on(measurements, i, ways->judged, 0);
        double odd = ratio_on(measurements, i, ways->judged, 1);
        double seconds = serial->wall_time.median / (double)ways->list[0].times;
        double allowed = seconds < 20e-6 ? 200e-9 / seconds : 0.05;
        if (fmin(over, odd) <= allowed)
            continue;
        grid->slower++;
        snprintf(grid->slowest, sizeof grid->slowest, "%s: %s, by %.1f %%", workload,
                 ways->list[i].name, 100 * fmin(over, odd));
    }
}

static int learn(struct ways *ways)
{
    struct way *way = &ways->list[1];
    size_t times = way->times;
    way->times = LEARNED_CALLS;
    int status = ways_run(NULL, way);
    way->times = times;
    return status;
}

static int measure(struct grid *grid, struct ways *ways, bool slow, const char *workload)
{
    static furrow_contender contenders[MOST_WAYS];
    furrow_measurements measurements;
    furrow_error error;
    for (size_t i = 0; i < ways->count; i++)
        contenders[i] = (furrow_contender){ways->list[i].name, NULL, ways_run, &ways->list[i]};
    const furrow_measure_options options = {.rounds = slow ? SLOW_ROUNDS : 0,
                                            .seconds = grid->options->seconds};
    int status = learn(ways);
    if (status == FURROW_OK)
        status = furrow_measure(&measurements, contenders, ways->count, &options, &error);
    if (status) {
        fprintf(stderr, "planner: %s: %s\n", workload, furrow_status_text(status));
        return status;
    }
    struct regrets *regrets = &grid->regrets;
    size_t at = regrets->workload_count++;
    snprintf(regrets->workloads[at], sizeof regrets->workloads[at], "%s", workload);
    for (size_t i = 0; i < ways->judged; i++)
        regrets->regret[i][at] = regret_of(ways, &measurements, i);
    compare_with_serial(grid, ways, &measurements, workload);
    size_t best = best_of(ways, &measurements, 0);
    printf("%-34s best %-24s %9.1f us", workload, ways->list[best].name,
           1e6 * measurements.ways[best].wall_time.median / (double)ways->list[best].times);
    for (size_t i = 0; i < ways->judged; i++)
        printf(" %7.1f", 100 * regrets->regret[i][at]);
    printf("\n");
    fflush(stdout);
    furrow_measurements_clear(&measurements);
    return FURROW_OK;
}

static int run_workload(struct grid *grid, const struct spin *spin, double work,
                        const char *workload)
{
    static struct ways ways;
    int cpus = furrow_cpu_count();
    if (grid->options->longest > 0 && work > grid->options->longest)
        return FURROW_OK;
    bool quick = spin->steps && work < sample_time;
    size_t times = quick ? (size_t)(sample_time / work) : 1;
    bool slow = work > slow_work;
    ways_fill(&ways, spin, grid->costs, cpus, times, slow);
    return measure(grid, &ways, slow, workload);
}

static void name_contestants(struct grid *grid)
{
    static const char *const names[] = {"first call", "from the fourth call", "dynamic, n/16p",
                                        "dynamic, n/4p"};
    struct regrets *regrets = &grid->regrets;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        regrets->contestants[regrets->contestant_count++] = names[i];
    if (peer_name)
        regrets->contestants[regrets->contestant_count++] = peer_name;
    printf("regret in %%: first call, from the fourth, dynamic n/16p, n/4p%s%s\n",
           peer_name ? ", " : "", peer_name ? peer_name : "");
}

static int run_computing(struct grid *grid)
{
    static double costs[MOST_ITEMS];
    static uint32_t steps[MOST_ITEMS];
    static uint64_t results[MOST_ITEMS];
    double step = spin_calibrate();
    int status = FURROW_OK;
    for (int i = 0; i < WORKLOAD_SIZES * WORKLOAD_MEANS * SHAPES && status == FURROW_OK; i++) {
        size_t n = workload_sizes[i / SHAPES / WORKLOAD_MEANS];
        double mean = workload_means[i / SHAPES % WORKLOAD_MEANS];
        enum shape shape = (enum shape)(i % SHAPES);
        workload_costs(costs, n, mean, shape);
        for (size_t j = 0; j < n; j++)
            steps[j] = (uint32_t)(costs[j] / step);
        const struct spin spin = {n, steps, 0, results};
        char name[64];
        snprintf(name, sizeof name, "%zu x %.3g us, %s", n, 1e6 * mean, shape_names[shape]);
        status = run_workload(grid, &spin, mean * (double)n, name);
    }
    return status;
}

static int run_waiting(struct grid *grid)
{
    int status = FURROW_OK;
    for (int i = 0; i < WAITING_SIZES * WAITING_TIMES && status == FURROW_OK; i++) {
        const struct spin spin = {.items = waiting_sizes[i / WAITING_TIMES],
                                  .sleep = waiting_times[i % WAITING_TIMES]};
        char name[64];
        snprintf(name, sizeof name, "%zu x %.3g ms of waiting", spin.items, 1e3 * spin.sleep);
        status = run_workload(grid, &spin, 0, name);
    }
    return status;
}

static void conclude(const struct grid *grid)
{
    printf("\n");
    regrets_print(&grid->regrets, 2, grid->options->worst);
    if (grid->slower > 0)
        printf("slower than serial by more than 5 %% (or 200 ns of less than 20 us): %zu, the last "
               "%s\n\n",
               grid->slower, grid->slowest);
    else
        printf("no plan slower than serial by more than 5 %% (or 200 ns of less than 20 us)\n\n");
}

int real_run(const furrow_costs *costs, const real_options *options)
{
    static struct grid computing, waiting;
    computing.costs = waiting.costs = costs;
    computing.options = waiting.options = options;
    name_contestants(&computing);
    int status = run_computing(&computing);
    conclude(&computing);
    if (status)
        return status;
    name_contestants(&waiting);
    status = run_waiting(&waiting);
    printf("\n");
    regrets_print(&waiting.regrets, 2, options->worst);
    return status;
}

#include "rows.h"

#include <math.h>
#include <stdio.h>

#include <furrow/status.h>

#include "judge.h"
#include "loads.h"
#include "peer.h"
#include "ways.h"

enum { SLOW_ROUNDS = 4 };

/* A sample of quick calls lasts this long, so that the clock is precise. A sweep over more work
 * than `slow_work` has fewer chunks and rounds: chunks and noise matter little there. */
static const double sample_time = 200e-6, slow_work = 1;

/* The results of a grid. */
struct grid {
    const struct bench *bench;
    struct regrets sweep; /* over the best of all */
    struct regrets plans; /* over the best without the peer */
    size_t slower;        /* planned calls that took longer than serial by more than is allowed */
    char slowest[192];
};

/* Whether a plan was slower than the serial loop by more than 5 %, or 200 ns of less than 20 us. */
static void compare_with_serial(struct grid *grid, const struct ways *ways,
                                const furrow_measurements *measurements)
{
    const struct way *serial = &ways->list[ways->plans];
    const double median = measurements->ways[ways->plans].wall_time.median;
    for (size_t i = 0; i < 2 && serial->runner == RUN_SERIAL; i++) {
        double over = fmin(judge_ratio(measurements, i, ways->plans, 0),
                           judge_ratio(measurements, i, ways->plans, 1));
        double seconds = median / (double)serial->times;
        if (over <= (seconds < 20e-6 ? 200e-9 / seconds : 0.05))
            continue;
        grid->slower++;
        snprintf(grid->slowest, sizeof grid->slowest, "%s: %s, by %.1f %%", serial->load->name,
                 ways->list[i].name, 100 * over);
    }
}

static void note(struct regrets *regrets, const struct ways *ways,
                 const furrow_measurements *measurements, size_t from)
{
    size_t at = regrets->workload_count++;
    snprintf(regrets->workloads[at], sizeof regrets->workloads[at], "%s", ways->list[0].load->name);
    regrets->contestant_count = ways->judged;
    for (size_t i = 0; i < ways->judged; i++) {
        regrets->contestants[i] = ways->list[i].name;
        regrets->regret[i][at] = judge_regret(measurements, i, from);
    }
}

static void print_workload(const struct grid *grid, const struct ways *ways,
                           const furrow_measurements *measurements)
{
    size_t best = judge_best(measurements, ways->sweep, 0), at = grid->sweep.workload_count - 1;
    printf("%-34s best %-24s %9.1f us", ways->list[0].load->name, ways->list[best].name,
           1e6 * measurements->ways[best].wall_time.median / (double)ways->list[best].times);
    for (size_t i = 0; i < ways->judged; i++)
        printf(" %7.1f", 100 * grid->sweep.regret[i][at]);
    printf("\n");
    fflush(stdout);
}

/* A loads_use. */
static int judge(const struct load *load, void *context)
{
    static struct ways ways;
    struct grid *grid = context;
    bool quick = !load->waits && !load->clear && load->work < sample_time;
    bool slow = load->work > slow_work;
    const struct way like = {.load = load,
                             .costs = &grid->bench->costs,
                             .cpus = grid->bench->cpus,
                             .times = quick ? (size_t)(sample_time / load->work) : 1};
    const furrow_measure_options options = {.rounds = slow ? SLOW_ROUNDS : 0,
                                            .seconds = grid->bench->seconds};
    furrow_measurements measurements;
    ways_fill(&ways, &like, slow);
    int status = ways_check(&ways);
    if (status == FURROW_OK)
        status = ways_measure(&measurements, &ways, &options);
    if (status)
        return status;
    note(&grid->sweep, &ways, &measurements, ways.sweep);
    note(&grid->plans, &ways, &measurements, ways.plans);
    compare_with_serial(grid, &ways, &measurements);
    print_workload(grid, &ways, &measurements);
    furrow_measurements_clear(&measurements);
    return FURROW_OK;
}

int row_grid(const struct bench *bench)
{
    static struct grid grid = {.sweep = {.title = "serial, OpenMP and the peer"},
                               .plans = {.title = "serial and OpenMP"}};
    grid.bench = bench;
    printf("regret in %%: first call, from the fourth, dynamic n/16p, n/4p, furrow_pool_for%s%s\n",
           peer_name ? ", " : "", peer_name ? peer_name : "");
    int status = loads_each(LOADS_COMPUTING, bench->longest, judge, &grid);
    printf("\n");
    regrets_print(&grid.sweep, 2, bench->worst);
    regrets_print(&grid.plans, 0, 0);
    printf("planned calls slower than serial by more than 5 %% (or 200 ns of less than 20 us): %zu",
           grid.slower);
    printf(grid.slower > 0 ? ", the last %s\n\n" : "\n\n", grid.slowest);
    return status;
}

int row_waiting(const struct bench *bench)
{
    static struct grid grid = {.sweep = {.title = "OpenMP on up to 256 threads"}};
    grid.bench = bench;
    printf("regret in %%: first call, from the fourth\n");
    int status = loads_each(LOADS_WAITING, 0, judge, &grid);
    printf("\n");
    regrets_print(&grid.sweep, 2, bench->worst);
    return status;
}

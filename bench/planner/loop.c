#include "rows.h"

#include <stdio.h>

#include <furrow/status.h>

#include "judge.h"
#include "loads.h"
#include "peer.h"
#include "ways.h"
#include "workload.h"

static void fill(struct ways *ways, const struct way *like)
{
    ways_add_serial(ways, like);
    ways_add_planned(ways, like);
    ways_add_pool(ways, like);
    for (int i = FURROW_SCHEDULE_STATIC; i <= FURROW_SCHEDULE_GUIDED; i++)
        ways_add_region(ways, like, (furrow_schedule)i);
    if (peer_name)
        ways_add(ways, like, peer_name)->runner = RUN_PEER;
}

static void print_way(const furrow_measurement *way)
{
    judge_sort(way->wall, way->count);
    printf("  %-24s %9.1f %9.1f %9.1f   %6.2f x serial\n", way->name, 1e6 * way->wall_time.median,
           1e6 * judge_quantile(way->wall, way->count, 0.9), 1e6 * way->wall_time.maximum,
           1 / way->speedup[0].median);
}

int row_loop(const struct bench *bench)
{
    static struct ways ways;
    const struct load *load = loads_computing(256, 5e-6, SHAPE_CONSTANT);
    const struct way like = {.load = load, .costs = &bench->costs, .cpus = bench->cpus, .times = 1};
    const furrow_measure_options options = {.seconds = 5 * bench->seconds};
    furrow_measurements measurements;
    fill(&ways, &like);
    int status = ways_check(&ways);
    if (status == FURROW_OK)
        status = ways_measure(&measurements, &ways, &options);
    if (status)
        return status;
    printf("%s, us: median, p90, maximum of %zu\n", load->name, measurements.rounds);
    for (size_t i = 0; i < measurements.count; i++)
        print_way(&measurements.ways[i]);
    printf("\n");
    furrow_measurements_clear(&measurements);
    return FURROW_OK;
}

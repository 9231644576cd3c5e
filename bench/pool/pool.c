/*
 * pool: what furrow_pool costs beside raw OpenMP, and beside oneTBB, GLib's GThreadPool and
 * Python's multiprocessing.Pool where they were found.
 *
 *     bench-pool [--alone] [ROW ...]
 *
 * A row is one question. Its ways run in turn, round after round (furrow/measure.h), and their
 * results are checked. Figures are medians with exact 95 % intervals. The last column is the median
 * of the ratios to the first way, each of two runs side by side, so that the drift of a shared
 * machine cancels. Before each run the threads of other ways are gone or asleep, since libgomp
 * spins for milliseconds after a region and slows down when there are more threads than CPUs. With
 * --alone only the base of a row and furrow_pool run; bench/pool/versus compares two builds by
 * this.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/clock.h>
#include <furrow/measure.h>
#include <furrow/report.h>

#include "peers.h"
#include "rows.h"

enum { THREADS = 2, MOST = 1000000 };

/* The first two are bases: one thread, and the most that two threads can gain. */
static const struct peer *const peers[] = {
    &serial_peer, &split_peer, &furrow_peer, &openmp_peer,
#ifdef HAS_TBB
    &tbb_peer,
#endif
#ifdef HAS_GLIB
    &glib_peer,
#endif
#ifdef PYTHON_PEER
    &python_peer,
#endif
};
enum { PEERS = sizeof peers / sizeof *peers };

static bool is_python(const struct peer *peer)
{
    return strncmp(peer->name, "Python", 6) == 0;
}

static double items[MOST], results[MOST];
static int statuses[MOST];

typedef void call(const struct job *job);

struct way {
    const struct peer *peer;
    const struct row *row;
    struct job job;
    call *run;
};

static call *call_of(const struct peer *peer, enum kind kind)
{
    call *const calls[] = {peer->map, peer->pair, peer->tasks, peer->submit};
    return calls[kind];
}

/* ---- running them ---- */

/* So long that the spinning threads of other ways have gone to sleep. */
static const double settle = 0.02;

/* The way whose threads are running. */
static const struct peer *standing;

static void stop_standing(void)
{
    if (standing && standing->stop)
        standing->stop();
    standing = NULL;
}

static int prepare(void *context)
{
    const struct way *way = context;
    stop_standing();
    furrow_clock_sleep(settle);
    memset(results, 0, way->job.n * sizeof *results);
    memset(statuses, 0xff, way->job.n * sizeof *statuses);
    standing = way->peer;
    for (size_t i = 0; i < way->row->warm && way->peer == &split_peer; i++) {
        standing->start(THREADS);
        way->run(&way->job);
        standing->stop();
    }
    if (standing->start)
        standing->start(THREADS);
    for (size_t i = 0; i < way->row->warm && way->peer != &split_peer; i++)
        way->run(&way->job);
    furrow_clock_sleep(way->row->idle);
    return 0;
}

static int run(furrow_run_outcome *outcome, void *context)
{
    const struct way *way = context;
    (void)outcome;
    for (size_t i = 0; i < way->row->times; i++)
        way->run(&way->job);
    return 0;
}

/* Runs a way once before anything is timed, and checks its results; Python's stay in Python. */
static void check(struct way *way)
{
    furrow_run_outcome outcome;
    prepare(way);
    run(&outcome, way);
    for (size_t i = 0; i < way->job.n && !is_python(way->peer); i++) {
        double expected = 0;
        if (way->row->kind != PAIR)
            way->row->function(&expected, &items[i], NULL);
        if (statuses[i] != 0 || results[i] != expected) {
            fprintf(stderr, "bench-pool: %s: item %zu came out wrong\n", way->peer->name, i);
            exit(1);
        }
    }
}

static void make_items(const struct row *row, double rate)
{
    for (size_t i = 0; i < row->n; i++)
        items[i] = row->cost ? row->cost(i, row->n) * row->mean * rate : (double)i;
}

/* Only the base and furrow_pool run. */
static bool alone;

/* The ways of a row, its base first. */
static size_t make_ways(struct way ways[PEERS], const struct row *row, atomic_uint *arrived)
{
    size_t count = 0;
    for (size_t i = 0; i < 2 * PEERS; i++) {
        const struct peer *peer = peers[i % PEERS];
        bool now = i < PEERS ? peer == row->base
                             : peer != row->base && peer != &serial_peer && peer != &split_peer;
        bool slow = is_python(peer);
        if (!now || !call_of(peer, row->kind) || (slow && row->python == 0))
            continue;
        if (alone && peer != row->base && peer != &furrow_peer)
            continue;
        ways[count++] = (struct way){
            .peer = peer,
            .row = row,
            .job = {slow ? row->python : row->n, items, results, statuses, row->function, arrived},
            .run = call_of(peer, row->kind),
        };
    }
    return count;
}

static double units(const struct way *way)
{
    return (double)(way->row->times * (way->row->each ? way->job.n : 1));
}

static void print_row(const struct row *row, const struct way *ways,
                      const furrow_measurements *measurements)
{
    printf("%s\n", row->title);
    for (size_t i = 0; i < measurements->count; i++) {
        const furrow_measurement *measured = &measurements->ways[i];
        double unit = units(&ways[i]);
        double base = units(&ways[0]) / unit; /* the two may count different units */
        char time[32], low[32], high[32];
        furrow_report_seconds(time, measured->wall_time.median / unit, 3);
        furrow_report_seconds(low, measured->wall_time.low / unit, 3);
        furrow_report_seconds(high, measured->wall_time.high / unit, 3);
        printf("  %-14s %9s  [%s, %s]  %.3gx", ways[i].peer->name, time, low, high,
               base / measured->speedup[0].median);
        if (row->cost && i > 0)
            printf("  %.1f %% of ideal", 100 * measured->speedup[0].median / THREADS);
        printf("\n");
    }
    fflush(stdout);
}

static void bench(const struct row *row, double rate)
{
    struct way ways[PEERS];
    furrow_contender contenders[PEERS];
    atomic_uint arrived = 0;
    make_items(row, rate);
    size_t count = make_ways(ways, row, &arrived);
    for (size_t i = 0; i < count; i++) {
        check(&ways[i]);
        contenders[i] = (furrow_contender){ways[i].peer->name, prepare, run, &ways[i]};
    }
    furrow_measurements measurements;
    furrow_measure_options options = {.rounds = row->rounds};
    furrow_error error;
    if (furrow_measure(&measurements, contenders, count, &options, &error)) {
        fprintf(stderr, "bench-pool: %s\n", error.text);
        exit(1);
    }
    stop_standing();
    print_row(row, ways, &measurements);
    furrow_measurements_clear(&measurements);
}

/* The CPU time of a pool that has just worked and has nothing to do. */
static void bench_idle(void)
{
    const struct job job = {2, items, results, statuses, empty, NULL};
    furrow_peer.start(THREADS);
    furrow_peer.pair(&job);
    double cpu = furrow_clock_process_cpu();
    furrow_clock_sleep(0.25);
    cpu = furrow_clock_process_cpu() - cpu;
    furrow_peer.stop();
    char time[32];
    printf("CPU time of a pool in 250 ms without work: %s\n", furrow_report_seconds(time, cpu, 3));
}

static bool is_wanted(const char *name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return true;
    return argc == 1;
}

int main(int argc, char **argv)
{
    alone = argc > 1 && strcmp(argv[1], "--alone") == 0;
    argc -= alone;
    argv += alone;
    double rate = steps_per_second();
    for (size_t i = 0; i < row_count; i++)
        if (is_wanted(rows[i].name, argc, argv))
            bench(&rows[i], rate);
    if (is_wanted("idle", argc, argv))
        bench_idle();
    return 0;
}

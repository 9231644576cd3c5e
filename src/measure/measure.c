#include <furrow/measure.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/clock.h>

static const size_t fewest_rounds =
    10; /* the least count whose 95 % interval leaves out the extremes */
static const size_t max_rounds = 1000;
static const double default_seconds = 2;

/* A measurement that is running. */
struct measurement_run {
    furrow_measurements *measurements;
    const furrow_contender *contenders;
    size_t count;
    size_t *order; /* of a round: indices of contenders */
    const furrow_measure_options *options;
    furrow_error *error;
};

void furrow_measurements_clear(furrow_measurements *measurements)
{
    for (size_t i = 0; i < measurements->count; i++) {
        free(measurements->ways[i].wall);
        free(measurements->ways[i].cpu);
    }
    free(measurements->ways);
    *measurements = (furrow_measurements){0};
}

static int reserve_ways(const struct measurement_run *run)
{
    furrow_measurements *measurements = run->measurements;
    measurements->ways = calloc(run->count, sizeof *measurements->ways);
    if (!measurements->ways)
        return FURROW_ENOMEM;
    measurements->count = run->count;
    for (size_t i = 0; i < run->count; i++)
        snprintf(measurements->ways[i].name, sizeof measurements->ways[i].name, "%s",
                 run->contenders[i].name);
    return FURROW_OK;
}

static int reserve_samples(const struct measurement_run *run, size_t rounds)
{
    for (size_t i = 0; i < run->count; i++) {
        furrow_measurement *way = &run->measurements->ways[i];
        way->wall = calloc(rounds, sizeof *way->wall);
        way->cpu = calloc(rounds, sizeof *way->cpu);
        if (!way->wall || !way->cpu)
            return FURROW_ENOMEM;
    }
    return FURROW_OK;
}

static int cancelled(const struct measurement_run *run)
{
    return furrow_cancel_requested(run->options->cancel) ? FURROW_ECANCELED : FURROW_OK;
}

static int rehearse(const furrow_contender *contender)
{
    furrow_run_outcome outcome = {0};
    int status = contender->prepare ? contender->prepare(contender->context) : FURROW_OK;
    return status ? status : contender->run(&outcome, contender->context);
}

/* `*wall` is the time of the last run on entry (0: none), and of this run on return. */
static int time_one(const struct measurement_run *run, size_t index, double *wall,
                    furrow_run_outcome *outcome)
{
    const furrow_contender *contender = &run->contenders[index];
    int status = cancelled(run);
    if (status == FURROW_OK && *wall < run->options->rehearsed)
        status = rehearse(contender);
    if (status == FURROW_OK && contender->prepare)
        status = contender->prepare(contender->context);
    double start = furrow_clock_wall();
    if (status == FURROW_OK)
        status = contender->run(outcome, contender->context);
    *wall = furrow_clock_wall() - start;
    if (status && run->error && run->error->code == FURROW_OK)
        furrow_error_set(run->error, status, "%s: %s", contender->name, furrow_status_text(status));
    return status;
}

/* A number that depends on `i` alone (G. L. Steele, D. Lea and C. H. Flood, SplitMix64, 2014). */
static uint64_t scramble(uint64_t i)
{
    uint64_t z = (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* The order of a round: random, but the same in every process (R. A. Fisher and F. Yates, 1938). */
static void shuffle(size_t *order, size_t count, size_t round)
{
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t i = count; i > 1; i--) {
        size_t other = (size_t)(scramble(round * count + i) % i);
        size_t index = order[other];
        order[other] = order[i - 1];
        order[i - 1] = index;
    }
}

/* Runs all ways once, in the order of that round. */
static int run_round(const struct measurement_run *run, size_t round, bool kept)
{
    shuffle(run->order, run->count, round);
    for (size_t i = 0; i < run->count; i++) {
        size_t index = run->order[i];
        furrow_measurement *way = &run->measurements->ways[index];
        furrow_run_outcome outcome = {0};
        double wall = !kept ? INFINITY : round > 0 ? way->wall[round - 1] : 0;
        int status = time_one(run, index, &wall, &outcome);
        if (status)
            return status;
        way->plan = outcome.plan;
        way->items = outcome.items;
        way->failed = outcome.failed;
        if (!kept)
            continue;
        way->wall[round] = wall;
        way->cpu[round] = outcome.usage.cpu;
    }
    return FURROW_OK;
}

/* Runs the rounds that are not kept: at least one where its time decides the number of rounds. */
static int warm_up(const struct measurement_run *run, size_t *rounds)
{
    const furrow_measure_options *options = run->options;
    size_t warm_ups = options->warm_ups;
    *rounds = options->rounds;
    if (warm_ups == 0 && *rounds == 0)
        warm_ups = 1;
    double start = furrow_clock_wall();
    for (size_t i = 0; i < warm_ups; i++) {
        int status = run_round(run, i, false);
        if (status)
            return status;
    }
    if (*rounds == 0) {
        double of_round = (furrow_clock_wall() - start) / (double)warm_ups;
        double seconds = options->seconds > 0 ? options->seconds : default_seconds;
        double fitting = fmin(fmax(seconds / of_round, (double)fewest_rounds), (double)max_rounds);
        *rounds = (size_t)fitting;
    }
    return FURROW_OK;
}

static int summarise_way(const struct measurement_run *run, furrow_measurement *way, size_t rounds)
{
    way->count = rounds;
    int status = furrow_stats_summarise(&way->wall_time, way->wall, rounds);
    if (status == FURROW_OK)
        status = furrow_stats_summarise(&way->cpu_time, way->cpu, rounds);
    for (size_t base = 0; base < FURROW_MEASURE_BASES && base < run->count; base++)
        if (status == FURROW_OK)
            status = furrow_stats_ratio(&way->speedup[base], run->measurements->ways[base].wall,
                                        way->wall, rounds);
    return status;
}

static int summarise(const struct measurement_run *run)
{
    size_t rounds = run->measurements->rounds;
    int status = FURROW_OK;
    for (size_t i = 0; i < run->count && rounds > 0 && status == FURROW_OK; i++)
        status = summarise_way(run, &run->measurements->ways[i], rounds);
    return status;
}

static int run_rounds(const struct measurement_run *run)
{
    size_t rounds = 0;
    int status = reserve_ways(run);
    if (status == FURROW_OK)
        status = warm_up(run, &rounds);
    if (status == FURROW_OK)
        status = reserve_samples(run, rounds);
    while (status == FURROW_OK && run->measurements->rounds < rounds) {
        status = run_round(run, run->measurements->rounds, true);
        if (status == FURROW_OK)
            run->measurements->rounds++;
    }
    int summarised = summarise(run);
    return status ? status : summarised;
}

int furrow_measure(furrow_measurements *measurements, const furrow_contender *contenders,
                   size_t count, const furrow_measure_options *options, furrow_error *error)
{
    static const furrow_measure_options defaults = {0};
    *measurements = (furrow_measurements){0};
    if (error)
        *error = (furrow_error){.item = FURROW_NO_ITEM};
    if (count == 0)
        return furrow_error_set(error, FURROW_EINVAL, "nothing to measure");
    struct measurement_run run = {
        .measurements = measurements,
        .contenders = contenders,
        .count = count,
        .options = options ? options : &defaults,
        .error = error,
    };
    run.order = calloc(count, sizeof *run.order);
    int status = run.order ? run_rounds(&run) : FURROW_ENOMEM;
    free(run.order);
    if (status && error && error->code == FURROW_OK)
        furrow_error_set(error, status, "measuring: %s", furrow_status_text(status));
    return status;
}

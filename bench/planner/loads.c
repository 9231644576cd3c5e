#include "loads.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <furrow/clock.h>

#include "workload.h"

/* ---- a load ---- */

int load_serial(const struct load *load)
{
    return load->body(&(furrow_range){.begin = 0, .end = load->items}, load->context);
}

void load_clear(const struct load *load)
{
    if (load->clear)
        load->clear(load->results, load->size);
    else
        memset(load->results, 0, load->size);
}

/* Horner's rule over the words, modulo 2^64. */
static uint64_t digest_words(const void *results, size_t size)
{
    const uint64_t *words = results;
    uint64_t digest = 0;
    for (size_t i = 0; i < size / sizeof *words; i++)
        digest = digest * UINT64_C(0xda942042e4dd58b5) + words[i];
    return digest;
}

uint64_t load_digest(const struct load *load)
{
    return (load->digest ? load->digest : digest_words)(load->results, load->size);
}

/* ---- kinds of loads ---- */

enum { MAX_ITEMS = 65536, MAX_WAITING = 256 };

static double costs[MAX_ITEMS];
static uint32_t steps[MAX_ITEMS];
static uint64_t results[MAX_ITEMS];
static struct spin spin;
static struct load load;

static double step_time(void)
{
    static double step;
    if (step == 0)
        step = spin_calibrate();
    return step;
}

const struct load *loads_computing(size_t n, double mean, int shape)
{
    workload_costs(costs, n, mean, (enum shape)shape);
    for (size_t i = 0; i < n; i++)
        steps[i] = (uint32_t)(costs[i] / step_time());
    spin = (struct spin){.steps = steps, .results = results};
    load = (struct load){.items = n,
                         .body = spin_body,
                         .context = &spin,
                         .work = mean * (double)n,
                         .results = results,
                         .size = n * sizeof *results};
    snprintf(load.name, sizeof load.name, "%zu x %.3g us, %s", n, 1e6 * mean, shape_names[shape]);
    return &load;
}

static void make_waiting(size_t n, double each)
{
    spin = (struct spin){.every = 1, .results = results};
    load = (struct load){.items = n,
                         .body = spin_body,
                         .context = &spin,
                         .max_threads = MAX_WAITING,
                         .waits = true,
                         .results = results,
                         .size = n * sizeof *results};
    load_serial(&load);
    load.expected = load_digest(&load);
    spin.sleep = each;
    snprintf(load.name, sizeof load.name, "%zu x %.3g ms of waiting", n, 1e3 * each);
}

/* A load of the grid in which one item in 1000 sleeps for a millisecond. */
static void make_sleepy(struct load *made)
{
    loads_computing(4096, 0.5e-6, SHAPE_CONSTANT);
    spin.sleep = 1e-3;
    spin.every = 1000;
    load.max_threads = 16;
    snprintf(load.name, sizeof load.name, "4096 x 0.5 us, a sleep in 1000");
    *made = load;
}

/* Sizes x means x shapes [first, end). */
struct grid {
    unsigned which;
    const size_t *sizes;
    size_t size_count;
    const double *means;
    size_t mean_count;
    int first, end;
};

static const size_t further_sizes[] = {256, 4096}, few_sizes[] = {2, 3, 5};
static const double further_means[] = {0.5e-6, 5e-6}, few_means[] = {2e-6, 10e-6, 50e-6, 0.5e-3};

static const struct grid grids[] = {
    {LOADS_GRID, workload_sizes, WORKLOAD_SIZES, workload_means, WORKLOAD_MEANS, 0, GRID_SHAPES},
    {LOADS_SHAPES, further_sizes, 2, further_means, 2, GRID_SHAPES, SHAPES},
    {LOADS_FEW, few_sizes, 3, few_means, 4, SHAPE_CONSTANT, SHAPE_CONSTANT + 1},
};

static int use_grid(const struct grid *grid, double longest, loads_use use, void *context)
{
    int status = 0;
    for (size_t i = 0; i < grid->size_count * grid->mean_count; i++)
        for (int shape = grid->first; shape < grid->end && status == 0; shape++) {
            size_t n = grid->sizes[i / grid->mean_count];
            double mean = grid->means[i % grid->mean_count];
            if (longest <= 0 || mean * (double)n <= longest)
                status = use(loads_computing(n, mean, shape), context);
        }
    return status;
}

/* Seconds of the serial loop: the least of three runs. */
static double time_serial(void)
{
    double least = INFINITY;
    for (int i = 0; i < 3; i++) {
        load_clear(&load);
        double start = furrow_clock_wall();
        load_serial(&load);
        least = fmin(least, furrow_clock_wall() - start);
    }
    return least;
}

static int use_memory(double longest, loads_use use, void *context)
{
    static void (*const make[])(struct load *) = {memory_chase,       memory_triad_small,
                                                  memory_triad_large, memory_pages,
                                                  memory_first_touch, make_sleepy};
    int status = 0;
    for (size_t i = 0; i < sizeof make / sizeof *make && status == 0; i++) {
        make[i](&load);
        load.work = time_serial();
        if (longest <= 0 || load.work <= longest)
            status = use(&load, context);
    }
    return status;
}

static int use_waiting(loads_use use, void *context)
{
    enum { SIZES = 6, TIMES = 4 };
    static const size_t sizes[SIZES] = {3, 5, 16, 64, 256, 1024};
    static const double times[TIMES] = {0.1e-3, 1e-3, 2e-3, 5e-3};
    int status = 0;
    for (size_t i = 0; i < SIZES * TIMES && status == 0; i++) {
        make_waiting(sizes[i / TIMES], times[i % TIMES]);
        status = use(&load, context);
    }
    return status;
}

int loads_each(unsigned which, double longest, loads_use use, void *context)
{
    int status = 0;
    for (size_t i = 0; i < sizeof grids / sizeof *grids && status == 0; i++)
        if (which & grids[i].which)
            status = use_grid(&grids[i], longest, use, context);
    if (status == 0 && which & LOADS_MEMORY)
        status = use_memory(longest, use, context);
    if (status == 0 && which & LOADS_WAITING)
        status = use_waiting(use, context);
    return status;
}

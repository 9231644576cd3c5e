#include "rows.h"

#include <math.h>
#include <stdatomic.h>

#include <furrow/clock.h>

/* ---- what items do ---- */

int empty(void *result, const void *item, void *context)
{
    (void)context;
    *(double *)result = *(const double *)item;
    return 0;
}

/* Runs the item's number of steps, each of some nanoseconds. */
static int spin(void *result, const void *item, void *context)
{
    (void)context;
    double x = *(const double *)item;
    double y = x;
    for (double i = 0; i < x; i++)
        y = y * 0.999999 + 1e-6;
    *(double *)result = y;
    return 0;
}

/* Two items that wait for each other. */
static int meet(void *result, const void *item, void *context)
{
    (void)result;
    (void)item;
    atomic_uint *arrived = context;
    unsigned turn = atomic_fetch_add(arrived, 1) / 2;
    while (atomic_load(arrived) / 2 == turn)
        ;
    return 0;
}

/* ---- what they cost ---- */

double steps_per_second(void)
{
    int (*volatile function)(void *, const void *, void *) =
        spin; /* so that the call is not optimised away */
    double steps = 1e6, result, best = INFINITY;
    for (int i = 0; i < 10; i++) {
        double start = furrow_clock_wall();
        function(&result, &steps, NULL);
        best = fmin(best, furrow_clock_wall() - start);
    }
    return steps / best;
}

static double exponential(size_t i, size_t n)
{
    /* Quantiles of the distribution, in an order that looks random (a Weyl sequence). */
    (void)n;
    return -log(1 - fmod((double)i * 0.6180339887498949, 1));
}

static double triangular(size_t i, size_t n)
{
    return 2 * (double)i / (double)n;
}

/* A map of 10^4 items whose costs differ. */
#define COSTLY(NAME, TITLE, COST, MEAN, ROUNDS)                                                    \
    {                                                                                              \
        .name = NAME, .title = TITLE, .base = &serial_peer, .n = 10000, .times = 1,                \
        .rounds = ROUNDS, .warm = 1, .function = spin, .cost = COST, .mean = MEAN                  \
    }

const struct row rows[] = {
    {.name = "map",
     .title = "map of 10^6 empty items, results and statuses kept",
     .base = &split_peer,
     .n = 1000000,
     .times = 1,
     .rounds = 40,
     .warm = 1,
     .function = empty,
     .python = 1000000},
    {.name = "tiny",
     .title = "map of 2 empty items",
     .base = &furrow_peer,
     .n = 2,
     .times = 10000,
     .rounds = 30,
     .warm = 1000,
     .function = empty},
    {.name = "pair",
     .title = "smallest call that is really parallel (two items that meet), hot",
     .kind = PAIR,
     .base = &furrow_peer,
     .n = 2,
     .times = 1000,
     .rounds = 30,
     .warm = 1000,
     .function = meet},
    {.name = "wake",
     .title = "the same after 250 ms idle",
     .kind = PAIR,
     .base = &furrow_peer,
     .n = 2,
     .times = 1,
     .rounds = 20,
     .warm = 10,
     .idle = 0.25,
     .function = meet},
    {.name = "tasks",
     .title = "a task, of 10^4 that one thread hands in; result and status kept",
     .kind = TASKS,
     .base = &furrow_peer,
     .n = 10000,
     .times = 1,
     .rounds = 40,
     .warm = 2,
     .function = empty,
     .python = 1000,
     .each = true},
    {.name = "submit",
     .title = "one task to its result, hot",
     .kind = SUBMIT,
     .base = &furrow_peer,
     .n = 1,
     .times = 1000,
     .rounds = 30,
     .warm = 100,
     .function = empty,
     .python = 1},
    {.name = "submit-idle",
     .title = "one task to its result, after 3 ms",
     .kind = SUBMIT,
     .base = &furrow_peer,
     .n = 1,
     .times = 1,
     .rounds = 60,
     .warm = 10,
     .idle = 0.003,
     .function = empty,
     .python = 1},
    COSTLY("exponential", "10^4 items of 2 us, exponential", exponential, 2e-6, 20),
    COSTLY("triangular", "10^4 items of 2 us, triangular", triangular, 2e-6, 20),
    COSTLY("exponential-short", "10^4 items of 0.2 us, exponential", exponential, 2e-7, 40),
    COSTLY("triangular-short", "10^4 items of 0.2 us, triangular", triangular, 2e-7, 40),
};

const size_t row_count = sizeof rows / sizeof *rows;

/*
 * sleep: items that wait and compute nothing, to observe a schedule.
 *
 *     $ furrow sleep Ibrahim=5 Jennifer=2 Juan=1 Andrew=3 Anna=7 --threads 2 --chunk 1
 *
 * With chunks of one item, each idle worker takes the next item: Jennifer's worker goes on to Juan
 * and Andrew while Ibrahim still sleeps, and the run takes 12 s. With `--schedule static` the
 * workers get alternate items beforehand, and the run takes 13 s. The best possible schedule takes
 * 9 s, but would have to know all times. Since waiting takes no CPU, more threads than CPUs pay:
 * five threads take 7 s.
 *
 * The results are the worker and the times of each item, which differ from run to run. Verified:
 * nobody woke early, and no worker ran two items at a time.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/clock.h>
#include <furrow/kernel.h>

static const furrow_param params[] = {
    {
        .name = "items",
        .type = FURROW_PARAM_LIST,
        .help = "a name, and the seconds that it sleeps",
        .argument = "NAME=SECONDS",
        .positional = true,
        .required = true,
    },
    {0},
};

struct sleeper {
    char *name;
    double seconds;
};

struct nap {
    int worker;
    double start, end; /* seconds after the run began */
};

struct sleep {
    size_t count;
    struct sleeper *sleepers;
    struct nap *naps; /* one per item, written by combine */
    size_t fed;
    double origin; /* furrow_clock_wall when the run began */
};

/* Reads "Juan=1", or "1" alone, which is then the name too. */
static int parse(struct sleeper *sleeper, const char *item, furrow_error *error)
{
    const char *equals = strrchr(item, '=');
    const char *seconds = equals ? equals + 1 : item;
    char *end;
    sleeper->seconds = strtod(seconds, &end);
    if (end == seconds || *end != '\0' || !isfinite(sleeper->seconds) || equals == item)
        return furrow_error_set(error, FURROW_EINVAL, "'%s': expected NAME=SECONDS or SECONDS",
                                item);
    if (sleeper->seconds < 0 || sleeper->seconds > 1e6)
        return furrow_error_set(error, FURROW_ERANGE, "'%s': expected 0 to 1000000 seconds, got %g",
                                item, sleeper->seconds);
    size_t length = equals ? (size_t)(equals - item) : strlen(item);
    sleeper->name = calloc(length + 1, 1);
    if (!sleeper->name)
        return FURROW_ENOMEM;
    memcpy(sleeper->name, item, length);
    return FURROW_OK;
}

static void teardown(void *state)
{
    struct sleep *sleep = state;
    for (size_t i = 0; sleep->sleepers && i < sleep->count; i++)
        free(sleep->sleepers[i].name);
    free(sleep->sleepers);
    free(sleep->naps);
    free(sleep);
}

static int fill(struct sleep *sleep, const char *const *items, size_t count, furrow_error *error)
{
    sleep->count = count;
    sleep->sleepers = calloc(count, sizeof *sleep->sleepers);
    sleep->naps = calloc(count, sizeof *sleep->naps);
    if (!sleep->sleepers || !sleep->naps)
        return FURROW_ENOMEM;
    int status = FURROW_OK;
    for (size_t i = 0; !status && i < count; i++)
        status = parse(&sleep->sleepers[i], items[i], error);
    return status;
}

static int setup(void **state, const furrow_args *args, furrow_error *error)
{
    const char *const *items;
    size_t count = furrow_args_list(args, "items", &items);
    struct sleep *sleep = calloc(1, sizeof *sleep);
    if (!sleep)
        return FURROW_ENOMEM;
    int status = fill(sleep, items, count, error);
    if (status) {
        teardown(sleep);
        return status;
    }
    *state = sleep;
    return FURROW_OK;
}

static int begin(void *state, size_t round, furrow_error *error)
{
    struct sleep *sleep = state;
    (void)round, (void)error;
    sleep->origin = furrow_clock_wall();
    sleep->fed = 0;
    return FURROW_OK;
}

static furrow_shape shape(const void *state)
{
    const struct sleep *sleep = state;
    return (furrow_shape){
        .items = sleep->count,
        .result_size = sizeof(struct nap),
        .work.items = (double)sleep->count,
    };
}

static int next(void *state, furrow_feed *feed, size_t capacity, furrow_error *error)
{
    struct sleep *sleep = state;
    int status = FURROW_OK;
    (void)capacity, (void)error;
    for (; !status && sleep->fed < sleep->count && !furrow_feed_full(feed); sleep->fed++) {
        const struct sleeper *sleeper = &sleep->sleepers[sleep->fed];
        status = furrow_feed_add(feed, &sleeper->seconds, sizeof sleeper->seconds, sleeper->name);
    }
    return status;
}

static int body(const furrow_range *range, const void *state)
{
    const struct sleep *sleep = state;
    for (size_t i = range->begin; furrow_range_claim(range, i); i++) {
        const double *seconds = furrow_range_item(range, i).bytes;
        struct nap *nap = &FURROW_RESULT(range, struct nap, i);
        nap->worker = range->worker;
        nap->start = furrow_clock_wall() - sleep->origin;
        int status = furrow_cancel_sleep(range->cancel, *seconds);
        nap->end = furrow_clock_wall() - sleep->origin;
        if (status)
            return status;
    }
    return FURROW_OK;
}

static int combine(void *state, const furrow_batch *batch)
{
    struct sleep *sleep = state;
    size_t count = batch->end - batch->begin;
    memcpy(sleep->naps + batch->begin, batch->results, count * sizeof *sleep->naps);
    return FURROW_OK;
}

static int emit(const void *state, const furrow_record *record, furrow_writer *writer)
{
    const struct sleep *sleep = state;
    const struct nap *nap = record->result;
    furrow_writer_begin(writer);
    furrow_writer_text(writer, "name", sleep->sleepers[record->number].name);
    furrow_writer_real(writer, "seconds", *(const double *)record->item.bytes, 3);
    furrow_writer_count(writer, "worker", (uint64_t)nap->worker);
    furrow_writer_real(writer, "start", nap->start, 3);
    furrow_writer_real(writer, "end", nap->end, 3);
    return furrow_writer_end(writer);
}

static bool overlap(const struct nap *one, const struct nap *other)
{
    return one->worker == other->worker && one->start < other->end && other->start < one->end;
}

static int verify(const void *state, furrow_error *error)
{
    const struct sleep *sleep = state;
    for (size_t i = 0; i < sleep->count; i++) {
        const struct nap *nap = &sleep->naps[i];
        double slept = nap->end - nap->start;
        if (slept < sleep->sleepers[i].seconds - 1e-6) /* differences of the clock are rounded */
            return furrow_error_set(error, FURROW_EVERIFY, "%s: expected to sleep %g s, slept %g s",
                                    sleep->sleepers[i].name, sleep->sleepers[i].seconds, slept);
        for (size_t j = 0; j < i; j++)
            if (overlap(nap, &sleep->naps[j]))
                return furrow_error_set(error, FURROW_EVERIFY,
                                        "%s and %s slept on one worker at the same time",
                                        sleep->sleepers[j].name, sleep->sleepers[i].name);
    }
    return FURROW_OK;
}

static int tell(void *state, furrow_moment moment, FILE *log, furrow_error *error)
{
    const struct sleep *sleep = state;
    double sum = 0, longest = 0;
    (void)error;
    for (size_t i = 0; i < sleep->count; i++) {
        sum += sleep->sleepers[i].seconds;
        longest = fmax(longest, sleep->sleepers[i].seconds);
    }
    if (log && moment == FURROW_BEFORE)
        fprintf(log, "%zu items: %g s one after another, at least %g s at once\n", sleep->count,
                sum, longest);
    return FURROW_OK;
}

const furrow_kernel furrow_kernel_sleep = {
    .abi = FURROW_KERNEL_ABI,
    .flags = FURROW_KERNEL_SHOWS_ITEMS | FURROW_KERNEL_VARIES,
    .name = "sleep",
    .summary = "items that wait, to observe a schedule",
    .help = "Examples:\n"
            "  furrow sleep Ibrahim=5 Jennifer=2 Juan=1 Andrew=3 Anna=7 -t 2 -c 1\n"
            "  furrow sleep 1 1 1 1 1 1 1 1",
    .params = params,
    .setup = setup,
    .teardown = teardown,
    .begin = begin,
    .shape = shape,
    .next = next,
    .body = body,
    .combine = combine,
    .formats = (const furrow_kernel_format[]){{.emit = emit}, {0}},
    .verify = verify,
    .tell = tell,
};

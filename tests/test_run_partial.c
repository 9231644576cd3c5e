/* Partials: a sum that is folded where the items ran is the same to the last bit. */
#include "machine.h"

#include <stdlib.h>

#include <furrow/cpu.h>

#include "io/journal/journal.h"
#include "journal_file.h"
#include "run/blocks.h"

/* A sum that depends on the order of its terms. */
struct series {
    size_t items, width, fault_every;
    double sum;
    size_t folded; /* items */
    atomic_size_t added;
};

struct term_sum {
    double sum;
    size_t items;
};

static furrow_shape series_shape(const void *state)
{
    const struct series *series = state;
    return (furrow_shape){.items = series->items, .result_size = series->width};
}

static double term(size_t i)
{
    return 1 / (1 + (double)(i * 7919 % 10007));
}

static int series_body(const furrow_range *range, const void *state)
{
    const struct series *series = state;
    for (size_t i = range->begin; i < range->end; i++) {
        double *slot = furrow_range_slot(range, i);
        if (*slot != 0)
            return 90;
        *slot = term(i);
        if (series->fault_every && i % series->fault_every == series->fault_every - 1 &&
            furrow_fail(range, i, FURROW_EFORMAT, "item %zu", i))
            return 91;
    }
    return FURROW_OK;
}

static int series_add(void *partial, const furrow_batch *batch, const void *state)
{
    struct series *series = (struct series *)state;
    struct term_sum *own = partial;
    atomic_fetch_add(&series->added, batch->end - batch->begin);
    for (size_t i = batch->begin; i < batch->end; i++)
        if (!furrow_faults_find(batch->faults, i, NULL))
            own->sum += *(const double *)furrow_batch_slot(batch, i);
    own->items = batch->end - batch->begin;
    return FURROW_OK;
}

static int series_fold(void *state, const void *partial)
{
    struct series *series = state;
    const struct term_sum *own = partial;
    series->sum += own->sum;
    series->folded += own->items;
    return FURROW_OK;
}

static int series_emit(const void *state, const furrow_record *record, furrow_writer *writer)
{
    (void)state, (void)record, (void)writer;
    return FURROW_OK;
}

static const furrow_partial series_partial = {sizeof(struct term_sum), series_add, series_fold};
static const furrow_kernel_format series_formats[] = {{.emit = series_emit}, {0}};
static const furrow_kernel series_kernel = {
    .abi = FURROW_KERNEL_ABI,
    .name = "series",
    .summary = "a sum whose bits depend on the order",
    .shape = series_shape,
    .body = series_body,
    .partial = &series_partial,
    .formats = series_formats,
};

/* The sum over the items [from, end), block by block, on a grid that begins with item 0. */
static double sum_of(const struct series *series, size_t from, size_t end)
{
    size_t block = furrow__blocks_items(series->width);
    double sum = 0;
    for (size_t begin = from / block * block; begin < end; begin += block) {
        double partial = 0;
        for (size_t i = begin > from ? begin : from; i < end && i < begin + block; i++)
            if (!series->fault_every || i % series->fault_every != series->fault_every - 1)
                partial += term(i);
        sum += partial;
    }
    return sum;
}

static double sum_below(const struct series *series, size_t end)
{
    return sum_of(series, 0, end);
}

static int ignore(const char *bytes, size_t size, void *context)
{
    (void)context, (void)bytes, (void)size;
    return FURROW_OK;
}

static int run_series(struct series *series, furrow_run_options options, bool writes,
                      furrow_run_outcome *outcome)
{
    series->sum = 0;
    series->folded = 0;
    atomic_store(&series->added, 0);
    if (writes && furrow_writer_new(&options.writer, FURROW_FORMAT_TEXT, NULL, ignore, NULL))
        return FURROW_ENOMEM;
    int status = furrow_run(outcome, &series_kernel, series, &options, NULL);
    furrow_writer_free(options.writer);
    return status;
}

TEST(a_sum_of_partials_is_the_same_to_the_last_bit_on_any_plan)
{
    static const size_t sizes[] = {0, 1, 2047, 2048, 2049, 10007, 65537}, widths[] = {8, 24, 4096};
    for (size_t s = 0; s < COUNT(sizes); s++)
        for (size_t p = 0; p < 2 * COUNT(plans); p++)
            for (size_t w = 0; w < 3; w++) {
                struct series series = {.items = sizes[s], .width = widths[w], .fault_every = 11};
                const furrow_run_options options = {.plan = plans[p / 2], .cpus = 2};
                furrow_run_outcome outcome;
                if (sizes[s] * widths[w] > 50u << 20)
                    continue;
                harness_case("%zu items of %zu, plan %zu, %s", sizes[s], widths[w], p / 2,
                             p % 2 ? "written" : "not written");
                EXPECT_EQUAL(run_series(&series, options, p % 2, &outcome), FURROW_OK);
                EXPECT(series.sum == sum_below(&series, sizes[s]));
                EXPECT_EQUAL(series.folded, sizes[s]);
                EXPECT_EQUAL(series.added, sizes[s]);
                EXPECT_EQUAL(outcome.failed, sizes[s] / 11);
            }
}

TEST(partials_end_where_the_run_does)
{
    static const size_t ends[] = {1, 2000, 2048, 5000, 10006};
    for (size_t e = 0; e < COUNT(ends); e++)
        for (size_t p = 0; p < 2 * COUNT(plans); p++) {
            struct series series = {.items = 10007, .width = 8};
            furrow_run_options options = {.plan = plans[p / 2], .max_items = ends[e]};
            furrow_run_outcome outcome;
            harness_case("%zu items, plan %zu, %zu", ends[e], p / 2, p % 2);
            EXPECT_EQUAL(run_series(&series, options, p % 2, &outcome), FURROW_OK);
            EXPECT(series.sum == sum_below(&series, ends[e]));
            EXPECT_EQUAL(series.folded, ends[e]);
            options.max_items = 0;
            options.halt = true;
            series.fault_every = ends[e];
            EXPECT_EQUAL(run_series(&series, options, p % 2, &outcome), FURROW_EFORMAT);
            EXPECT(series.sum == sum_below(&series, ends[e] - 1));
            EXPECT_EQUAL(series.folded, ends[e] - 1);
        }
}

TEST(parts_fold_their_own_items_on_the_grid_of_all)
{
    for (size_t p = 0; p < 2 * COUNT(plans); p++)
        for (size_t shard = 1; shard <= 3; shard++) {
            struct series series = {.items = 10007, .width = 8, .fault_every = 17};
            const furrow_run_options options = {
                .plan = plans[p / 2], .cpus = 2, .shard = shard, .shards = 3};
            const furrow_part part = furrow_part_of(10007, shard, 3);
            furrow_run_outcome outcome;
            harness_case("part %zu, plan %zu, %zu", shard, p / 2, p % 2);
            EXPECT_EQUAL(run_series(&series, options, p % 2, &outcome), FURROW_OK);
            EXPECT(series.sum == sum_of(&series, part.begin, part.end));
            EXPECT_EQUAL(series.folded, part.end - part.begin);
            EXPECT_EQUAL(outcome.items, part.end - part.begin);
            EXPECT(outcome.whole);
        }
}

TEST(a_resumed_run_folds_what_an_unbroken_one_does)
{
    static const furrow_term terms[] = {{"kernel", "series"}, {0}};
    char path[4096];
    snprintf(path, sizeof path, "%s/journal", harness_folder());
    struct series series = {.items = 10007, .width = 8, .fault_every = 13};
    furrow_run_options options = {.plan = {.backend = FURROW_BACKEND_SERIAL, .chunk = 700}};
    furrow_run_outcome outcome;
    REQUIRE_EQUAL(furrow__journal_open(&options.journal, path, terms, NULL), FURROW_OK);
    EXPECT_EQUAL(run_series(&series, options, false, &outcome), FURROW_OK);
    furrow__journal_free(options.journal);
    EXPECT(series.sum == sum_below(&series, 10007));
    size_t size;
    char *bytes = read_file(&size, path);
    for (size_t cut = 0; cut <= size; cut += size / 29) {
        harness_case("%zu of %zu bytes", cut, size);
        write_file(path, bytes, cut);
        options.plan = plans[cut % COUNT(plans)];
        REQUIRE_EQUAL(furrow__journal_open(&options.journal, path, terms, NULL), FURROW_OK);
        EXPECT_EQUAL(run_series(&series, options, cut % 2, &outcome), FURROW_OK);
        furrow__journal_free(options.journal);
        EXPECT(series.sum == sum_below(&series, 10007));
        EXPECT_EQUAL(series.folded, 10007);
    }
    free(bytes);
}

TEST(results_that_partials_alone_want_take_no_memory)
{
    struct series series = {.items = 5000000, .width = 8};
    const furrow_run_options options = {.plan = {.threads = 2}, .cpus = 2};
    furrow_run_outcome outcome;
    harness_peak_memory();
    EXPECT_EQUAL(run_series(&series, options, false, &outcome), FURROW_OK);
    EXPECT(series.sum == sum_below(&series, 5000000));
    EXPECT(harness_peak_memory() < 1u << 20);
}

TEST(partials_without_memory_say_so)
{
    furrow_cpu_count();
    for (size_t n = 1; n < 100; n++) {
        struct series series = {.items = 3000, .width = 8};
        const furrow_run_options options = {.plan = {.threads = 2, .chunk = 100}, .cpus = 2};
        harness_case("allocation %zu", n);
        harness_fail_allocation(n);
        int status = run_series(&series, options, false, NULL);
        bool failed = harness_fail_allocation(0) >= n;
        EXPECT(status == FURROW_OK || (failed && status == FURROW_ENOMEM));
        if (!failed)
            break;
    }
}

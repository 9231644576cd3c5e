/* Results as they come: furrow_run_options.unordered. */
#include "machine.h"

#include <furrow/clock.h>

#include "meeting.h"

/* Records what combine and emit got; the first item may wait until emit got something. */
struct crowd {
    size_t items, given;
    bool waits; /* the first item waits until an item above it is emitted, forever if none is */
    atomic_size_t handed_on; /* items, by emit */
    unsigned char combined[MOST], emitted[MOST];
};

static int next_of_crowd(void *state, furrow_feed *feed, size_t capacity, furrow_error *error)
{
    struct crowd *crowd = state;
    (void)capacity, (void)error;
    int status = FURROW_OK;
    for (; !status && crowd->given < crowd->items && !furrow_feed_full(feed); crowd->given++)
        status = furrow_feed_add(feed, NULL, 0, NULL);
    return status;
}

static int wait_and_square(const furrow_range *range, const void *state)
{
    struct crowd *crowd = (struct crowd *)state;
    for (size_t i = range->begin; i < range->end; i++) {
        FURROW_RESULT(range, uint64_t, i) = i * i;
        while (i == 0 && crowd->waits && atomic_load(&crowd->handed_on) == 0)
            furrow_clock_sleep(1e-4);
    }
    return FURROW_OK;
}

static int combine_crowd(void *state, const furrow_batch *batch)
{
    struct crowd *crowd = state;
    for (size_t i = batch->begin; i < batch->end; i++)
        crowd->combined[i]++;
    return FURROW_OK;
}

static int emit_crowd(const void *state, const furrow_record *record, furrow_writer *writer)
{
    struct crowd *crowd = (struct crowd *)state;
    size_t i = record->number;
    (void)writer;
    if (crowd->combined[i] && *(const uint64_t *)record->result == i * i)
        crowd->emitted[i]++;
    atomic_fetch_add(&crowd->handed_on, 1);
    return FURROW_OK;
}

static const furrow_kernel_format crowd_records[] = {{.emit = emit_crowd}, {0}};

static furrow_kernel crowding(void)
{
    furrow_kernel kernel = streaming;
    kernel.flags = FURROW_KERNEL_ANY_ORDER;
    kernel.next = next_of_crowd;
    kernel.body = wait_and_square;
    kernel.combine = combine_crowd;
    kernel.formats = crowd_records;
    kernel.worker_new = NULL;
    kernel.worker_free = NULL;
    return kernel;
}

static int run_crowd(struct crowd *crowd, const furrow_kernel *kernel, furrow_run_options *options,
                     furrow_error *error)
{
    memory_sink sink = {0};
    options->unordered = true;
    if (furrow_writer_new(&options->writer, FURROW_FORMAT_TEXT, NULL, memory_sink_take, &sink))
        return FURROW_ENOMEM;
    int status = furrow_run(NULL, kernel, crowd, options, error);
    furrow_writer_free(options->writer);
    return status;
}

TEST(every_item_is_combined_and_emitted_once_on_any_plan)
{
    static struct crowd crowd;
    const furrow_kernel kernel = crowding();
    const size_t sizes[] = {0, 1, 13, 4999};
    for (size_t s = 0; s < COUNT(sizes); s++)
        for (size_t p = 0; p < COUNT(plans); p++) {
            harness_case("%zu items, plan %zu", sizes[s], p);
            furrow_run_options options = {.plan = plans[p], .cpus = 2};
            memset(&crowd, 0, sizeof crowd);
            crowd.items = sizes[s];
            EXPECT_EQUAL(run_crowd(&crowd, &kernel, &options, NULL), FURROW_OK);
            size_t wrong = 0;
            for (size_t i = 0; i < MOST; i++)
                wrong += crowd.combined[i] != (i < sizes[s]) || crowd.emitted[i] != (i < sizes[s]);
            EXPECT_EQUAL(wrong, 0);
        }
}

TEST(what_is_finished_does_not_wait_for_what_came_before_it)
{
    if (!gives_threads(2))
        SKIP("OpenMP gives one thread");
    static struct crowd crowd;
    const furrow_kernel kernel = crowding();
    furrow_run_options options = {
        .plan = {.threads = 2, .schedule = FURROW_SCHEDULE_DYNAMIC, .chunk = 1}, .cpus = 2};
    memset(&crowd, 0, sizeof crowd);
    crowd.items = 50;
    crowd.waits = true;
    EXPECT_EQUAL(run_crowd(&crowd, &kernel, &options, NULL), FURROW_OK);
    EXPECT_EQUAL(crowd.handed_on, 50);
}

TEST(results_that_build_on_one_another_are_refused)
{
    static struct crowd crowd;
    furrow_kernel kernel = crowding();
    furrow_run_options options = {0};
    furrow_error error = {0};
    memset(&crowd, 0, sizeof crowd);
    crowd.items = 3;
    kernel.flags = 0;
    EXPECT_EQUAL(run_crowd(&crowd, &kernel, &options, &error), FURROW_ENOTSUP);
    EXPECT_CONTAINS(error.text, "cannot come unordered");
    EXPECT_EQUAL(crowd.given, 0);
    kernel.combine = NULL;
    EXPECT_EQUAL(run_crowd(&crowd, &kernel, &options, &error), FURROW_OK);
    EXPECT_EQUAL(crowd.handed_on, 3);
}

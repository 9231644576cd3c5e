/* How many items a run has at a time. */
#include "machine.h"

#include <stdlib.h>

TEST(windows_hold_four_chunks_a_thread_and_no_more_than_asked)
{
    static const struct {
        furrow_plan plan;
        size_t max_items, at_least, items;
    } table[] = {
        {{.threads = 2, .chunk = 1000}, 0, 8000, MOST},
        {{.threads = 1, .chunk = 3000}, 0, 12000, MOST},
        {{.chunk = 1000}, 0, 12000, MOST}, /* of 3 CPUs */
        {{.threads = 2}, 100, 100, 100},
        {{.threads = 2, .chunk = 1000}, 2500, 2500, 2500},
        {{.threads = 2}, MOST + 1, 1024, MOST},
        {{.threads = INT32_MAX / 2, .backend = FURROW_BACKEND_SERIAL, .chunk = SIZE_MAX},
         0,
         MOST,
         MOST},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct machine *machine = new_machine(MOST);
        furrow_run_outcome outcome;
        const furrow_run_options options = {
            .plan = table[i].plan, .cpus = 3, .max_items = table[i].max_items};
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow_run(&outcome, &streaming, machine, &options, NULL), FURROW_OK);
        EXPECT(machine->largest_capacity >= table[i].at_least);
        EXPECT(!table[i].max_items || machine->largest_capacity <= table[i].max_items);
        EXPECT(table[i].max_items || machine->smallest_capacity >= table[i].at_least);
        EXPECT_EQUAL(outcome.items, table[i].items);
        EXPECT_EQUAL(machine->given, table[i].items);
    }
}

static furrow_shape ten_megabytes(const void *state)
{
    (void)state;
    return (furrow_shape){.items = FURROW_UNKNOWN, .result_size = 10u << 20};
}

static int touch(const furrow_range *range, const void *state)
{
    (void)state;
    memset(range->results, 1, 8);
    return FURROW_OK;
}

TEST(large_results_make_small_windows)
{
    furrow_kernel kernel = streaming;
    kernel.shape = ten_megabytes;
    kernel.body = touch;
    kernel.formats = NULL;
    struct machine *machine = new_machine(20);
    harness_peak_memory();
    EXPECT_EQUAL(furrow_run(NULL, &kernel, machine, NULL, NULL), FURROW_OK);
    EXPECT_EQUAL(machine->largest_capacity, 3);
    EXPECT(harness_peak_memory() < 40u << 20);
}

/* 100 items of 1 MiB, and one of 12 in the middle. */
static int feed_megabytes(void *state, furrow_feed *feed, size_t capacity, furrow_error *error)
{
    struct machine *machine = state;
    (void)capacity, (void)error;
    int status = FURROW_OK;
    while (!status && machine->given < 100 && !furrow_feed_full(feed)) {
        size_t size = (machine->given == 50 ? 12u : 1u) << 20;
        char *bytes = malloc(size);
        if (!bytes)
            return FURROW_ENOMEM;
        memset(bytes, (int)machine->given++, size);
        status = furrow_feed_add(feed, bytes, size, NULL);
        free(bytes);
    }
    machine->largest_capacity = furrow_feed_count(feed) > machine->largest_capacity
                                    ? furrow_feed_count(feed)
                                    : machine->largest_capacity;
    return status;
}

static int check_megabytes(const furrow_range *range, const void *state)
{
    (void)state;
    for (size_t i = range->begin; i < range->end; i++) {
        const furrow_item item = furrow_range_item(range, i);
        const char *bytes = item.bytes;
        if (item.size != (i == 50 ? 12u : 1u) << 20 || bytes[0] != (char)i ||
            bytes[item.size - 1] != (char)i)
            return 1;
    }
    return FURROW_OK;
}

TEST(large_items_make_small_windows)
{
    furrow_kernel kernel = streaming;
    kernel.next = feed_megabytes;
    kernel.body = check_megabytes;
    kernel.formats = NULL;
    struct machine *machine = new_machine(0);
    furrow_run_outcome outcome;
    harness_peak_memory();
    EXPECT_EQUAL(furrow_run(&outcome, &kernel, machine, NULL, NULL), FURROW_OK);
    EXPECT_EQUAL(outcome.items, 100);
    EXPECT_EQUAL(machine->largest_capacity, 8);
    EXPECT(harness_peak_memory() < 48u << 20);
}

/* How many items a run has at a time. */
#include "machine.h"

TEST(windows_hold_four_chunks_a_thread_and_no_more_than_asked)
{
    static const struct {
        furrow_plan plan;
        size_t most_items, at_least, items;
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
            .plan = table[i].plan, .cpus = 3, .most_items = table[i].most_items};
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow_run(&outcome, &streaming, machine, &options, NULL), FURROW_OK);
        EXPECT(machine->largest_capacity >= table[i].at_least);
        EXPECT(!table[i].most_items || machine->largest_capacity <= table[i].most_items);
        EXPECT(table[i].most_items || machine->smallest_capacity >= table[i].at_least);
        EXPECT_EQUAL(outcome.items, table[i].items);
        EXPECT_EQUAL(machine->given, table[i].items);
    }
}

static size_t ten_megabytes(const void *state)
{
    (void)state;
    return 10u << 20;
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
    kernel.result_size = ten_megabytes;
    kernel.body = touch;
    kernel.emit = NULL;
    struct machine *machine = new_machine(20);
    harness_peak_memory();
    EXPECT_EQUAL(furrow_run(NULL, &kernel, machine, NULL, NULL), FURROW_OK);
    EXPECT_EQUAL(machine->largest_capacity, 3);
    EXPECT(harness_peak_memory() < 40u << 20);
}

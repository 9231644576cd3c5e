#include <stdlib.h>

#include <furrow/cpu.h>

#include "machine.h"

/* A kind of run: how many items, in which batches, and what fails. */
struct shape {
    const char *name;
    long long items;
    size_t batch, fault_every;
    bool combines, iterative;
};

static const struct shape shapes[] = {
    {"nothing", 0, 0, 0, false, false},
    {"one item", 1, 0, 0, false, false},
    {"a stream", 2503, 0, 0, false, false},
    {"a stream of small batches", 301, 10, 0, false, false},
    {"a stream with faults", 1777, 0, 3, false, false},
    {"a sum", 2503, 0, 0, true, false},
    {"steps", 200, 10, 0, true, true},
    {"steps with faults", 200, 10, 7, true, true},
};

static struct machine *machine_of(const struct shape *shape)
{
    struct machine *machine = new_machine(shape->items);
    machine->batch = shape->batch;
    machine->fault_every = shape->fault_every;
    machine->iterative = shape->iterative;
    return machine;
}

TEST(every_plan_writes_what_the_serial_program_writes)
{
    static memory_sink sink, expected;
    const furrow_kernel combines = combining();
    for (size_t s = 0; s < COUNT(shapes); s++) {
        const furrow_kernel *kernel = shapes[s].combines ? &combines : &streaming;
        struct machine *machine = machine_of(&shapes[s]);
        expect_output(&expected, kernel, machine);
        uint64_t sum = machine->sum;
        for (size_t p = 0; p < COUNT(plans); p++) {
            harness_case("%s, plan %zu", shapes[s].name, p);
            furrow_run_outcome outcome;
            machine = machine_of(&shapes[s]);
            const furrow_run_options options = {.plan = plans[p], .cpus = 2};
            EXPECT_EQUAL(run(&sink, &outcome, kernel, machine, &options), FURROW_OK);
            EXPECT_TEXT(sink.text, expected.text);
            EXPECT(machine->sum == sum);
            EXPECT(machine->in_order);
            EXPECT_EQUAL(machine->emitted, shapes[s].items);
            EXPECT_EQUAL(outcome.items, shapes[s].items);
            EXPECT_EQUAL(outcome.usage.items, shapes[s].items);
            size_t every = shapes[s].fault_every;
            EXPECT_EQUAL(outcome.failed, every ? ((size_t)shapes[s].items + every - 1) / every : 0);
            EXPECT(outcome.wall >= 0);
            EXPECT(shapes[s].items == 0 || outcome.plan.threads >= 1);
        }
    }
}

/* combine of a kernel that does not iterate: prefixes of any length, in order. */
static int combine_prefix(void *state, const furrow_batch *batch)
{
    struct machine *machine = state;
    machine->in_order &= batch->begin == machine->combined && batch->end > batch->begin;
    if (has(batch->begin, batch->end, machine->failing_combine))
        return 13;
    for (size_t i = batch->begin; i < batch->end; i++)
        machine->sum += FURROW_BATCH_RESULT(batch, uint64_t, i);
    machine->combined = batch->end;
    return FURROW_OK;
}

TEST(a_kernel_combines_each_item_once_in_order_before_it_is_emitted)
{
    static memory_sink sink, expected;
    furrow_kernel kernel = streaming;
    kernel.combine = combine_prefix;
    for (size_t j = 0; j < COUNT(plans); j++) {
        furrow_run_options options = {.plan = plans[j]};
        furrow_run_outcome outcome;
        struct machine *machine = new_machine(2503);
        harness_case("plan %zu", j);
        expect_output(&expected, &streaming, new_machine(2503));
        EXPECT_EQUAL(run(&sink, &outcome, &kernel, new_machine(2503), &options), FURROW_OK);
        EXPECT_TEXT(sink.text, expected.text);
        EXPECT(machine->in_order);
        EXPECT_EQUAL(machine->combined, 2503);
        EXPECT_EQUAL(machine->sum, 2502ull * 2503 * 5005 / 6);
        /* Without a writer as well. */
        machine = new_machine(2503);
        EXPECT_EQUAL(furrow_run(&outcome, &kernel, machine, &options, NULL), FURROW_OK);
        EXPECT(machine->in_order);
        EXPECT_EQUAL(machine->combined, 2503);
        machine = new_machine(2503);
        machine->failing_combine = 1201;
        EXPECT_EQUAL(run(&sink, &outcome, &kernel, machine, &options), 13);
        EXPECT(machine->combined <= 1201);
    }
}

/* Its items are numbers, and are not fed. */
static furrow_kernel counted(void)
{
    furrow_kernel kernel = streaming;
    kernel.next = NULL;
    kernel.shape = counted_shape;
    return kernel;
}

TEST(a_kernel_that_knows_its_items_needs_no_next)
{
    static memory_sink sink, expected;
    const furrow_kernel kernel = counted();
    const long long sizes[] = {0, 1, 1023, 1024, 1025, 4999};
    for (size_t i = 0; i < COUNT(sizes); i++)
        for (size_t j = 0; j < COUNT(plans); j++) {
            furrow_run_options options = {.plan = plans[j]};
            furrow_run_outcome outcome;
            harness_case("%lld items, plan %zu", sizes[i], j);
            expect_output(&expected, &streaming, new_machine(sizes[i]));
            EXPECT_EQUAL(run(&sink, &outcome, &kernel, new_machine(sizes[i]), &options), 0);
            EXPECT_EQUAL(outcome.items, sizes[i]);
            EXPECT_TEXT(sink.text, expected.text);
            options.max_items = 7;
            EXPECT_EQUAL(run(&sink, &outcome, &kernel, new_machine(sizes[i]), &options), 0);
            EXPECT_EQUAL(outcome.items, sizes[i] < 7 ? sizes[i] : 7);
            EXPECT_EQUAL(outcome.whole, sizes[i] <= 7);
        }
}

TEST(the_facts_of_a_run_are_those_of_its_options_and_kernel)
{
    static const double waits[] = {1, 3};
    const furrow_shape six = {.grain = 6};
    const furrow_run_options options = {
        .cpus = 5, .thread_limit = 7, .costs = {.region = 2}, .waits = waits, .wait_count = 2};
    furrow_plan_facts facts = furrow_run_facts(&six, &options);
    EXPECT_EQUAL(facts.cpus, 5);
    EXPECT_EQUAL(facts.thread_limit, 7);
    EXPECT_EQUAL(facts.grain, 6);
    EXPECT_NEAR(facts.wait, 2, 0);
    EXPECT_NEAR(facts.costs.region, 2, 0);
    EXPECT_EQUAL(facts.items, 0);
}

TEST(without_options_outcome_or_error_a_run_still_runs)
{
    struct machine *machine = new_machine(MOST);
    EXPECT_EQUAL(furrow_run(NULL, &streaming, machine, NULL, NULL), FURROW_OK);
    EXPECT_EQUAL(machine->emitted, 0);
    for (size_t i = 0; i < MOST; i++)
        EXPECT(machine->runs[i] == 1);
}

static int run_whole(void *state, const furrow_plan *plan)
{
    struct machine *machine = state;
    machine->sum = (uint64_t)plan->threads;
    return machine->failing_body >= 0 ? 15 : FURROW_OK;
}

static furrow_shape count_work(const void *state)
{
    return (furrow_shape){.work.items = (double)((const struct machine *)state)->items};
}

TEST(a_variant_runs_in_the_place_of_next_and_body)
{
    static const furrow_variant variants[] = {{"whole", "all at once", run_whole}, {0}};
    const furrow_kernel kernel = {
        .abi = FURROW_KERNEL_ABI, .name = "whole", .variants = variants, .shape = count_work};
    struct machine *machine = new_machine(77);
    furrow_run_options options = {
        .plan = {.threads = 3}, .thread_limit = 8, .variant = &variants[0]};
    furrow_run_outcome outcome;
    furrow_error error;
    EXPECT_EQUAL(furrow_run(&outcome, &kernel, machine, &options, &error), FURROW_OK);
    EXPECT(machine->sum == 3);
    EXPECT_EQUAL(outcome.items, 77);
    EXPECT_EQUAL(outcome.plan.threads, 3);
    EXPECT_EQUAL(error.code, FURROW_OK);
    options.plan.threads = 0;
    options.cpus = 5;
    options.thread_limit = 4;
    EXPECT_EQUAL(furrow_run(&outcome, &kernel, machine, &options, NULL), FURROW_OK);
    EXPECT(machine->sum == 4);
    machine->failing_body = 0;
    EXPECT_EQUAL(furrow_run(&outcome, &kernel, machine, &options, &error), 15);
    EXPECT_CONTAINS(error.text, "stopped after");
    options.variant = NULL;
    EXPECT_EQUAL(furrow_run(&outcome, &kernel, machine, &options, &error), FURROW_ENOTSUP);
    EXPECT_CONTAINS(error.text, "not supported");
}

TEST(items_that_had_failed_before_they_ran_are_faults_like_others)
{
    static memory_sink sink, expected;
    for (size_t p = 0; p < COUNT(plans); p++) {
        furrow_run_outcome outcome;
        struct machine *machine = new_machine(997);
        harness_case("plan %zu", p);
        machine->fed_faults = 5;
        machine->fault_every = 7;
        expect_output(&expected, &streaming, machine);
        EXPECT_CONTAINS(expected.text, "as it was fed");
        machine = new_machine(997);
        machine->fed_faults = 5;
        machine->fault_every = 7;
        const furrow_run_options options = {.plan = plans[p], .cpus = 2};
        EXPECT_EQUAL(run(&sink, &outcome, &streaming, machine, &options), FURROW_OK);
        EXPECT_TEXT(sink.text, expected.text);
        EXPECT_EQUAL(outcome.failed, 199 + 143 - 28);
        for (size_t i = 0; i < 997; i++)
            EXPECT_EQUAL(machine->runs[i], i == 0 || i % 5 != 0);
    }
}

TEST(each_failed_allocation_is_reported_and_leaks_nothing)
{
    static memory_sink sink, expected;
    const furrow_kernel combines = combining();
    furrow_cpu_count();
    for (int kind = 0; kind < 2; kind++) {
        const furrow_kernel *kernel = kind ? &combines : &streaming;
        struct machine *machine = new_machine(60);
        machine->fault_every = 2;
        expect_output(&expected, kernel, machine);
        for (size_t n = 1;; n++) {
            const furrow_run_options options = {.plan = {.threads = 2, .chunk = 4}};
            harness_case("%s, allocation %zu", kernel->name, n);
            machine = new_machine(60);
            machine->fault_every = 2;
            machine->batch = 20;
            harness_fail_allocation(n);
            int status = run(&sink, NULL, kernel, machine, &options);
            if (harness_fail_allocation(0) < n)
                break;
            EXPECT(status == FURROW_ENOMEM || status == FURROW_OK); /* there are fewer threads */
            EXPECT(strncmp(sink.text, expected.text, sink.size) == 0);
        }
    }
}

/* ---- how many items a run has at a time ---- */

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
    for (size_t i = 0; i < COUNT(table); i++) {
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

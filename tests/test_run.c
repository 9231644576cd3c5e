#include "machine.h"

#include <stdlib.h>

#include <furrow/cpu.h>

/* Sets up what `table` rows below have in common. */
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
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        const furrow_kernel *kernel = shapes[s].combines ? &combines : &streaming;
        struct machine *machine = machine_of(&shapes[s]);
        expect_output(&expected, kernel, machine);
        uint64_t sum = machine->sum;
        for (size_t p = 0; p < sizeof plans / sizeof *plans; p++) {
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
    for (size_t j = 0; j < sizeof plans / sizeof *plans; j++) {
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

TEST(a_kernel_that_knows_its_items_needs_no_next)
{
    static memory_sink sink, expected;
    furrow_kernel counted = streaming;
    counted.next = NULL;
    counted.shape = counted_shape;
    const long long sizes[] = {0, 1, 1023, 1024, 1025, 4999};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t j = 0; j < sizeof plans / sizeof *plans; j++) {
            furrow_run_options options = {.plan = plans[j]};
            furrow_run_outcome outcome;
            harness_case("%lld items, plan %zu", sizes[i], j);
            expect_output(&expected, &streaming, new_machine(sizes[i]));
            EXPECT_EQUAL(run(&sink, &outcome, &counted, new_machine(sizes[i]), &options), 0);
            EXPECT_EQUAL(outcome.items, sizes[i]);
            EXPECT_TEXT(sink.text, expected.text);
            options.max_items = 7;
            EXPECT_EQUAL(run(&sink, &outcome, &counted, new_machine(sizes[i]), &options), 0);
            EXPECT_EQUAL(outcome.items, sizes[i] < 7 ? sizes[i] : 7);
            EXPECT_EQUAL(outcome.whole, sizes[i] <= 7);
        }
}

/* A counted kernel that hands on its results as they come. */
static furrow_kernel counted(void)
{
    furrow_kernel kernel = streaming;
    kernel.next = NULL;
    kernel.shape = counted_shape;
    return kernel;
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
    for (size_t p = 0; p < sizeof plans / sizeof *plans; p++) {
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

/* Two phases: of each item, and of every third. */
static furrow_shape shape_of_phases(const void *state)
{
    static const char *const names[] = {"each", "third", NULL};
    furrow_shape phased = counted_shape(state);
    phased.phases = names;
    return phased;
}

static int spend(const furrow_range *range, const void *state)
{
    (void)state;
    for (size_t i = range->begin; i < range->end; i++) {
        furrow_phase_add(range, 0, 1);
        if (i % 3 == 0)
            furrow_phase_add(range, 1, 0.5);
    }
    return FURROW_OK;
}

TEST(what_bodies_spend_is_summed_over_all_workers)
{
    furrow_kernel kernel = counted();
    kernel.shape = shape_of_phases;
    kernel.body = spend;
    for (size_t p = 0; p < sizeof plans / sizeof *plans; p++) {
        furrow_run_outcome outcome;
        const furrow_run_options options = {.plan = plans[p], .cpus = 2};
        harness_case("plan %zu", p);
        EXPECT_EQUAL(furrow_run(&outcome, &kernel, new_machine(3000), &options, NULL), 0);
        EXPECT_EQUAL(outcome.phases[0].count, 3000);
        EXPECT_EQUAL(outcome.phases[1].count, 1000);
        EXPECT_NEAR(outcome.phases[0].seconds, 3000, 0);
        EXPECT_NEAR(outcome.phases[1].seconds, 500, 0);
        EXPECT_EQUAL(outcome.phases[2].count, 0);
    }
}

TEST(a_trace_covers_the_whole_run)
{
    furrow_trace *trace;
    size_t count, covered = 0;
    struct machine *machine = new_machine(3000);
    REQUIRE_EQUAL(furrow_trace_new(&trace), FURROW_OK);
    const furrow_run_options options = {.plan = {.threads = 2}, .trace = trace};
    EXPECT_EQUAL(furrow_run(NULL, &streaming, machine, &options, NULL), FURROW_OK);
    const furrow_span *spans = furrow_trace_spans(trace, &count);
    for (size_t i = 0; i < count; i++)
        covered += spans[i].end - spans[i].begin;
    EXPECT_EQUAL(covered, 3000);
    furrow_trace_free(trace);
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

#include "machine.h"

#include <furrow/cpu.h>

/* Records the events of a run. */
struct told {
    atomic_uchar started[MOST], ended[MOST];
    atomic_int wrong, highest_worker;
    size_t failures, last_failed;
};

static void told_started(size_t item, const char *text, int worker, void *context)
{
    struct told *told = context;
    char expected[32];
    snprintf(expected, sizeof expected, "number %zu", item);
    atomic_fetch_add(&told->wrong, strcmp(text, expected) != 0 || worker < 0 || worker >= 8);
    atomic_fetch_add(&told->started[item], 1);
}

static void told_ended(size_t item, const char *text, int worker, void *context)
{
    struct told *told = context;
    (void)text, (void)worker;
    atomic_fetch_add(&told->wrong, told->started[item] != 1);
    atomic_fetch_add(&told->ended[item], 1);
}

static void told_failed(const furrow_error *fault, const char *text, void *context)
{
    struct told *told = context;
    char expected[32];
    snprintf(expected, sizeof expected, "number %zu", fault->item);
    told->wrong += strcmp(text, expected) != 0 || fault->code != FURROW_EFORMAT;
    told->wrong += told->failures > 0 && fault->item <= told->last_failed;
    told->failures++;
    told->last_failed = fault->item;
}

TEST(items_are_announced_once_and_faults_told_in_order)
{
    static memory_sink sink, expected;
    static struct told told;
    struct machine *machine = new_machine(1501);
    machine->fault_every = 4;
    expect_output(&expected, &streaming, machine);
    for (size_t p = 0; p < COUNT(plans); p++) {
        harness_case("plan %zu", p);
        memset(&told, 0, sizeof told);
        machine = new_machine(1501);
        machine->fault_every = 4;
        const furrow_run_options options = {
            .plan = plans[p],
            .cpus = 2,
            .item_started = told_started,
            .item_ended = told_ended,
            .item_failed = told_failed,
            .context = &told,
        };
        EXPECT_EQUAL(run(&sink, NULL, &streaming, machine, &options), FURROW_OK);
        EXPECT_TEXT(sink.text, expected.text);
        EXPECT_EQUAL(told.wrong, 0);
        EXPECT_EQUAL(told.failures, 376);
        size_t once = 0;
        for (size_t i = 0; i < 1501; i++)
            once += told.started[i] == 1 && told.ended[i] == 1;
        EXPECT_EQUAL(once, 1501);
    }
}

/* Each wait gives up the CPU at least once, which the usage counts. */
TEST(waits_are_applied_to_each_item_and_counted)
{
    static const double waits[] = {2e-4, 0, 1e-4};
    static memory_sink sink, expected;
    expect_output(&expected, &streaming, new_machine(30));
    for (int threads = 1; threads <= 5; threads += 2) {
        furrow_run_outcome outcome;
        struct machine *machine = new_machine(30);
        const furrow_run_options options = {
            .plan = {.threads = threads, .backend = FURROW_BACKEND_FOR, .chunk = 1},
            .waits = waits,
            .wait_count = 3,
        };
        harness_case("%d threads", threads);
        EXPECT_EQUAL(run(&sink, &outcome, &streaming, machine, &options), FURROW_OK);
        EXPECT_TEXT(sink.text, expected.text);
        EXPECT(outcome.usage.waits >= 20);
        EXPECT(outcome.usage.wall >= 10 * 3e-4);
    }
}

TEST(waiting_items_get_more_threads_than_cpus)
{
    static const double wait = 0.02;
    furrow_run_outcome outcome;
    struct machine *machine = new_machine(9);
    const furrow_run_options options = {.cpus = 2, .waits = &wait, .wait_count = 1};
    EXPECT_EQUAL(furrow_run(&outcome, &streaming, machine, &options, NULL), FURROW_OK);
    int limit = furrow_cpu_thread_limit();
    EXPECT(outcome.plan.threads > (limit > 0 && limit < 3 ? limit - 1 : 2)); /* that came in time */
    EXPECT(outcome.plan.threads <= 9);
}

/* ---- phases and spans ---- */

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
    furrow_kernel kernel = streaming;
    kernel.next = NULL;
    kernel.shape = shape_of_phases;
    kernel.body = spend;
    for (size_t p = 0; p < COUNT(plans); p++) {
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

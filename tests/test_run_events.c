#include "machine.h"

#include <furrow/cpu.h>

/* What the callbacks of a run were told. */
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

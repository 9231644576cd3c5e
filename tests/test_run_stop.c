#include "machine.h"

#include <furrow/clock.h>

TEST(a_run_stops_with_the_code_of_whatever_stopped_it)
{
    static const struct {
        const char *name;
        int code;
        bool combines;
        size_t item_offset; /* of the failing_... in the machine */
        const char *text;
    } table[] = {
        {"next", 11, false, offsetof(struct machine, failing_next), "the list ends in the middle"},
        {"body", 12, false, offsetof(struct machine, failing_body), "stopped after 2"},
        {"combine", 13, true, offsetof(struct machine, failing_combine), "stopped after 200 items"},
        {"emit", 14, false, offsetof(struct machine, failing_emit), "stopped after 2"},
        {"emit after combine", 14, true, offsetof(struct machine, failing_emit), "after 200 items"},
    };
    static memory_sink sink, expected;
    const furrow_kernel combines = combining();
    expect_output(&expected, &streaming, new_machine(MOST));
    for (size_t t = 0; t < COUNT(table); t++)
        for (size_t p = 0; p < COUNT(plans); p++) {
            struct machine *machine = new_machine(MOST);
            furrow_run_outcome outcome;
            furrow_error error;
            harness_case("%s, plan %zu", table[t].name, p);
            machine->batch = 100;
            *(long long *)((char *)machine + table[t].item_offset) = 250;
            furrow_run_options options = {.plan = plans[p], .cpus = 2};
            const furrow_kernel *kernel = table[t].combines ? &combines : &streaming;
            EXPECT_EQUAL(run(&sink, &outcome, kernel, machine, &options), table[t].code);
            bool in_emit = table[t].code == 14;
            EXPECT(in_emit ? outcome.items <= machine->emitted : outcome.items == machine->emitted);
            EXPECT(outcome.items >= 200 && machine->emitted <= 250);
            EXPECT(strncmp(sink.text, expected.text, sink.size) == 0);
            EXPECT(machine->given <= 300);

            machine = new_machine(MOST);
            machine->batch = 100;
            *(long long *)((char *)machine + table[t].item_offset) = 250;
            if (table[t].code == 14)
                continue;
            EXPECT_EQUAL(furrow_run(NULL, kernel, machine, &options, &error), table[t].code);
            EXPECT_CONTAINS(error.text, table[t].text);
        }
}

/* Item 1 is under way on the other thread while emit fails for item 0. */
static int wait_for_failing_emit(const furrow_range *range, const void *state)
{
    struct machine *machine = (struct machine *)state;
    if (range->begin == 1)
        while (!atomic_load(&machine->emit_failed))
            furrow_clock_sleep(1e-4);
    return body(range, state);
}

TEST(after_a_failed_emit_nothing_is_emitted)
{
    static memory_sink sink;
    furrow_kernel kernel = streaming;
    kernel.body = wait_for_failing_emit;
    struct machine *machine = new_machine(2);
    machine->failing_emit = 0;
    const furrow_run_options options = {
        .plan = {2, FURROW_BACKEND_FOR, FURROW_SCHEDULE_STATIC, 1, {0}}};
    EXPECT_EQUAL(run(&sink, NULL, &kernel, machine, &options), 14);
    EXPECT_TEXT(sink.text, "");
}

TEST(a_failing_sink_stops_the_run)
{
    static memory_sink sink;
    for (size_t p = 0; p < COUNT(plans); p++) {
        struct machine *machine = new_machine(MOST);
        furrow_run_options options = {.plan = plans[p]};
        harness_case("plan %zu", p);
        memset(&sink, 0, sizeof sink);
        sink.failing_call = 1;
        sink.code = FURROW_EIO;
        REQUIRE_EQUAL(
            furrow_writer_new(&options.writer, FURROW_FORMAT_CSV, NULL, memory_sink_take, &sink),
            FURROW_OK);
        EXPECT_EQUAL(furrow_run(NULL, &streaming, machine, &options, NULL), FURROW_EIO);
        EXPECT_EQUAL(sink.calls, 1);
        furrow_writer_free(options.writer);
    }
}

static int give_too_many(void *state, furrow_feed *feed, size_t capacity, furrow_error *error)
{
    (void)state, (void)error;
    for (size_t i = 0; i < capacity; i++)
        EXPECT_EQUAL(furrow_feed_add(feed, NULL, 0, NULL), FURROW_OK);
    EXPECT(furrow_feed_full(feed));
    return furrow_feed_add(feed, NULL, 0, NULL);
}

TEST(a_feed_takes_no_more_than_was_asked_for)
{
    furrow_kernel kernel = streaming;
    furrow_run_outcome outcome;
    kernel.next = give_too_many;
    EXPECT_EQUAL(furrow_run(&outcome, &kernel, new_machine(9), NULL, NULL), FURROW_ERANGE);
    EXPECT_EQUAL(outcome.items, 1024);
}

TEST(what_next_fed_before_it_failed_runs_first)
{
    static memory_sink sink, expected;
    expect_output(&expected, &streaming, new_machine(77));
    for (size_t p = 0; p < COUNT(plans); p++) {
        furrow_run_outcome outcome;
        furrow_error error;
        struct machine *machine = new_machine(MOST);
        furrow_run_options options = {.plan = plans[p]};
        harness_case("plan %zu", p);
        machine->failing_next = 77;
        EXPECT_EQUAL(run(&sink, &outcome, &streaming, machine, &options), 11);
        EXPECT_TEXT(sink.text, expected.text);
        EXPECT_EQUAL(outcome.items, 77);
        machine = new_machine(MOST);
        machine->failing_next = 77;
        EXPECT_EQUAL(furrow_run(NULL, &streaming, machine, &options, &error), 11);
        EXPECT_TEXT(error.text, "the list ends in the middle");
    }
}

TEST(a_plan_that_cannot_be_is_refused)
{
    struct machine *machine = new_machine(9);
    const furrow_run_options options = {.plan = {.threads = -1}};
    EXPECT_EQUAL(furrow_run(NULL, &streaming, machine, &options, NULL), FURROW_EINVAL);
    EXPECT(machine->runs[0] == 0);
}

TEST(a_cancelled_run_keeps_the_finished_prefix)
{
    static memory_sink sink, expected;
    const furrow_kernel combines = combining();
    expect_output(&expected, &streaming, new_machine(MOST));
    for (size_t p = 0; p < COUNT(plans); p++) {
        furrow_cancel cancel = {0};
        furrow_run_outcome outcome;
        struct machine *machine = new_machine(MOST);
        machine->batch = 100;
        machine->cancel = &cancel;
        machine->cancelling = 250;
        const furrow_run_options options = {.plan = plans[p], .cancel = &cancel};
        harness_case("plan %zu", p);
        EXPECT_EQUAL(run(&sink, &outcome, &streaming, machine, &options), FURROW_ECANCELED);
        EXPECT_EQUAL(outcome.items, machine->emitted);
        EXPECT(outcome.items >= 200 && outcome.items <= 300);
        EXPECT(strncmp(sink.text, expected.text, sink.size) == 0);
        EXPECT(machine->given == 300);

        machine = new_machine(MOST);
        machine->cancel = &cancel;
        EXPECT_EQUAL(run(&sink, &outcome, &combines, machine, &options), FURROW_ECANCELED);
        EXPECT_EQUAL(machine->given, 0);
        EXPECT_TEXT(sink.text, "");
    }
}

TEST(a_cancelled_wait_ends)
{
    static const double wait = 3600;
    furrow_cancel cancel = {0};
    struct machine *machine = new_machine(5);
    machine->cancel = &cancel;
    machine->cancelling = 0;
    const furrow_run_options options = {
        .plan = {.threads = 2}, .waits = &wait, .wait_count = 1, .cancel = &cancel};
    int status = furrow_run(NULL, &streaming, machine, &options, NULL);
    EXPECT(status == FURROW_ECANCELED);
}

#include "io/journal/journal.h"
#include "machine.h"

/* Items `first_fault`, twice that, ... fail, and the run is to end before the first. */
static void expect_halt(const furrow_kernel *kernel, const furrow_run_options *options,
                        size_t batch, size_t first_fault)
{
    static memory_sink sink, expected;
    furrow_run_outcome outcome;
    struct machine *machine = new_machine((long long)first_fault);
    expect_output(&expected, kernel, machine);
    uint64_t sum = machine->sum;
    machine = new_machine(MOST);
    machine->batch = batch;
    machine->fault_at = first_fault;
    EXPECT_EQUAL(run(&sink, &outcome, kernel, machine, options), FURROW_EFORMAT);
    EXPECT(outcome.halted && !outcome.whole);
    EXPECT_EQUAL(outcome.items, first_fault + 1);
    EXPECT_EQUAL(outcome.failed, 1);
    EXPECT_EQUAL(machine->emitted, first_fault);
    EXPECT_TEXT(sink.text, first_fault > 0 ? expected.text : "");
    if (kernel->combine)
        EXPECT(machine->sum == sum);
    for (size_t i = 0; i <= first_fault; i++)
        if (machine->runs[i] != 1)
            EXPECT_EQUAL(machine->runs[i], 1);
}

static int combine_any(void *state, const furrow_batch *batch)
{
    struct machine *machine = state;
    for (size_t i = batch->begin; i < batch->end; i++)
        machine->sum += FURROW_BATCH_RESULT(batch, uint64_t, i);
    return FURROW_OK;
}

TEST(a_run_halts_before_the_first_item_that_fails_as_the_serial_loop_would)
{
    static const size_t faults[] = {0, 1, 7, 499, 4999};
    furrow_kernel combines = combining();
    combines.combine = combine_any;
    furrow_kernel streams = combines;
    streams.flags = 0;
    const furrow_kernel *const kernels[] = {&streaming, &combines, &streams};
    for (size_t k = 0; k < 3; k++)
        for (size_t p = 0; p < COUNT(plans); p++)
            for (size_t f = 0; f < COUNT(faults); f++) {
                const furrow_run_options options = {.plan = plans[p], .halt = true};
                harness_case("kernel %zu, plan %zu, item %zu", k, p, faults[f]);
                expect_halt(kernels[k], &options, 0, faults[f]);
                expect_halt(kernels[k], &options, 100, faults[f]);
            }
}

TEST(a_run_on_a_pool_halts_likewise)
{
    const furrow_pool_options wanted = {.workers = 3};
    furrow_pool *pool;
    REQUIRE_EQUAL(furrow_pool_new(&pool, &wanted), FURROW_OK);
    for (size_t item = 0; item < MOST; item += 617) {
        const furrow_run_options options = {.pool = pool, .halt = true};
        harness_case("item %zu", item);
        expect_halt(&streaming, &options, 0, item);
    }
    furrow_pool_free(pool);
}

static void note_fault(const furrow_error *fault, const char *label, void *context)
{
    size_t *told = context;
    (void)label;
    *told = 1000 * *told + fault->item;
}

TEST(of_what_failed_only_the_first_is_told)
{
    size_t told = 0;
    furrow_error error;
    struct machine *machine = new_machine(MOST);
    machine->fault_at = 17;
    const furrow_run_options options = {
        .plan = {.threads = 2}, .halt = true, .item_failed = note_fault, .context = &told};
    EXPECT_EQUAL(furrow_run(NULL, &streaming, machine, &options, &error), FURROW_EFORMAT);
    EXPECT_EQUAL(told, 17);
    EXPECT_EQUAL(error.item, 17);
    EXPECT_CONTAINS(error.text, "stopped at item 17, the first that failed");
}

/* In the order of the serial loop, no item behind the failed one is begun where items are
 * watched. */
static void note_item(size_t item, const char *label, int worker, void *context)
{
    size_t *last = context;
    (void)label, (void)worker;
    *last = item;
}

TEST(items_that_are_watched_end_at_once)
{
    size_t last = 0;
    struct machine *machine = new_machine(MOST);
    machine->fault_at = 17;
    const furrow_run_options options = {.plan = {.backend = FURROW_BACKEND_SERIAL, .chunk = 100},
                                        .halt = true,
                                        .item_started = note_item,
                                        .context = &last};
    EXPECT_EQUAL(furrow_run(NULL, &streaming, machine, &options, NULL), FURROW_EFORMAT);
    EXPECT_EQUAL(last, 17);
    EXPECT_EQUAL(machine->runs[18], 0);
}

TEST(a_run_without_faults_does_not_halt)
{
    static memory_sink sink, expected;
    furrow_run_outcome outcome;
    expect_output(&expected, &streaming, new_machine(2503));
    const furrow_run_options options = {.halt = true};
    EXPECT_EQUAL(run(&sink, &outcome, &streaming, new_machine(2503), &options), FURROW_OK);
    EXPECT_TEXT(sink.text, expected.text);
    EXPECT(outcome.whole && !outcome.halted);
}

TEST(results_that_come_unordered_have_no_first_fault)
{
    const furrow_run_options options = {.halt = true, .unordered = true};
    EXPECT_EQUAL(furrow_run(NULL, &streaming, new_machine(9), &options, NULL), FURROW_ENOTSUP);
}

TEST(a_run_halts_before_an_item_that_had_failed_as_it_was_fed)
{
    static memory_sink sink, expected;
    expect_output(&expected, &streaming, new_machine(40));
    for (size_t p = 0; p < COUNT(plans); p++) {
        furrow_run_outcome outcome;
        struct machine *machine = new_machine(MOST);
        const furrow_run_options options = {.plan = plans[p], .halt = true};
        harness_case("plan %zu", p);
        machine->fed_faults = 40;
        EXPECT_EQUAL(run(&sink, &outcome, &streaming, machine, &options), FURROW_EFORMAT);
        EXPECT(outcome.halted);
        EXPECT_EQUAL(outcome.items, 41);
        EXPECT_TEXT(sink.text, expected.text);
    }
}

/* ---- files that change while they are read ---- */

/* Feeds 100 paths, of which only the first two are there. */
static int feed_paths(void *state, furrow_feed *feed, size_t capacity, furrow_error *error)
{
    struct machine *machine = state;
    int status = FURROW_OK;
    (void)capacity, (void)error;
    for (; !status && machine->given < 100 && !furrow_feed_full(feed); machine->given++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%zu", harness_folder(), machine->given);
        status = furrow_feed_add(feed, path, strlen(path) + 1, NULL);
    }
    return status;
}

/* Writes into the file that it reads. */
static int change_file(const furrow_range *range, const void *state)
{
    (void)state;
    for (size_t i = range->begin; i < range->end; i++) {
        FILE *file = fopen(furrow_range_item(range, i).bytes, "r+");
        if (!file)
            continue;
        fputs("longer than it was", file);
        fclose(file);
    }
    return FURROW_OK;
}

TEST(a_file_is_recorded_as_it_was_before_it_was_read)
{
    static const furrow_term terms[] = {{"kernel", "machine"}, {0}};
    furrow_kernel kernel = streaming;
    const char *folder = harness_folder();
    char path[4096];
    snprintf(path, sizeof path, "%s/journal", folder);
    kernel.flags |= FURROW_KERNEL_READS_FILES;
    kernel.next = feed_paths;
    kernel.body = change_file;
    kernel.formats = NULL;
    harness_write(folder, "0", "", 0);
    harness_write(folder, "1", "", 0);
    for (size_t run = 0; run < 3; run++) {
        furrow_run_options options = {0};
        furrow_run_outcome outcome;
        furrow_error error;
        REQUIRE_EQUAL(furrow__journal_open(&options.journal, path, terms, NULL), FURROW_OK);
        int status = furrow_run(&outcome, &kernel, new_machine(0), &options, &error);
        harness_case("run %zu", run);
        EXPECT_EQUAL(status, run == 0 ? FURROW_OK : FURROW_ECHANGED);
        if (run > 0)
            EXPECT_CONTAINS(error.text, "/0 is not what it was");
        EXPECT_EQUAL(outcome.resumed, 0);
        furrow__journal_free(options.journal);
    }
}

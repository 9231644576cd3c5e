#include "machine.h"

#include <stdlib.h>

#include "io/journal/journal.h"
#include "journal_file.h"

static const furrow_term terms[] = {{"kernel", "machine"}, {0}};

static furrow_kernel recorded(bool combines)
{
    return combines ? combining() : streaming;
}

/* A kind of run, and the machine for it. */
struct kind {
    const char *name;
    bool combines, iterative;
    long long items;
    size_t batch, fault_every;
};

static const struct kind kinds[] = {
    {"a stream", false, false, 67, 0, 7},
    {"a stream of small batches", false, false, 41, 10, 3},
    {"a sum", true, false, 41, 0, 5},
    {"steps", true, true, 40, 10, 7},
};
enum { KINDS = COUNT(kinds) };

static struct machine *machine_of(const struct kind *kind)
{
    struct machine *machine = new_machine(kind->items);
    machine->batch = kind->batch;
    machine->fault_every = kind->fault_every;
    machine->iterative = kind->iterative;
    return machine;
}

static const char *path_of(const char *folder)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/journal", folder);
    return path;
}

/* Runs with the journal at `path`, which stays. */
static int run_recorded(memory_sink *sink, furrow_run_outcome *outcome, const furrow_kernel *kernel,
                        struct machine *machine, const furrow_run_options *options,
                        const char *path)
{
    furrow_run_options own = options ? *options : (furrow_run_options){0};
    int status = furrow__journal_open(&own.journal, path, terms, NULL);
    if (status)
        return status;
    status = run(sink, outcome, kernel, machine, &own);
    furrow__journal_free(own.journal);
    return status;
}

/* The journal of a whole run in records of a few items. */
static char *record_run(size_t *size, const furrow_kernel *kernel, const struct kind *kind,
                        const char *path)
{
    static memory_sink sink;
    const furrow_run_options options = {.plan = {.backend = FURROW_BACKEND_SERIAL, .chunk = 9}};
    unlink(path);
    EXPECT_EQUAL(run_recorded(&sink, NULL, kernel, machine_of(kind), &options, path), FURROW_OK);
    return read_file(size, path);
}

/* Mostly the serial loop, for it is quick. */
static const furrow_plan *plan_of(size_t number)
{
    size_t count = COUNT(plans);
    return &plans[number % 8 == 0 ? number / 8 % count : 1];
}

/* Resumes, and expects the output and the state of a run that was never broken. */
static void expect_resumed(const furrow_kernel *kernel, const struct kind *kind, const char *path,
                           size_t plan, size_t *resumed)
{
    static memory_sink sink, expected;
    furrow_run_outcome outcome;
    struct machine *machine = machine_of(kind);
    expect_output(&expected, kernel, machine);
    uint64_t sum = machine->sum;
    machine = machine_of(kind);
    const furrow_run_options options = {.plan = *plan_of(plan)};
    EXPECT_EQUAL(run_recorded(&sink, &outcome, kernel, machine, &options, path), FURROW_OK);
    EXPECT_TEXT(sink.text, expected.text);
    EXPECT(machine->sum == sum);
    EXPECT_EQUAL(outcome.items, kind->items);
    EXPECT_EQUAL(outcome.recorded, kind->items);
    EXPECT(outcome.whole && !outcome.halted);
    EXPECT_EQUAL(outcome.failed, ((size_t)kind->items - 1) / kind->fault_every + 1);
    for (size_t i = 0; i < (size_t)kind->items; i++)
        if (machine->runs[i] != (i >= outcome.resumed))
            EXPECT_EQUAL(machine->runs[i], i >= outcome.resumed);
    *resumed = outcome.resumed;
}

TEST(a_run_that_was_killed_at_any_byte_of_its_journal_is_resumed)
{
    const char *path = path_of(harness_folder());
    for (size_t k = 0; k < KINDS; k++) {
        size_t size, resumed = 0, most = 0;
        furrow_kernel kernel = recorded(kinds[k].combines);
        char *bytes = record_run(&size, &kernel, &kinds[k], path);
        for (size_t cut = 0; cut <= size; cut++) {
            harness_case("%s, %zu of %zu bytes", kinds[k].name, cut, size);
            write_file(path, bytes, cut);
            expect_resumed(&kernel, &kinds[k], path, cut, &resumed);
            EXPECT(resumed >= most);
            most = resumed;
        }
        EXPECT_EQUAL(most, kinds[k].items);
        free(bytes);
    }
}

TEST(a_journal_that_was_damaged_anywhere_gives_the_right_results_or_none)
{
    const char *path = path_of(harness_folder());
    size_t size, resumed;
    furrow_kernel kernel = recorded(false);
    char *bytes = record_run(&size, &kernel, &kinds[1], path);
    for (size_t at = 0; at < size; at++) {
        furrow_journal *journal;
        harness_case("byte %zu of %zu", at, size);
        bytes[at] = (char)(bytes[at] ^ 1 << at % 8);
        write_file(path, bytes, size);
        int status = furrow__journal_open(&journal, path, terms, NULL);
        furrow__journal_free(journal);
        if (status == FURROW_OK)
            expect_resumed(&kernel, &kinds[1], path, at, &resumed);
        bytes[at] = (char)(bytes[at] ^ 1 << at % 8);
    }
    free(bytes);
}

/* The run ends when its journal has `limit` bytes, and is then resumed. */
TEST(a_full_disk_at_any_byte_costs_nothing_that_was_recorded)
{
    static memory_sink sink;
    const char *path = path_of(harness_folder());
    for (size_t k = 0; k < KINDS; k++) {
        size_t size, resumed;
        furrow_kernel kernel = recorded(kinds[k].combines);
        free(record_run(&size, &kernel, &kinds[k], path));
        for (size_t limit = 1; limit < size; limit += 11) {
            furrow_run_outcome outcome = {0};
            const furrow_run_options options = {.plan = *plan_of(limit)};
            harness_case("%s, %zu of %zu bytes", kinds[k].name, limit, size);
            unlink(path);
            limit_files(limit);
            int status =
                run_recorded(&sink, &outcome, &kernel, machine_of(&kinds[k]), &options, path);
            limit_files(RLIM_INFINITY);
            EXPECT(status == FURROW_EFBIG || outcome.whole); /* larger records take fewer bytes */
            size_t kept = outcome.recorded;
            expect_resumed(&kernel, &kinds[k], path, limit / 2, &resumed);
            EXPECT_EQUAL(resumed, kept);
        }
    }
}

TEST(what_is_shown_was_recorded_before)
{
    static memory_sink sink;
    const char *path = path_of(harness_folder());
    furrow_kernel kernel = recorded(false);
    for (size_t p = 0; p < COUNT(plans); p++) {
        furrow_run_outcome outcome;
        const furrow_run_options options = {.plan = plans[p]};
        struct machine *machine = new_machine(MOST);
        harness_case("plan %zu", p);
        unlink(path);
        machine->failing_body = 1201;
        EXPECT_EQUAL(run_recorded(&sink, &outcome, &kernel, machine, &options, path), 12);
        EXPECT_EQUAL(outcome.recorded, machine->emitted);
        EXPECT(outcome.recorded <= 1201);
        size_t before = outcome.recorded;
        machine = new_machine(MOST);
        EXPECT_EQUAL(run_recorded(&sink, &outcome, &kernel, machine, &options, path), 0);
        EXPECT_EQUAL(outcome.resumed, before);
        EXPECT_EQUAL(outcome.recorded, MOST);
    }
}

TEST(a_cancelled_run_is_resumed_from_what_it_had_finished)
{
    static memory_sink sink, expected;
    const char *path = path_of(harness_folder());
    furrow_kernel kernel = recorded(false);
    expect_output(&expected, &kernel, new_machine(3000));
    for (size_t p = 0; p < COUNT(plans); p++) {
        furrow_cancel cancel = {0};
        furrow_run_outcome outcome;
        struct machine *machine = new_machine(3000);
        machine->cancel = &cancel;
        machine->cancelling = 2000;
        furrow_run_options options = {.plan = plans[p], .cancel = &cancel};
        harness_case("plan %zu", p);
        unlink(path);
        int status = run_recorded(&sink, &outcome, &kernel, machine, &options, path);
        EXPECT(status == FURROW_ECANCELED || outcome.whole);
        size_t before = outcome.recorded;
        options.cancel = NULL;
        machine = new_machine(3000);
        EXPECT_EQUAL(run_recorded(&sink, &outcome, &kernel, machine, &options, path), 0);
        EXPECT_EQUAL(outcome.resumed, before);
        EXPECT_TEXT(sink.text, expected.text);
    }
}

TEST(input_that_has_changed_is_refused_and_named)
{
    static memory_sink sink;
    const char *path = path_of(harness_folder());
    furrow_kernel kernel = recorded(false);
    size_t size;
    char *bytes = record_run(&size, &kernel, &kinds[0], path);
    for (long long changed = 0; changed < kinds[0].items; changed += 11) {
        struct machine *machine = machine_of(&kinds[0]);
        furrow_run_options options = {0};
        furrow_error error;
        furrow_run_outcome outcome;
        char name[64];
        harness_case("item %lld", changed);
        snprintf(name, sizeof name, "item %lld, number %lld is not what it was", changed, changed);
        REQUIRE_EQUAL(furrow__journal_open(&options.journal, path, terms, NULL), FURROW_OK);
        machine->changed = changed;
        EXPECT_EQUAL(furrow_run(&outcome, &kernel, machine, &options, &error), FURROW_ECHANGED);
        EXPECT_CONTAINS(error.text, name);
        EXPECT(outcome.items <= (size_t)changed);
        furrow__journal_free(options.journal);
    }
    /* Items that are not in the journal yet may change. */
    struct machine *machine = machine_of(&kinds[0]);
    machine->changed = kinds[0].items - 1;
    write_file(path, bytes, size / 2);
    EXPECT_EQUAL(run_recorded(&sink, NULL, &kernel, machine, NULL, path), FURROW_OK);
    free(bytes);
}

TEST(input_that_got_shorter_is_refused_and_longer_is_run)
{
    static memory_sink sink, expected;
    const char *path = path_of(harness_folder());
    furrow_kernel kernel = recorded(false);
    size_t size;
    furrow_run_outcome outcome;
    free(record_run(&size, &kernel, &kinds[0], path));
    struct machine *machine = machine_of(&kinds[0]);
    machine->items = 66;
    EXPECT_EQUAL(run_recorded(&sink, &outcome, &kernel, machine, NULL, path), FURROW_ECHANGED);
    EXPECT(!outcome.whole);
    machine = machine_of(&kinds[0]);
    machine->items = 80;
    EXPECT_EQUAL(run_recorded(&sink, &outcome, &kernel, machine, NULL, path), FURROW_OK);
    EXPECT_EQUAL(outcome.resumed, 67);
    machine = machine_of(&kinds[0]);
    machine->items = 80;
    expect_output(&expected, &kernel, machine);
    EXPECT_TEXT(sink.text, expected.text);
}

TEST(a_journal_of_other_slots_is_refused)
{
    static memory_sink sink;
    const char *path = path_of(harness_folder());
    furrow_kernel kernel = recorded(false);
    size_t size;
    free(record_run(&size, &kernel, &kinds[0], path));
    kernel.shape = NULL;
    kernel.formats = NULL;
    EXPECT_EQUAL(run_recorded(&sink, NULL, &kernel, machine_of(&kinds[0]), NULL, path),
                 FURROW_EFORMAT);
}

static int body_without_results(const furrow_range *range, const void *state)
{
    struct machine *machine = (struct machine *)state;
    for (size_t i = range->begin; i < range->end; i++)
        atomic_fetch_add(&machine->runs[i], 1);
    return FURROW_OK;
}

TEST(items_without_results_are_recorded_too)
{
    const char *path = path_of(harness_folder());
    furrow_kernel kernel = streaming;
    kernel.shape = NULL;
    kernel.formats = NULL;
    kernel.body = body_without_results;
    for (size_t run = 0; run < 2; run++) {
        furrow_run_options options = {0};
        furrow_run_outcome outcome;
        struct machine *machine = new_machine(MOST);
        REQUIRE_EQUAL(furrow__journal_open(&options.journal, path, terms, NULL), FURROW_OK);
        EXPECT_EQUAL(furrow_run(&outcome, &kernel, machine, &options, NULL), FURROW_OK);
        EXPECT_EQUAL(outcome.recorded, MOST);
        EXPECT_EQUAL(outcome.resumed, run ? MOST : 0);
        EXPECT_EQUAL(machine->runs[MOST - 1], !run);
        furrow__journal_free(options.journal);
    }
}

TEST(a_pool_keeps_a_journal_too)
{
    static memory_sink sink;
    const char *path = path_of(harness_folder());
    furrow_kernel kernel = recorded(false);
    const furrow_pool_options wanted = {.workers = 3};
    furrow_pool *pool;
    size_t resumed;
    furrow_run_outcome outcome;
    REQUIRE_EQUAL(furrow_pool_new(&pool, &wanted), FURROW_OK);
    const furrow_run_options options = {.pool = pool};
    struct machine *machine = machine_of(&kinds[0]);
    machine->failing_body = 50;
    EXPECT_EQUAL(run_recorded(&sink, &outcome, &kernel, machine, &options, path), 12);
    size_t before = outcome.recorded;
    EXPECT(before <= 50);
    expect_resumed(&kernel, &kinds[0], path, 3, &resumed);
    EXPECT_EQUAL(resumed, before);
    furrow_pool_free(pool);
}

TEST(what_has_no_first_part_keeps_no_journal)
{
    furrow_run_options options = {.unordered = true};
    furrow_error error;
    const char *path = path_of(harness_folder());
    REQUIRE_EQUAL(furrow__journal_open(&options.journal, path, terms, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_run(NULL, &streaming, new_machine(9), &options, &error), FURROW_ENOTSUP);
    EXPECT_CONTAINS(error.text, "unordered");
    const furrow_variant variant = {"any", "any", NULL};
    options = (furrow_run_options){.variant = &variant, .journal = options.journal};
    EXPECT_EQUAL(furrow_run(NULL, &streaming, new_machine(9), &options, &error), FURROW_ENOTSUP);
    EXPECT_CONTAINS(error.text, "a variant keeps no journal");
    furrow__journal_free(options.journal);
}

TEST(a_run_whose_memory_ends_anywhere_is_resumed)
{
    static memory_sink sink;
    const char *path = path_of(harness_folder());
    furrow_kernel kernel = recorded(true);
    size_t size, resumed;
    char *bytes = record_run(&size, &kernel, &kinds[2], path);
    const furrow_run_options options = {.plan = {.backend = FURROW_BACKEND_SERIAL}};
    for (size_t n = 1; n < 1000; n++) {
        harness_case("allocation %zu", n);
        write_file(path, bytes, size / 2);
        harness_fail_allocation(n);
        int status = run_recorded(&sink, NULL, &kernel, machine_of(&kinds[2]), &options, path);
        size_t done = harness_fail_allocation(0);
        if (done < n) {
            EXPECT_EQUAL(status, FURROW_OK);
            break;
        }
        EXPECT(status == FURROW_ENOMEM || status == FURROW_OK);
        expect_resumed(&kernel, &kinds[2], path, n, &resumed);
    }
    free(bytes);
}

#include "machine.h"

#include "io/journal/journal.h"

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

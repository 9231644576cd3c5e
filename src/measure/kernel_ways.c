#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/digest.h"
#include <furrow/measure.h>

/* The kernel that is measured: one state, begun anew before each run. */
struct subject {
    const furrow_kernel *kernel;
    const furrow_args *args;
    void *state;
    const furrow_kernel_format *format; /* of records; NULL: it writes none */
    size_t round;
    bool whole; /* max_items does not cut it */
    furrow_run_options run;
    furrow_error *error;
};

/* A way to run it; the context of a furrow_contender. */
struct timed_way {
    struct subject *subject;
    furrow_way way;
    furrow_site site; /* of a way that remembers */
};

/* After this number of runs, the checked one included, a history does not change the plan. */
static const int runs_to_learn = 4;

/* Of the records of a run, to tell whether two runs wrote the same. */
struct output_digest {
    uint64_t hash, size;
};

static int add_to_digest(const char *bytes, size_t size, void *context)
{
    struct output_digest *digest = context;
    digest->hash = furrow__digest_bytes(digest->hash, bytes, size);
    digest->size += size;
    return FURROW_OK;
}

static int begin(struct subject *subject)
{
    return furrow_kernel_begin(subject->kernel, subject->state, subject->round++, subject->error);
}

static int prepare(void *context)
{
    struct timed_way *entry = context;
    return begin(entry->subject);
}

static int run_entry(furrow_run_outcome *outcome, struct timed_way *entry, furrow_writer *writer)
{
    struct subject *subject = entry->subject;
    furrow_run_options options = subject->run;
    options.plan = entry->way.plan;
    options.variant = entry->way.variant;
    options.site = entry->way.remembers ? &entry->site : NULL;
    options.writer = writer;
    options.format = subject->format;
    return furrow_run(outcome, subject->kernel, subject->state, &options, subject->error);
}

static int run(furrow_run_outcome *outcome, void *context)
{
    return run_entry(outcome, context, NULL);
}

/* Runs it once with a writer, and computes the digest of the records. */
static int run_written(furrow_run_outcome *outcome, struct timed_way *entry,
                       struct output_digest *digest)
{
    furrow_writer *writer;
    int status = furrow_writer_new(&writer, FURROW_FORMAT_JSONL, NULL, add_to_digest, digest);
    if (status)
        return status;
    status = run_entry(outcome, entry, writer);
    if (status == FURROW_OK)
        status = furrow_writer_finish(writer);
    furrow_writer_free(writer);
    return status;
}

static int check_entry(struct timed_way *entry, const struct output_digest *expected,
                       struct output_digest *digest)
{
    struct subject *subject = entry->subject;
    *digest = (struct output_digest){.hash = FURROW__DIGEST_START};
    furrow_run_outcome outcome = {0};
    int status = begin(subject);
    if (status == FURROW_OK)
        status = run_written(&outcome, entry, digest);
    if (!expected)
        subject->whole = outcome.whole;
    bool verifiable = subject->run.shards <= 1 || (subject->format && subject->format->open);
    if (status == FURROW_OK && outcome.whole && verifiable && subject->kernel->verify)
        status = subject->kernel->verify(subject->state, subject->error);
    bool comparable = !entry->way.variant && !(subject->kernel->flags & FURROW_KERNEL_VARIES);
    if (status || !expected || !comparable)
        return status;
    if (digest->hash == expected->hash && digest->size == expected->size)
        return FURROW_OK;
    return furrow_error_set(subject->error, FURROW_EVERIFY,
                            "%s: %s gives other results than the serial loop",
                            subject->kernel->name, entry->way.name);
}

/* Runs it until its history is that of the timed runs. */
static int teach_entry(struct timed_way *entry)
{
    int status = FURROW_OK;
    for (int i = 1; i < runs_to_learn && entry->way.remembers && status == FURROW_OK; i++) {
        furrow_run_outcome outcome;
        status = begin(entry->subject);
        if (status == FURROW_OK)
            status = run_entry(&outcome, entry, NULL);
    }
    return status;
}

/* Checks all; leaves out variants that do not support the arguments, and reduces `count`. */
static int check_all(struct timed_way *entries, size_t *count)
{
    struct output_digest serial, digest;
    size_t kept = 1;
    int status = check_entry(&entries[0], NULL, &serial);
    for (size_t i = 1; i < *count && status == FURROW_OK; i++) {
        status = check_entry(&entries[i], &serial, &digest);
        if (status == FURROW_OK)
            status = teach_entry(&entries[i]);
        bool cannot = status == FURROW_ENOTSUP && entries[i].way.variant;
        if (cannot)
            status = FURROW_OK;
        else
            entries[kept++] = entries[i];
    }
    *count = kept;
    return status;
}

static int open_records(struct subject *subject)
{
    const furrow_shape shape = furrow_kernel_shape(subject->kernel, subject->state);
    const furrow_part part = furrow_run_part(&shape, &subject->run);
    return furrow_kernel_open(&subject->format, subject->kernel, subject->state,
                              furrow_format_name(FURROW_FORMAT_JSONL), true, &part, subject->error);
}

/* The base of one thread uses the backend that the other ways ask for, so that it has its costs. */
static furrow_backend backend_of_base(const furrow_way *ways, size_t count)
{
    furrow_backend backend = count > 0 ? ways[0].plan.backend : FURROW_BACKEND_AUTO;
    bool asked = backend != FURROW_BACKEND_AUTO && backend != FURROW_BACKEND_SERIAL;
    return asked ? backend : FURROW_BACKEND_FOR;
}

static void fill_entries(struct timed_way *entries, struct subject *subject, const furrow_way *ways,
                         size_t count)
{
    entries[0].way =
        (furrow_way){"serial", .plan = {.threads = 1, .backend = FURROW_BACKEND_SERIAL}};
    entries[1].way =
        (furrow_way){"1 thread", .plan = {.threads = 1, .backend = backend_of_base(ways, count)}};
    for (size_t i = 0; i < count; i++)
        entries[FURROW_MEASURE_BASES + i].way = ways[i];
    for (size_t i = 0; i < FURROW_MEASURE_BASES + count; i++)
        entries[i].subject = subject;
}

static void declare_work(furrow_measurements *measurements, const struct subject *subject)
{
    if (!subject->whole)
        return;
    furrow_work work = furrow_kernel_shape(subject->kernel, subject->state).work;
    for (size_t i = 0; i < measurements->count; i++)
        measurements->ways[i].work = work;
}

static int measure_entries(furrow_measurements *measurements, struct timed_way *entries,
                           size_t count, const furrow_measure_options *options, furrow_error *error)
{
    int status = check_all(entries, &count);
    if (status)
        return status;
    furrow_contender *contenders = calloc(count, sizeof *contenders);
    if (!contenders)
        return FURROW_ENOMEM;
    for (size_t i = 0; i < count; i++)
        contenders[i] = (furrow_contender){entries[i].way.name, prepare, run, &entries[i]};
    status = furrow_measure(measurements, contenders, count, options, error);
    free(contenders);
    declare_work(measurements, entries->subject);
    return status;
}

int furrow_measure_kernel(furrow_measurements *measurements, const furrow_kernel *kernel,
                          const furrow_args *args, const furrow_way *ways, size_t count,
                          const furrow_run_options *run_options,
                          const furrow_measure_options *options, furrow_error *error)
{
    *measurements = (furrow_measurements){0};
    struct subject subject = {.kernel = kernel, .args = args, .error = error};
    if (run_options)
        subject.run = *run_options;
    size_t entry_count = FURROW_MEASURE_BASES + count;
    struct timed_way *entries = calloc(entry_count, sizeof *entries);
    if (!entries)
        return FURROW_ENOMEM;
    fill_entries(entries, &subject, ways, count);
    int status = furrow_kernel_setup(&subject.state, kernel, args, error);
    if (status == FURROW_OK)
        status = open_records(&subject);
    if (status == FURROW_OK)
        status = measure_entries(measurements, entries, entry_count, options, error);
    furrow_kernel_teardown(kernel, subject.state);
    free(entries);
    return status;
}

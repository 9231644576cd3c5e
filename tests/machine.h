/* machine.h: one kernel for all tests of runs. Its state says what it does and where it fails. */
#ifndef FURROW_TESTS_MACHINE_H
#define FURROW_TESTS_MACHINE_H

#include "harness.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <furrow/run.h>

#include "run/feed.h"
#include "sink.h"

enum { MOST = 5000, NEVER = -1 };

/* Item i is fed as the number i. Its result is i * i, plus the sum of the results that were
 * combined so far where the kernel iterates. */
struct machine {
    long long items; /* the number of all items */
    size_t batch;    /* the most at a time; 0: as many as asked for */
    /* the items at which callbacks fail */
    long long failing_next, failing_body, failing_combine, failing_emit;
    size_t fault_every;    /* items 0, k, 2k ... fail; 0: none */
    size_t fault_at;       /* this and every 13th behind it fail; SIZE_MAX: none */
    size_t fed_faults;     /* items k, 2k ... have failed already as they are fed; 0: none */
    long long changed;     /* this item is fed as another number */
    bool iterative;        /* bodies read `sum`, so each batch depends on the one before */
    furrow_cancel *cancel; /* requested by the body of item `cancelling` */
    long long cancelling;

    size_t given, combined, largest_capacity, smallest_capacity;
    uint64_t sum;
    bool in_order;
    atomic_uchar runs[MOST];
    atomic_size_t emitted; /* all items below this one were emitted, each once */
    atomic_bool emit_failed, emitted_after_failure;
    atomic_int scratches;
};

static inline struct machine *new_machine(long long items)
{
    static struct machine machine;
    memset(&machine, 0, sizeof machine);
    machine.items = items;
    machine.failing_next = machine.failing_body = machine.failing_combine = NEVER;
    machine.failing_emit = machine.cancelling = machine.changed = NEVER;
    machine.smallest_capacity = machine.fault_at = SIZE_MAX;
    machine.in_order = true;
    return &machine;
}

static inline size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Whether [begin, end) has the item `at`, which may be NEVER. */
static inline bool has(size_t begin, size_t end, long long at)
{
    return at >= 0 && begin <= (size_t)at && (size_t)at < end;
}

/* Feeds the number of the item that is due. */
static inline int feed_one(struct machine *machine, furrow_feed *feed)
{
    const furrow_error fault = {.code = FURROW_EFORMAT, .text = "as it was fed"};
    uint64_t number = machine->given;
    char label[32];
    snprintf(label, sizeof label, "number %zu", machine->given);
    if (has(number, number + 1, machine->changed))
        number += 1000;
    bool failed = machine->fed_faults && number > 0 && number % machine->fed_faults == 0;
    int status = failed ? furrow_feed_fail(feed, &number, sizeof number, label, &fault)
                        : furrow_feed_add(feed, &number, sizeof number, label);
    machine->given += status == FURROW_OK;
    return status;
}

static inline int next(void *state, furrow_feed *feed, size_t capacity, furrow_error *error)
{
    struct machine *machine = state;
    machine->largest_capacity =
        capacity > machine->largest_capacity ? capacity : machine->largest_capacity;
    machine->smallest_capacity = smaller(capacity, machine->smallest_capacity);
    size_t rest = (size_t)machine->items - machine->given;
    size_t count = smaller(smaller(capacity, rest), machine->batch ? machine->batch : SIZE_MAX);
    int status = FURROW_OK;
    for (size_t i = 0; i < count && !status; i++)
        status = has(machine->given, machine->given + 1, machine->failing_next)
                     ? furrow_error_set(error, 11, "the list ends in the middle")
                     : feed_one(machine, feed);
    return status;
}

static inline furrow_shape shape(const void *state)
{
    (void)state;
    return (furrow_shape){.items = FURROW_UNKNOWN, .result_size = sizeof(uint64_t)};
}

/* The shape of a machine whose items are not fed. */
static inline furrow_shape counted_shape(const void *state)
{
    const struct machine *machine = state;
    return (furrow_shape){.items = (size_t)machine->items, .result_size = sizeof(uint64_t)};
}

static inline int body(const furrow_range *range, const void *state)
{
    struct machine *machine = (struct machine *)state;
    for (size_t i = range->begin; i < range->end; i++) {
        const furrow_item item = furrow_range_item(range, i);
        uint64_t number = item.bytes ? *(const uint64_t *)item.bytes : i;
        atomic_fetch_add(&machine->runs[i], 1);
        if (FURROW_RESULT(range, uint64_t, i) != 0)
            return 90;
        if (has(i, i + 1, machine->failing_body))
            return 12;
        if (has(i, i + 1, machine->cancelling))
            furrow_cancel_request(machine->cancel);
        FURROW_RESULT(range, uint64_t, i) =
            number * number + (machine->iterative ? machine->sum : 0);
        bool late = i >= machine->fault_at && (i - machine->fault_at) % 13 == 0;
        if (late || (machine->fault_every && i % machine->fault_every == 0)) {
            int status = furrow_fail(range, i, FURROW_EFORMAT, "item %zu", i);
            if (status)
                return status;
        }
    }
    return FURROW_OK;
}

static inline int combine(void *state, const furrow_batch *batch)
{
    struct machine *machine = state;
    machine->in_order &= batch->begin == machine->combined && batch->end == machine->given;
    if (has(batch->begin, batch->end, machine->failing_combine))
        return 13;
    for (size_t i = batch->begin; i < batch->end; i++)
        machine->sum += FURROW_BATCH_RESULT(batch, uint64_t, i);
    machine->combined = batch->end;
    return FURROW_OK;
}

static inline int emit(const void *state, const furrow_record *record, furrow_writer *writer)
{
    struct machine *machine = (struct machine *)state;
    size_t i = record->number;
    if (atomic_load(&machine->emit_failed) || i != machine->emitted)
        atomic_store(&machine->emitted_after_failure, true);
    if (has(i, i + 1, machine->failing_emit)) {
        atomic_store(&machine->emit_failed, true);
        return 14;
    }
    furrow_writer_begin(writer);
    furrow_writer_count(writer, "item", i);
    furrow_writer_count(writer, "square", record->fault ? 0 : *(const uint64_t *)record->result);
    furrow_writer_text(writer, "fault", record->fault ? record->fault->text : NULL);
    int status = furrow_writer_end(writer);
    if (status == FURROW_OK)
        machine->emitted = i + 1;
    return status;
}

static const furrow_kernel_format records[] = {{.emit = emit}, {0}};

static inline int worker_new(void **scratch, const void *state)
{
    struct machine *machine = (struct machine *)state;
    *scratch = machine;
    atomic_fetch_add(&machine->scratches, 1);
    return FURROW_OK;
}

static inline void worker_free(void *scratch)
{
    atomic_fetch_sub(&((struct machine *)scratch)->scratches, 1);
}

static const furrow_kernel streaming = {
    .abi = FURROW_KERNEL_ABI,
    .name = "streaming",
    .summary = "emits while it runs",
    .shape = shape,
    .next = next,
    .body = body,
    .worker_new = worker_new,
    .worker_free = worker_free,
    .formats = records,
};

static inline furrow_kernel combining(void)
{
    furrow_kernel kernel = streaming;
    kernel.name = "combining";
    kernel.flags = FURROW_KERNEL_ITERATES;
    kernel.combine = combine;
    return kernel;
}

/* Runs `machine` with a CSV writer into `sink`; `options` may be NULL. */
static inline int run(memory_sink *sink, furrow_run_outcome *outcome, const furrow_kernel *kernel,
                      struct machine *machine, const furrow_run_options *options)
{
    furrow_run_options own = options ? *options : (furrow_run_options){0};
    furrow_error error;
    memset(sink, 0, sizeof *sink);
    int status = furrow_writer_new(&own.writer, FURROW_FORMAT_CSV, NULL, memory_sink_take, sink);
    if (status)
        return status;
    status = furrow_run(outcome, kernel, machine, &own, &error);
    furrow_writer_free(own.writer);
    EXPECT_EQUAL(error.code, status);
    EXPECT((status == FURROW_OK) == (error.text[0] == '\0'));
    EXPECT_EQUAL(machine->scratches, 0);
    EXPECT(!machine->emitted_after_failure);
    return status;
}

/* Writes what a run must write, by the serial program in kernel.h: item by item, or batch by batch
 * for a kernel that iterates. */
static inline void expect_output(memory_sink *sink, const furrow_kernel *kernel,
                                 struct machine *machine)
{
    static uint64_t results[MOST];
    furrow_faults *faults;
    furrow_writer *writer;
    furrow_feed *feed;
    size_t begin = 0, count = 0;
    memset(sink, 0, sizeof *sink);
    REQUIRE_EQUAL(furrow_faults_new(&faults), FURROW_OK);
    REQUIRE_EQUAL(furrow__feed_new(&feed, faults), FURROW_OK);
    REQUIRE_EQUAL(furrow_writer_new(&writer, FURROW_FORMAT_CSV, NULL, memory_sink_take, sink), 0);
    do {
        furrow__feed_open(feed, begin, MOST);
        EXPECT_EQUAL(next(machine, feed, MOST, NULL), FURROW_OK);
        count = furrow_feed_count(feed);
        memset(results, 0, sizeof results);
        furrow_range range = {.begin = begin,
                              .end = begin + count,
                              .items = furrow__feed_items(feed),
                              .results = results,
                              .result_size = sizeof *results,
                              .faults = faults};
        const furrow_batch batch = {begin,           begin + count, range.items, results,
                                    sizeof *results, faults,        NULL};
        for (size_t at = begin; at < batch.end; at = range.end + 1) {
            range.begin = at;
            range.end = furrow__feed_failed(feed, at, batch.end);
            range.items = batch.items + (at - begin);
            range.results = results + (at - begin);
            if (at < range.end)
                EXPECT_EQUAL(body(&range, machine), FURROW_OK);
        }
        if (kernel->combine && count > 0)
            EXPECT_EQUAL(combine(machine, &batch), FURROW_OK);
        for (size_t i = begin; i < batch.end; i++) {
            furrow_error fault;
            const furrow_record record = {i, furrow_batch_item(&batch, i),
                                          furrow_batch_slot(&batch, i),
                                          furrow_faults_find(faults, i, &fault) ? &fault : NULL};
            EXPECT_EQUAL(emit(machine, &record, writer), FURROW_OK);
        }
        begin += count;
    } while (count > 0);
    EXPECT_EQUAL(furrow_writer_flush(writer), FURROW_OK);
    furrow_writer_free(writer);
    furrow__feed_free(feed);
    furrow_faults_free(faults);
}

/* Ways to run it. */
static const furrow_plan plans[] = {
    {.threads = 0},
    {.backend = FURROW_BACKEND_SERIAL},
    {.backend = FURROW_BACKEND_SERIAL, .chunk = 1},
    {.threads = 2, .backend = FURROW_BACKEND_FOR, .chunk = 1},
    {.threads = 3, .backend = FURROW_BACKEND_FOR, .schedule = FURROW_SCHEDULE_STATIC},
    {.threads = 8, .backend = FURROW_BACKEND_FOR, .schedule = FURROW_SCHEDULE_GUIDED, .chunk = 7},
    {.threads = 3, .backend = FURROW_BACKEND_TASKLOOP, .chunk = 5},
    {.threads = 2, .chunk = 100000},
};

#endif

/* machine.h: one kernel for all tests of runs: what it does, and where it fails, is in its state.
 */
#ifndef FURROW_TESTS_MACHINE_H
#define FURROW_TESTS_MACHINE_H

#include "harness.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <furrow/run.h>

#include "sink.h"

enum { MOST = 5000, NEVER = -1 };

/* One kernel for all tests: item i's result is i * i plus what combine has added up so far. What
 * it does, and where it fails, is in its state. */
struct machine {
    long long items; /* in all */
    size_t batch;    /* at most so many at a time; 0: as many as asked for */
    long long failing_next, failing_body, failing_combine, failing_emit; /* at this item */
    size_t fault_every;    /* items 0, k, 2k ... fail; 0: none */
    size_t fault_at;       /* this and every 13th behind it fail; SIZE_MAX: none */
    bool iterative;        /* bodies read `sum`, so each batch depends on the last */
    furrow_cancel *cancel; /* requested by the body of item `cancelling` */
    long long cancelling;

    size_t given, combined, largest_capacity, smallest_capacity;
    uint64_t sum;
    bool in_order;
    atomic_uchar runs[MOST];
    atomic_size_t emitted; /* all items below, each once */
    atomic_bool emit_failed, emitted_after_failure;
    atomic_int scratches;
};

static inline struct machine *new_machine(long long items)
{
    static struct machine machine;
    memset(&machine, 0, sizeof machine);
    machine.items = items;
    machine.failing_next = machine.failing_body = machine.failing_combine = NEVER;
    machine.failing_emit = machine.cancelling = NEVER;
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

static inline int next(void *state, size_t capacity, size_t *count, furrow_error *error)
{
    struct machine *machine = state;
    machine->largest_capacity =
        capacity > machine->largest_capacity ? capacity : machine->largest_capacity;
    machine->smallest_capacity = smaller(capacity, machine->smallest_capacity);
    size_t rest = (size_t)machine->items - machine->given;
    *count = smaller(smaller(capacity, rest), machine->batch ? machine->batch : SIZE_MAX);
    if (has(machine->given, machine->given + *count, machine->failing_next))
        return furrow_error_set(error, 11, "the list ends in the middle");
    machine->given += *count;
    return FURROW_OK;
}

static inline size_t result_size(const void *state)
{
    (void)state;
    return sizeof(uint64_t);
}

static inline int body(const furrow_range *range, const void *state)
{
    struct machine *machine = (struct machine *)state;
    uint64_t *results = range->results;
    for (size_t i = range->begin; i < range->end; i++) {
        atomic_fetch_add(&machine->runs[i], 1);
        if (results[i - range->begin] != 0)
            return 90;
        if (has(i, i + 1, machine->failing_body))
            return 12;
        if (has(i, i + 1, machine->cancelling))
            furrow_cancel_request(machine->cancel);
        results[i - range->begin] = i * i + (machine->iterative ? machine->sum : 0);
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
    const uint64_t *results = batch->results;
    machine->in_order &= batch->begin == machine->combined && batch->end == machine->given;
    if (has(batch->begin, batch->end, machine->failing_combine))
        return 13;
    for (size_t i = batch->begin; i < batch->end; i++)
        machine->sum += results[i - batch->begin];
    machine->combined = batch->end;
    return FURROW_OK;
}

static inline int emit(const void *state, const furrow_batch *batch, furrow_writer *writer)
{
    struct machine *machine = (struct machine *)state;
    const uint64_t *results = batch->results;
    if (atomic_load(&machine->emit_failed) || batch->begin != machine->emitted)
        atomic_store(&machine->emitted_after_failure, true);
    for (size_t i = batch->begin; i < batch->end; i++) {
        furrow_error fault = {0};
        if (has(i, i + 1, machine->failing_emit)) {
            atomic_store(&machine->emit_failed, true);
            return 14;
        }
        bool failed = furrow_faults_find(batch->faults, i, &fault);
        furrow_writer_begin(writer);
        furrow_writer_count(writer, "item", i);
        furrow_writer_count(writer, "square", failed ? 0 : results[i - batch->begin]);
        furrow_writer_text(writer, "fault", failed ? fault.text : NULL);
        int status = furrow_writer_end(writer);
        if (status)
            return status;
        machine->emitted = i + 1;
    }
    return FURROW_OK;
}

static inline void label(const void *state, size_t item, char *text, size_t size)
{
    (void)state;
    snprintf(text, size, "number %zu", item);
}

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
    .next = next,
    .result_size = result_size,
    .body = body,
    .worker_new = worker_new,
    .worker_free = worker_free,
    .emit = emit,
    .label = label,
};

static inline furrow_kernel combining(void)
{
    furrow_kernel kernel = streaming;
    kernel.name = "combining";
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

/* What a run must write, made by the serial program in kernel.h. */
static inline void expect_output(memory_sink *sink, const furrow_kernel *kernel,
                                 struct machine *machine)
{
    static uint64_t results[MOST];
    furrow_faults *faults;
    furrow_writer *writer;
    size_t count = 0;
    memset(sink, 0, sizeof *sink);
    REQUIRE_EQUAL(furrow_faults_new(&faults), FURROW_OK);
    REQUIRE_EQUAL(furrow_writer_new(&writer, FURROW_FORMAT_CSV, NULL, memory_sink_take, sink), 0);
    for (size_t begin = 0; next(machine, MOST, &count, NULL) == 0 && count > 0; begin += count) {
        memset(results, 0, sizeof results);
        const furrow_range range = {
            .begin = begin, .end = begin + count, .results = results, .faults = faults};
        const furrow_batch batch = {begin, begin + count, results, sizeof *results, faults, NULL};
        EXPECT_EQUAL(body(&range, machine), FURROW_OK);
        if (kernel->combine)
            EXPECT_EQUAL(combine(machine, &batch), FURROW_OK);
        EXPECT_EQUAL(emit(machine, &batch, writer), FURROW_OK);
    }
    EXPECT_EQUAL(furrow_writer_flush(writer), FURROW_OK);
    furrow_writer_free(writer);
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

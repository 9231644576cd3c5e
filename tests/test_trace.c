#include "harness.h"

#include <stdlib.h>

#include <furrow/loop.h>
#include <furrow/parallel.h>

static int nothing(const furrow_range *range, const void *context)
{
    (void)range, (void)context;
    return FURROW_OK;
}

/* Runs `n` empty items with a trace, in chunks of one. */
static void run(furrow_trace *trace, size_t first, size_t n, int threads)
{
    const furrow_parallel_options options = {
        .plan = {.threads = threads, .backend = FURROW_BACKEND_FOR, .chunk = 1},
        .first = first,
        .trace = trace,
    };
    EXPECT_EQUAL(furrow_parallel_for(&options, n, nothing, NULL), FURROW_OK);
}

static bool in_order(const furrow_span *spans, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (spans[i].stop < spans[i].start || spans[i].cpu < 0)
            return false;
        if (i > 0 && spans[i].start < spans[i - 1].start)
            return false;
    }
    return true;
}

TEST(an_empty_trace_has_no_spans)
{
    furrow_trace *trace;
    size_t count = 9;
    REQUIRE_EQUAL(furrow_trace_new(&trace), FURROW_OK);
    EXPECT(furrow_trace_spans(trace, &count) == NULL && count == 0);
    EXPECT_EQUAL(furrow_trace_lost(trace), 0);
    furrow_trace_clear(trace);
    furrow_trace_free(trace);
    furrow_trace_free(NULL);
}

TEST(each_call_adds_its_spans_and_all_are_sorted)
{
    furrow_trace *trace;
    size_t count;
    REQUIRE_EQUAL(furrow_trace_new(&trace), FURROW_OK);
    run(trace, 0, 500, 3);
    REQUIRE(furrow_trace_spans(trace, &count) && count == 500);
    run(trace, 500, 300, 8);
    const furrow_span *spans = furrow_trace_spans(trace, &count);
    REQUIRE_EQUAL(count, 800);
    EXPECT(in_order(spans, count));
    char seen[800] = {0};
    for (size_t i = 0; i < count; i++) {
        REQUIRE(spans[i].begin < 800 && spans[i].end == spans[i].begin + 1);
        EXPECT(spans[i].worker >= 0 && spans[i].worker < (spans[i].begin < 500 ? 3 : 8));
        EXPECT_EQUAL(seen[spans[i].begin]++, 0);
    }
    furrow_trace_clear(trace);
    EXPECT(furrow_trace_spans(trace, &count) == NULL && count == 0);
    run(trace, 7, 2, 1);
    spans = furrow_trace_spans(trace, &count);
    EXPECT(count == 2 && spans[0].begin == 7 && spans[1].end == 9);
    furrow_trace_free(trace);
}

/* A trace that cannot grow never stops the run that it watches. */
TEST(spans_without_memory_are_counted_as_lost)
{
    furrow_trace *trace;
    size_t count;
    REQUIRE_EQUAL(furrow_trace_new(&trace), FURROW_OK);
    run(trace, 0, 64, 1);
    harness_fail_allocation(1);
    run(trace, 64, 1, 1);
    harness_fail_allocation(0);
    EXPECT_EQUAL(furrow_trace_lost(trace), 1);
    harness_fail_allocation(1);
    EXPECT(furrow_trace_spans(trace, &count) == NULL && count == 0);
    harness_fail_allocation(0);
    EXPECT(furrow_trace_spans(trace, &count) && count == 64);
    run(trace, 65, 1, 1);
    EXPECT(furrow_trace_spans(trace, &count) && count == 65);
    furrow_trace_clear(trace);
    EXPECT_EQUAL(furrow_trace_lost(trace), 0);
    furrow_trace_free(trace);
    harness_fail_allocation(1);
    EXPECT_EQUAL(furrow_trace_new(&trace), FURROW_ENOMEM);
}

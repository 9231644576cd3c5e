#include "loop.h"

#include <stdint.h>
#include <stdio.h>

#include <furrow/clock.h>

/* Records that the function of an item failed. */
static void fail_item(furrow__loop *loop, size_t item, int status)
{
    furrow__loop_fail(loop, item, status, !loop->collect);
    atomic_fetch_add(&loop->progress.failed, 1);
    if (!loop->collect || !loop->faults)
        return;
    furrow_error fault = {.code = status, .item = loop->first + item};
    snprintf(fault.text, sizeof fault.text, "%s", furrow_status_text(status));
    if (furrow_faults_add(loop->faults, &fault))
        furrow__loop_fail(loop, item, FURROW_ENOMEM, true);
}

/* The one flag besides the loop's own that may cancel it; NULL: there are more. */
static const int *other_flag(const furrow__loop *loop)
{
    const furrow_cancel *const *others = loop->cancel.others;
    const furrow_cancel *other = others[0] ? others[0] : others[1];
    if (!other)
        return &loop->cancel.requested;
    return (others[0] && others[1]) || other->others[0] || other->others[1] ? NULL
                                                                            : &other->requested;
}

static inline bool is_set(const int *flag)
{
    return __atomic_load_n(flag, __ATOMIC_RELAXED) != 0;
}

/* Begins item `i` of the claim, or returns false: furrow__claim_items for one item, in a loop whose
 * items may take nanoseconds. `flag` is the only other flag to look at; it is given only where
 * light fences cost nothing. */
static inline bool begin_item(furrow__loop *loop, furrow_claim *claim, size_t i, const int *flag)
{
    atomic_store_explicit(&claim->next, i + 1, memory_order_release);
    if (flag)
        atomic_signal_fence(memory_order_seq_cst);
    else
        furrow__fence_light();
    if (i >= atomic_load_explicit(&claim->end, memory_order_relaxed) &&
        !furrow__claim_settle(claim, i, i + 1))
        return false;
    bool stopped = i > atomic_load_explicit(&loop->stop_at, memory_order_relaxed);
    bool cancelled =
        flag ? is_set(&loop->cancel.requested) || is_set(flag) : furrow__loop_is_cancelled(loop);
    if (stopped || cancelled)
        furrow__claim_cancel(claim, i);
    return !stopped && !cancelled;
}

static void note_failure(furrow__loop *loop, size_t unwritten, size_t item, int status)
{
    furrow__loop_set_statuses(loop, unwritten, item, FURROW_OK);
    furrow__loop_set_statuses(loop, item, item + 1, status);
    fail_item(loop, item, status);
}

/* The statuses of items that succeed are written at the end. */
static inline void run_items(furrow__loop *loop, furrow_claim *claim, size_t end, const int *flag)
{
    const furrow_function function = loop->function;
    void *context = loop->context;
    const size_t item_size = loop->items ? loop->item_size : 0;
    const size_t result_size = loop->results ? loop->result_size : 0;
    size_t i = claim->begin, unwritten = i;
    uintptr_t item = (uintptr_t)loop->items + i * item_size;
    uintptr_t result = (uintptr_t)loop->results + i * result_size;
    for (; i < end && begin_item(loop, claim, i, flag); i++) {
        int status = function((void *)result, (const void *)item, context);
        if (status) {
            note_failure(loop, unwritten, i, status);
            unwritten = i + 1;
        }
        item += item_size;
        result += result_size;
    }
    furrow__loop_set_statuses(loop, unwritten, i, FURROW_OK);
}

/* Runs the function of a loop that has no body. */
static void run_function(furrow__loop *loop, furrow_claim *claim, size_t end)
{
    const int *flag = other_flag(loop);
    furrow__function_scope here = {.claim = claim};
    furrow__function_begin(&here);
    if (flag && furrow__fence_is_asymmetric)
        run_items(loop, claim, end, flag);
    else
        run_items(loop, claim, end, NULL);
    furrow__function_end(&here);
}

static furrow_range range_of(furrow__loop *loop, furrow_claim *claim, int worker, size_t begin,
                             size_t end)
{
    furrow_range range = {
        .begin = loop->first + begin,
        .end = loop->first + end,
        .worker = worker,
        .item_size = loop->item_size,
        .result_size = loop->result_size,
        .faults = loop->faults,
        .cancel = &loop->cancel,
        .claim = claim,
    };
    size_t item_size = loop->item_size ? loop->item_size : sizeof(furrow_item);
    if (loop->items)
        range.items = (const char *)loop->items + begin * item_size;
    if (loop->results)
        range.results = (char *)loop->results + begin * loop->result_size;
    return range;
}

/* The body of a range failed. If it claimed its items one by one, it failed at the last claimed
 * item; the items that it had not claimed fail with it. */
static void fail_range(furrow__loop *loop, furrow_claim *claim, size_t end, int status)
{
    size_t next = atomic_load_explicit(&claim->next, memory_order_relaxed);
    size_t at = claim->asked && next > claim->begin && !loop->collect ? next - 1 : claim->begin;
    size_t last = furrow__claim_skip(claim, end);
    furrow__loop_set_statuses(loop, claim->begin, last, status);
    atomic_fetch_add(&loop->progress.failed, last - claim->begin);
    furrow__loop_fail(loop, at, status, !loop->collect);
}

static void run_body(furrow__loop *loop, furrow_claim *claim, size_t end, int worker, void *scratch)
{
    size_t begin = claim->begin;
    claim->asked = false;
    furrow_range range = range_of(loop, claim, worker, begin, end);
    range.scratch = scratch;
    int status = FURROW_OK;
    if (loop->scratch)
        status = furrow__scratch_of(&range.scratch, loop->scratch, worker);
    if (status == FURROW_OK)
        status = loop->body(&range, loop->context);
    size_t next = atomic_load_explicit(&claim->next, memory_order_relaxed);
    if (status == FURROW_OK && loop->finished && next > begin)
        status = loop->finished(range.begin, loop->first + next, loop->finished_context);
    if (status)
        fail_range(loop, claim, end, status);
    else
        furrow__loop_set_statuses(loop, begin, next, FURROW_OK);
}

static void run(furrow__loop *loop, furrow_claim *claim, size_t end, int worker, void *scratch)
{
    if (loop->body)
        run_body(loop, claim, end, worker, scratch);
    else
        run_function(loop, claim, end);
    if (claim->dropped > 0) {
        size_t next = atomic_load_explicit(&claim->next, memory_order_relaxed);
        furrow__loop_set_statuses(loop, next, claim->dropped, FURROW_ECANCELED);
    }
}

static void run_traced(furrow__loop *loop, furrow_claim *claim, size_t end, int worker,
                       void *scratch)
{
    furrow_span span = {.begin = loop->first + claim->begin, .worker = worker};
    span.start = furrow_clock_wall();
    double cpu = furrow_clock_thread_cpu();
    run(loop, claim, end, worker, scratch);
    span.cpu = furrow_clock_thread_cpu() - cpu;
    span.stop = furrow_clock_wall();
    span.end = loop->first + atomic_load_explicit(&claim->next, memory_order_relaxed);
    if (span.end > span.begin)
        furrow__trace_add(loop->trace, &span);
}

void furrow__loop_run(furrow__loop *loop, furrow_claim *claim, size_t end, int worker,
                      void *scratch)
{
    if (loop->trace)
        run_traced(loop, claim, end, worker, scratch);
    else
        run(loop, claim, end, worker, scratch);
    size_t next = atomic_load_explicit(&claim->next, memory_order_relaxed);
    furrow__progress_add(&loop->progress, next - claim->begin);
}

bool furrow__loop_ends_before(furrow__loop *loop, size_t item)
{
    if (item > atomic_load_explicit(&loop->stop_at, memory_order_relaxed))
        return true;
    if (!furrow__loop_is_cancelled(loop))
        return false;
    furrow__loop_fail(loop, item, FURROW_ECANCELED, true);
    return true;
}

void furrow__loop_run_alone(furrow__loop *loop, size_t begin, size_t end, int worker)
{
    if (furrow__loop_ends_before(loop, begin))
        return;
    furrow_claim claim;
    furrow__claim_init(&claim, loop, 0);
    furrow__claim_open(&claim, begin, end, loop->body != NULL);
    furrow__loop_run(loop, &claim, end, worker, NULL);
}

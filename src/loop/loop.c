#include "loop.h"

#include <stdint.h>
#include <stdio.h>

#include <furrow/clock.h>

#include "trace.h"
#include "workers.h"

furrow__loop furrow__loop_of(size_t first, size_t n, furrow_cancel *cancel)
{
    return (furrow__loop){
        .first = first,
        .n = n,
        .cancel = {.others = {cancel, NULL}},
        .stop_at = SIZE_MAX,
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .failed_at = n,
        .reporting = ATOMIC_FLAG_INIT,
    };
}

int furrow__loop_reserve(furrow__loop *loop, int count)
{
    int status = furrow__trace_reserve(loop->trace, (size_t)count);
    return status ? status : furrow__workers_reserve(loop->workers, (size_t)count);
}

/* The lowest stop wins: what the serial loop returns. */
void furrow__loop_fail(furrow__loop *loop, size_t item, int status, bool stops)
{
    size_t at = atomic_load(&loop->stop_at);
    while (stops && item < at && !atomic_compare_exchange_weak(&loop->stop_at, &at, item))
        ;
    pthread_mutex_lock(&loop->lock);
    if (item < loop->failed_at) {
        loop->failed_at = item;
        loop->status = status;
    }
    pthread_mutex_unlock(&loop->lock);
}

/* ---- what it took ---- */

furrow__meter furrow__loop_enter(const furrow__loop *loop)
{
    if (!loop->metered)
        return (furrow__meter){0};
    return (furrow__meter){
        .waits = furrow_clock_thread_waits(),
        .cpu = furrow_clock_thread_cpu(),
        .wall = furrow_clock_wall(),
    };
}

void furrow__loop_leave(furrow__loop *loop, const furrow__meter *meter)
{
    if (!loop->metered)
        return;
    furrow__meter now = furrow__loop_enter(loop);
    pthread_mutex_lock(&loop->lock);
    loop->usage.wall += now.wall - meter->wall;
    loop->usage.cpu += now.cpu - meter->cpu;
    loop->usage.waits += now.waits - meter->waits;
    pthread_mutex_unlock(&loop->lock);
}

/* ---- its end ---- */

static void set_statuses(furrow__loop *loop, size_t begin, size_t end, int status)
{
    for (size_t i = begin; loop->statuses && i < end; i++)
        loop->statuses[i] = status;
}

/* The slots of items that furrow_fail named. */
static void set_faults(furrow__loop *loop)
{
    furrow_error fault;
    for (size_t i = 0; furrow_faults_at(loop->faults, i, &fault); i++)
        if (fault.item >= loop->first && fault.item - loop->first < loop->n)
            loop->statuses[fault.item - loop->first] = fault.code;
}

static void explain(const furrow__loop *loop, furrow_error *error)
{
    if (!error || loop->status == FURROW_OK)
        return;
    size_t item = loop->first + loop->failed_at;
    if (loop->reason.code == loop->status && loop->reason.item >= item) {
        *error = loop->reason;
        return;
    }
    furrow_error_set(error, loop->status, "item %zu: %s", item, furrow_status_text(loop->status));
    error->item = item;
}

static void tell(furrow__loop *loop, bool ended)
{
    furrow_progress progress = {
        .done = atomic_load(&loop->done),
        .failed = atomic_load(&loop->failed),
        .total = loop->n,
        .ended = ended,
    };
    if (progress.done > loop->reported || ended)
        loop->progress(&progress, loop->progress_context);
    loop->reported = progress.done;
}

/* Who finds another at it leaves it to him, or to who comes next. */
static void report(furrow__loop *loop, size_t count)
{
    if (!loop->progress)
        return;
    atomic_fetch_add(&loop->done, count);
    if (atomic_flag_test_and_set(&loop->reporting))
        return;
    tell(loop, false);
    atomic_flag_clear(&loop->reporting);
}

int furrow__loop_settle(furrow__loop *loop, size_t begun, furrow_error *error)
{
    furrow__loop_refuse(loop, begun, loop->n);
    if (loop->statuses && loop->faults && loop->body)
        set_faults(loop);
    if (loop->progress)
        tell(loop, true);
    explain(loop, error);
    loop->usage.items = loop->status ? 0 : loop->n;
    return loop->status;
}

void furrow__loop_refuse(furrow__loop *loop, size_t begin, size_t end)
{
    set_statuses(loop, begin, end, FURROW_ECANCELED);
}

/* ---- chunks ---- */

/* An item's function has failed. */
static void fail_item(furrow__loop *loop, size_t item, int status)
{
    furrow__loop_fail(loop, item, status, !loop->collect);
    atomic_fetch_add(&loop->failed, 1);
    if (!loop->collect || !loop->faults)
        return;
    furrow_error fault = {.code = status, .item = loop->first + item};
    snprintf(fault.text, sizeof fault.text, "%s", furrow_status_text(status));
    if (furrow_faults_add(loop->faults, &fault))
        furrow__loop_fail(loop, item, FURROW_ENOMEM, true);
}

/* The flags that say so where a call is cancelled, for loops whose items take nanoseconds. */
struct flags {
    const int *of[2];
    bool others; /* there are more */
};

static struct flags flags_of(const furrow__loop *loop)
{
    const furrow_cancel *const *others = loop->cancel.others;
    const int *own = &loop->cancel.requested;
    struct flags flags = {.of = {own, own}, .others = others[0] && others[1]};
    for (int i = 0; i < 2; i++)
        if (others[i]) {
            flags.of[1] = &others[i]->requested;
            flags.others |= others[i]->others[0] || others[i]->others[1];
        }
    return flags;
}

static inline bool is_set(const struct flags *flags, const furrow__loop *loop)
{
    int set = __atomic_load_n(flags->of[0], __ATOMIC_RELAXED) |
              __atomic_load_n(flags->of[1], __ATOMIC_RELAXED);
    return set || (flags->others && furrow__loop_is_cancelled(loop));
}

/* The one place where a function becomes a body. As furrow__claim_items, item by item. */
static void run_function(furrow__loop *loop, furrow_claim *claim, size_t end)
{
    const furrow_function function = loop->function;
    void *context = loop->context;
    const size_t item_size = loop->items ? loop->item_size : 0;
    const size_t result_size = loop->results ? loop->result_size : 0;
    const struct flags flags = flags_of(loop);
    int *statuses = loop->statuses;
    size_t i = claim->begin, own = atomic_load_explicit(&claim->end, memory_order_relaxed);
    uintptr_t item = (uintptr_t)loop->items + i * item_size;
    uintptr_t result = (uintptr_t)loop->results + i * result_size;
    for (size_t last = end < own ? end : own; i < last; i++) {
        atomic_store_explicit(&claim->next, i + 1, memory_order_relaxed);
        furrow__fence_light();
        if (i >= atomic_load_explicit(&claim->end, memory_order_relaxed) &&
            !furrow__claim_settle(claim, i, i + 1))
            break;
        if (i > atomic_load_explicit(&loop->stop_at, memory_order_relaxed) ||
            is_set(&flags, loop)) {
            furrow__claim_cancel(claim, i);
            break;
        }
        int status = function((void *)result, (const void *)item, context);
        if (statuses)
            statuses[i] = status;
        if (status)
            fail_item(loop, i, status);
        item += item_size;
        result += result_size;
    }
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

/* A range whose body asked for its items one by one failed at the last that it was given; what it
 * had not asked for fails with it. */
static void fail_range(furrow__loop *loop, furrow_claim *claim, size_t end, int status)
{
    size_t next = atomic_load_explicit(&claim->next, memory_order_relaxed);
    size_t at = claim->asked && next > claim->begin && !loop->collect ? next - 1 : claim->begin;
    size_t last = furrow__claim_skip(claim, end);
    set_statuses(loop, claim->begin, last, status);
    atomic_fetch_add(&loop->failed, last - claim->begin);
    furrow__loop_fail(loop, at, status, !loop->collect);
}

static void run_body(furrow__loop *loop, furrow_claim *claim, size_t end, int worker, void *scratch)
{
    size_t begin = claim->begin;
    claim->asked = false;
    furrow_range range = range_of(loop, claim, worker, begin, end);
    range.scratch = scratch;
    int status = FURROW_OK;
    if (loop->workers)
        status = furrow__workers_scratch(&range.scratch, loop->workers, worker);
    if (status == FURROW_OK)
        status = loop->body(&range, loop->context);
    size_t next = atomic_load_explicit(&claim->next, memory_order_relaxed);
    if (status == FURROW_OK && loop->finished && next > begin)
        status = loop->finished(range.begin, loop->first + next, loop->finished_context);
    if (status)
        fail_range(loop, claim, end, status);
    else
        set_statuses(loop, begin, next, FURROW_OK);
}

static void run(furrow__loop *loop, furrow_claim *claim, size_t end, int worker, void *scratch)
{
    if (loop->body)
        run_body(loop, claim, end, worker, scratch);
    else
        run_function(loop, claim, end);
    if (claim->dropped > 0) {
        size_t next = atomic_load_explicit(&claim->next, memory_order_relaxed);
        furrow__loop_refuse(loop, next, claim->dropped);
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
    report(loop, atomic_load_explicit(&claim->next, memory_order_relaxed) - claim->begin);
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

#include "loop.h"

#include <stdint.h>
#include <string.h>

#include <furrow/clock.h>

#include "base/rounding.h"
#include "trace.h"
#include "workers.h"

__attribute__((noinline)) void furrow__clear(void *memory, size_t size)
{
    memset(memory, 0, size);
}

/* A reason has a text, which is long and seldom there. */
void furrow__loop_init(furrow__loop *loop, size_t first, size_t n, furrow_cancel *cancel)
{
    furrow__clear(loop, offsetof(furrow__loop, reason));
    loop->reason.code = FURROW_OK;
    loop->first = first;
    loop->n = loop->failed_at = n;
    loop->cancel.others[0] = cancel;
    loop->rounding = fegetround();
    atomic_init(&loop->stop_at, SIZE_MAX);
    loop->lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
}

int furrow__loop_reserve(furrow__loop *loop, int count)
{
    int status = furrow__trace_reserve(loop->trace, (size_t)count);
    return status ? status : furrow__workers_reserve(loop->workers, (size_t)count);
}

/* Of two failures that of the lower item counts, as in the serial loop; and one counts more than a
 * cancel, which it may itself have asked for. Under the lock. */
static bool counts_more(const furrow__loop *loop, size_t item, int status)
{
    bool failed = loop->failed_at < loop->n, fails = status != FURROW_ECANCELED;
    if (failed && fails != (loop->status != FURROW_ECANCELED))
        return fails;
    return item < loop->failed_at;
}

void furrow__loop_fail(furrow__loop *loop, size_t item, int status, bool stops)
{
    size_t at = atomic_load(&loop->stop_at);
    while (stops && item < at && !atomic_compare_exchange_weak(&loop->stop_at, &at, item))
        ;
    pthread_mutex_lock(&loop->lock);
    if (counts_more(loop, item, status)) {
        loop->failed_at = item;
        loop->status = status;
    }
    pthread_mutex_unlock(&loop->lock);
}

void furrow__loop_note_reason(furrow__loop *loop, const furrow_error *reason)
{
    pthread_mutex_lock(&loop->lock);
    if (loop->reason.code == 0 || reason->item < loop->reason.item)
        loop->reason = *reason;
    pthread_mutex_unlock(&loop->lock);
}

/* ---- what it took ---- */

static furrow__meter read_clocks(void)
{
    return (furrow__meter){
        .waits = furrow_clock_thread_waits(),
        .cpu = furrow_clock_thread_cpu(),
        .wall = furrow_clock_wall(),
    };
}

furrow__meter furrow__loop_enter(const furrow__loop *loop)
{
    furrow__meter meter = {0};
    int before = furrow__round(loop->rounding);
    if (loop->metered)
        meter = read_clocks();
    meter.rounding = before;
    return meter;
}

void furrow__loop_leave(furrow__loop *loop, const furrow__meter *meter)
{
    furrow__round_back(meter->rounding, loop->rounding);
    if (!loop->metered)
        return;
    furrow__meter now = read_clocks();
    pthread_mutex_lock(&loop->lock);
    loop->usage.wall += now.wall - meter->wall;
    loop->usage.cpu += now.cpu - meter->cpu;
    loop->usage.waits += now.waits - meter->waits;
    pthread_mutex_unlock(&loop->lock);
}

/* ---- its end ---- */

void furrow__loop_set_statuses(furrow__loop *loop, size_t begin, size_t end, int status)
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

void furrow__loop_explain(const furrow__loop *loop, furrow_error *error)
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

int furrow__loop_settle(furrow__loop *loop, size_t begun, furrow_error *error)
{
    furrow__loop_set_statuses(loop, begun, loop->n, FURROW_ECANCELED);
    if (loop->statuses && loop->faults && loop->body)
        set_faults(loop);
    furrow__tally_end(&loop->tally);
    furrow__loop_explain(loop, error);
    loop->usage.items = loop->status ? 0 : loop->n;
    return loop->status;
}

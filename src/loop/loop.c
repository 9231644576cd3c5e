#include "loop.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>

#include <furrow/clock.h>

#include "base/rounding.h"
#include "base/tsan.h"

__attribute__((noinline)) void furrow__clear(void *memory, size_t size)
{
    memset(memory, 0, size);
}

/* The text of the reason is long and seldom used, so it is not cleared. */
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
    return status ? status : furrow__scratch_reserve(loop->scratch, (size_t)count);
}

/* Whether this failure counts more than the one that is noted. As in the serial loop, that of the
 * lower item counts; but a failure counts more than a cancel, which it may itself have requested.
 * Under the lock. */
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

/* ---- progress ---- */

void furrow__progress_init(furrow__progress *progress, furrow_progress_event event, void *context,
                           size_t total)
{
    *progress = (furrow__progress){
        .event = event, .context = context, .total = total, .reporting = ATOMIC_FLAG_INIT};
}

static void report(furrow__progress *progress, bool ended)
{
    furrow_progress now = {
        .done = atomic_load(&progress->done),
        .failed = atomic_load(&progress->failed),
        .total = progress->total,
        .ended = ended,
    };
    if (now.done > progress->reported || ended)
        progress->event(&now, progress->context);
    progress->reported = now.done;
}

void furrow__progress_add(furrow__progress *progress, size_t count)
{
    if (!progress->event)
        return;
    atomic_fetch_add(&progress->done, count);
    if (atomic_flag_test_and_set(&progress->reporting))
        return;
    furrow__tsan_acquire(progress);
    report(progress, false);
    furrow__tsan_release(progress);
    atomic_flag_clear(&progress->reporting);
}

void furrow__progress_end(furrow__progress *progress)
{
    furrow__tsan_acquire(progress);
    if (progress->event)
        report(progress, true);
}

/* ---- what it took ---- */

static furrow__clocks read_clocks(void)
{
    return (furrow__clocks){
        .waits = furrow_clock_thread_waits(),
        .cpu = furrow_clock_thread_cpu(),
        .wall = furrow_clock_wall(),
    };
}

furrow__clocks furrow__loop_enter(const furrow__loop *loop)
{
    furrow__clocks begun = {0};
    int before = furrow__round(loop->rounding);
    if (loop->wants_usage)
        begun = read_clocks();
    begun.rounding = before;
    return begun;
}

void furrow__loop_leave(furrow__loop *loop, const furrow__clocks *begun)
{
    furrow__round_back(begun->rounding, loop->rounding);
    if (!loop->wants_usage)
        return;
    furrow__clocks now = read_clocks();
    pthread_mutex_lock(&loop->lock);
    loop->usage.wall += now.wall - begun->wall;
    loop->usage.cpu += now.cpu - begun->cpu;
    loop->usage.waits += now.waits - begun->waits;
    pthread_mutex_unlock(&loop->lock);
}

/* ---- its end ---- */

void furrow__loop_set_statuses(furrow__loop *loop, size_t begin, size_t end, int status)
{
    for (size_t i = begin; loop->statuses && i < end; i++)
        loop->statuses[i] = status;
}

/* Sets the statuses of the items that furrow_fail named. */
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
    furrow__progress_end(&loop->progress);
    furrow__loop_explain(loop, error);
    loop->usage.items = loop->status ? 0 : loop->n;
    return loop->status;
}

/* ---- forks ---- */

static unsigned generation; /* written by a child while it has one thread */

static void count_child(void)
{
    generation++;
}

/* Runs when the library is loaded: a program may use OpenMP and fork before it calls Furrow. */
__attribute__((constructor)) static void watch(void)
{
    pthread_atfork(NULL, NULL, count_child);
}

unsigned furrow__fork_generation(void)
{
    return generation;
}

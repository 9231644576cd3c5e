#include "tally.h"

void furrow__tally_init(furrow__tally *tally, furrow_progress_event event, void *context,
                        size_t total)
{
    *tally = (furrow__tally){
        .event = event, .context = context, .total = total, .telling = ATOMIC_FLAG_INIT};
}

static void tell(furrow__tally *tally, bool ended)
{
    furrow_progress progress = {
        .done = atomic_load(&tally->done),
        .failed = atomic_load(&tally->failed),
        .total = tally->total,
        .ended = ended,
    };
    if (progress.done > tally->told || ended)
        tally->event(&progress, tally->context);
    tally->told = progress.done;
}

void furrow__tally_add(furrow__tally *tally, size_t count)
{
    if (!tally->event)
        return;
    atomic_fetch_add(&tally->done, count);
    if (atomic_flag_test_and_set(&tally->telling))
        return;
    tell(tally, false);
    atomic_flag_clear(&tally->telling);
}

void furrow__tally_end(furrow__tally *tally)
{
    if (tally->event)
        tell(tally, true);
}

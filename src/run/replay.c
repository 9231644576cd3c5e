#include "run_state.h"

#include <inttypes.h>

/* Fewer items are identified on the caller. */
static const size_t few = 64;

/* Identifies the items in parallel, since each may have to ask the file system. */
static int identify(furrow__run_state *run, size_t begin, size_t end)
{
    const furrow_run_options *options = run->options;
    const furrow_parallel_options parallel = {
        .plan = options->plan,
        .facts = {.cpus = run->facts.cpus, .thread_limit = run->facts.thread_limit},
        .first = begin,
        .cancel = options->cancel,
        .site = &run->identity_site,
    };
    if (!run->feed)
        return FURROW_OK;
    if (end - begin < few)
        return furrow__items_identify(&(furrow_range){.begin = begin, .end = end}, &run->items);
    return furrow_parallel_for(&parallel, end - begin, furrow__items_identify, &run->items);
}

static int compare_identities(const furrow__run_state *run, size_t begin, size_t end,
                              furrow_error *error)
{
    const furrow__recorder *recorder = &run->recorder;
    const uint64_t *then = recorder->identities + (begin - recorder->begin);
    const uint64_t *now = run->window.identities + (begin - run->window.first);
    for (size_t i = 0; i < end - begin; i++) {
        if (then[i] == now[i])
            continue;
        char label[FURROW_ERROR_TEXT_SIZE / 2];
        furrow__items_label(&run->items, begin + i, label, sizeof label);
        return furrow_error_set(error, FURROW_ECHANGED,
                                "the input has changed: item %zu%s%s is not what it was when the "
                                "journal was written; remove the journal to begin anew",
                                begin + i, label[0] ? ", " : "", label);
    }
    return FURROW_OK;
}

/* Takes the items [begin, end) from the record read last. */
static int take(furrow__run_state *run, size_t begin, size_t end, furrow_error *error)
{
    furrow__window *window = &run->window;
    int status = identify(run, begin, end);
    if (status == FURROW_OK)
        status = compare_identities(run, begin, end, error);
    if (status)
        return status;
    return furrow__recorder_take(&run->recorder, begin, end - begin,
                                 window->results + (begin - window->first) * window->result_size,
                                 window->faults);
}

int furrow__run_replay(furrow__run_state *run, size_t *end, furrow_error *error)
{
    const size_t last = run->window.first + run->window.count;
    size_t recorded = 0;
    int status = furrow__recorder_peek(&recorded, &run->recorder, *end, error);
    while (status == FURROW_OK && recorded > 0 && *end < last) {
        size_t count = recorded < last - *end ? recorded : last - *end;
        status = take(run, *end, *end + count, error);
        if (status == FURROW_OK) {
            *end += count;
            status = furrow__recorder_peek(&recorded, &run->recorder, *end, error);
        }
    }
    return status;
}

#include "run_state.h"

#include <stdint.h>

#include "feed.h"

/* The most items that the next window may have: within memory, and within max_items. */
static size_t next_capacity(const furrow__run_state *run)
{
    size_t capacity = furrow__smaller(run->capacity, furrow__window_max_items(&run->window));
    if (run->bytes.format)
        capacity = furrow__bytes_max_items(&run->bytes);
    size_t block = run->blocks.items, most = run->options->max_items;
    if (run->blocks.partial) {
        size_t before = run->next % block; /* windows end where blocks do */
        capacity = furrow__larger(furrow__smaller(capacity, furrow__blocks_max_items(&run->blocks)),
                                  block);
        capacity -= (before + capacity) % block;
    }
    return most ? furrow__smaller(capacity, most - (run->next - run->part.begin)) : capacity;
}

/* Lets the kernel feed at most `capacity` items. If `next` fails, the items that it had fed run
 * before the failure is returned. */
static int feed_batch(furrow__run_state *run, size_t capacity, size_t *count, furrow_error *error)
{
    furrow_error *failure = &run->feed_failure;
    *count = 0;
    if (!failure->code) {
        furrow__feed_open(run->feed, run->next, capacity);
        *failure = (furrow_error){.item = FURROW_NO_ITEM};
        failure->code = run->kernel->next(run->state, run->feed, capacity, failure);
        *count = furrow_feed_count(run->feed);
    }
    if (*count > 0 || !failure->code)
        return FURROW_OK;
    if (error && failure->text[0])
        *error = *failure;
    return failure->code;
}

static int next_batch(furrow__run_state *run, size_t capacity, size_t *count, furrow_error *error)
{
    if (run->feed)
        return feed_batch(run, capacity, count, error);
    *count = furrow__smaller(capacity, run->part.end - run->next);
    return FURROW_OK;
}

/* Whether all items have run, where the kernel declares how many there are. */
static bool is_at_end(const furrow__run_state *run)
{
    return run->part.end == run->next;
}

/* Called at the end of the input. The journal must not have further items. */
static int end_windows(furrow__run_state *run, furrow_error *error)
{
    size_t recorded = 0;
    int status = furrow__recorder_peek(&recorded, &run->recorder, run->next, error);
    run->outcome->whole = status == FURROW_OK && recorded == 0;
    if (status || recorded == 0)
        return status;
    return furrow_error_set(error, FURROW_ECHANGED,
                            "the input has changed: it ends after %zu item%s, and the journal has "
                            "more; give the same input, or remove the journal to begin anew",
                            run->next, run->next == 1 ? "" : "s");
}

/* Runs the next window. `*ended`: no item is left. */
static int run_next(furrow__run_state *run, bool *ended, furrow_error *error)
{
    size_t count = 0, capacity = next_capacity(run);
    *ended = capacity == 0;
    if (*ended) {
        run->outcome->whole = is_at_end(run);
        return FURROW_OK;
    }
    int status = next_batch(run, capacity, &count, error);
    if (status)
        return status;
    *ended = count == 0;
    return *ended ? end_windows(run, error) : furrow__run_window(run, count, error);
}

int furrow__run_windows(furrow__run_state *run, furrow_error *error)
{
    bool ended = false;
    int status = run->bytes.format && run->part.begin == run->part.end
                     ? furrow__bytes_write_none(&run->bytes)
                     : FURROW_OK;
    while (status == FURROW_OK && !ended)
        status = furrow_cancel_requested(run->options->cancel) ? FURROW_ECANCELED
                                                               : run_next(run, &ended, error);
    return status;
}

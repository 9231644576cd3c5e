#include "course.h"

#include <inttypes.h>

/* Fewer are not worth a team. */
static const size_t few = 64;

/* On a team, since each may take a look at the disk. */
static int identify(furrow__course *course, size_t begin, size_t end)
{
    const furrow_run_options *options = course->options;
    const furrow_parallel_options parallel = {
        .plan = options->plan,
        .facts = {.cpus = course->facts.cpus, .thread_limit = course->facts.thread_limit},
        .first = begin,
        .cancel = options->cancel,
        .site = &course->identity_site,
    };
    if (!course->feed)
        return FURROW_OK;
    if (end - begin < few)
        return furrow__items_identify(&(furrow_range){.begin = begin, .end = end}, &course->items);
    return furrow_parallel_for(&parallel, end - begin, furrow__items_identify, &course->items);
}

static int compare_identities(const furrow__course *course, size_t begin, size_t end,
                              furrow_error *error)
{
    const furrow__recorder *recorder = &course->recorder;
    const uint64_t *then = recorder->identities + (begin - recorder->begin);
    const uint64_t *now = course->window.identities + (begin - course->window.first);
    for (size_t i = 0; i < end - begin; i++) {
        if (then[i] == now[i])
            continue;
        char label[FURROW_ERROR_TEXT_SIZE / 2];
        furrow__items_label(&course->items, begin + i, label, sizeof label);
        return furrow_error_set(error, FURROW_ECHANGED,
                                "the input has changed: item %zu%s%s is not what it was when the "
                                "journal was written; remove the journal to begin anew",
                                begin + i, label[0] ? ", " : "", label);
    }
    return FURROW_OK;
}

/* The items [begin, end) of the record at hand. */
static int take(furrow__course *course, size_t begin, size_t end, furrow_error *error)
{
    furrow__window *window = &course->window;
    int status = identify(course, begin, end);
    if (status == FURROW_OK)
        status = compare_identities(course, begin, end, error);
    if (status)
        return status;
    return furrow__recorder_take(&course->recorder, begin, end - begin,
                                 window->results + (begin - window->first) * window->result_size,
                                 window->faults);
}

int furrow__course_replay(furrow__course *course, size_t *end, furrow_error *error)
{
    const size_t last = course->window.first + course->window.count;
    size_t recorded = 0;
    int status = furrow__recorder_peek(&recorded, &course->recorder, *end, error);
    while (status == FURROW_OK && recorded > 0 && *end < last) {
        size_t count = recorded < last - *end ? recorded : last - *end;
        status = take(course, *end, *end + count, error);
        if (status == FURROW_OK) {
            *end += count;
            status = furrow__recorder_peek(&recorded, &course->recorder, *end, error);
        }
    }
    return status;
}

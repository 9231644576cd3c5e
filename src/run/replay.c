#include "course.h"

#include <inttypes.h>

/* Fewer are not worth a team. */
static const size_t few = 64;

/* On a team, since each may take a look at the disk. */
static int identify_window(furrow__course *course, size_t count)
{
    const furrow_run_options *options = course->options;
    const furrow_parallel_options parallel = {
        .plan = options->plan,
        .facts = {.cpus = course->facts.cpus, .thread_limit = course->facts.thread_limit},
        .first = course->next,
        .cancel = options->cancel,
        .site = &course->identity_site,
    };
    if (!course->kernel->identity)
        return FURROW_OK;
    if (count < few)
        return furrow__items_identify(
            &(furrow_range){.begin = course->next, .end = course->next + count}, &course->items);
    return furrow_parallel_for(&parallel, count, furrow__items_identify, &course->items);
}

static int compare_identities(const furrow__course *course, size_t count, furrow_error *error)
{
    const furrow__recorder *recorder = &course->recorder;
    const uint64_t *then = recorder->identities + (course->next - recorder->begin);
    const uint64_t *now = course->window.identities;
    for (size_t i = 0; i < count; i++) {
        if (then[i] == now[i])
            continue;
        char label[FURROW_ERROR_TEXT_SIZE / 2];
        furrow__items_label(&course->items, course->next + i, label, sizeof label);
        furrow_error_set(error, FURROW_ECHANGED,
                         "the input has changed: item %zu%s%s is not what it was when the journal "
                         "was written; remove the journal to begin anew",
                         course->next + i, label[0] ? ", " : "", label);
        return FURROW_ECHANGED;
    }
    return FURROW_OK;
}

static int hand_on(furrow__course *course, furrow_error *error)
{
    if (course->options->halt && furrow_faults_count(course->window.faults) > 0)
        return furrow__course_halt(course, error);
    const furrow__window *window = &course->window;
    return furrow__window_close_before(&course->window, window->first + window->count);
}

static int take(furrow__course *course, size_t count, furrow_error *error)
{
    furrow__window *window = &course->window;
    int status = furrow__window_open(window, course->next, count);
    if (status)
        return status;
    window->replays = true;
    course->items.identities = window->identities;
    course->items.first = course->next;
    status = identify_window(course, count);
    if (status == FURROW_OK)
        status = compare_identities(course, count, error);
    if (status)
        return status;
    return furrow__recorder_take(&course->recorder, course->next, count, window->results,
                                 window->faults);
}

int furrow__course_replay(furrow__course *course, size_t count, furrow_error *error)
{
    int status = take(course, count, error);
    if (status == FURROW_OK)
        status = hand_on(course, error);
    furrow__course_settle(course);
    if (status)
        return status;
    furrow__tally_add(&course->tally, count);
    course->next += count;
    course->outcome->items = course->outcome->resumed = course->next;
    return FURROW_OK;
}

#include "choice.h"

/* Loops up to these seconds run on the caller: about what sharing costs where a thread is looking
 * for work, and where a thread has to be woken. */
static const double small_when_awake = 2e-6;
static const double small_when_asleep = 70e-6;

/* Sharing that saves less than this share of the time does not help. */
static const double least_gain = 0.03;
/* The number of calls that run alone before sharing is tried again. It is one where only the first
 * call was shared, which may have touched new memory. */
static const unsigned calls_before_retry = 64;
static const unsigned early_calls = 3;
/* A loop that has only been shared runs alone once, to measure that, if a shared call takes at most
 * short_loop; or at most longest_trial, where sharing may not have helped. */
static const double short_loop = 500e-6;
static const double longest_trial = 0.1;
/* Reading clocks takes a microsecond, which shorter loops do not pay after their first call. */
static const double timed_loop = 100e-6;

bool furrow_plan_history_waits(const furrow_plan_history *history)
{
    return history->on_cpu > 0 && history->on_cpu < 0.5 && history->waits >= 0.5;
}

bool furrow__choice_is_small(const furrow_plan_history *history, size_t items,
                             furrow_readiness readiness)
{
    double small = readiness == FURROW_READY_AWAKE ? small_when_awake : small_when_asleep;
    return history->alone > 0 && history->alone * (double)items <= small &&
           !furrow_plan_history_waits(history);
}

bool furrow__choice_is_loss(const furrow_plan_history *history)
{
    return history->shared > 0 && history->alone > 0 &&
           history->shared >= (1 - least_gain) * history->alone;
}

static bool is_tried_again(const furrow_plan_history *history)
{
    return history->loss % calls_before_retry == calls_before_retry - 1 ||
           (history->loss == 1 && history->calls < early_calls);
}

/* Whether the first items, run alone, took no longer than each item of the shared loop: the threads
 * hinder each other, or the first items are the cheapest. */
static bool may_be_loss(const furrow_plan_history *history)
{
    return history->first_items > 0 && history->shared >= (1 - least_gain) * history->first_items;
}

/* How to run a loop that no thread has run whole. */
static furrow_sharing measure_alone(const furrow_plan_history *history, size_t items)
{
    double took = history->shared * (double)items;
    if (may_be_loss(history))
        return took <= longest_trial ? FURROW_SHARING_NONE : FURROW_SHARING_NOW;
    if (furrow_plan_history_waits(history))
        return FURROW_SHARING_NOW;
    if (took <= short_loop)
        return FURROW_SHARING_NONE;
    return history->first_items > 0 ? FURROW_SHARING_NOW : FURROW_SHARING_LATE;
}

furrow_sharing furrow_plan_sharing(const furrow_plan_history *history, size_t items, int threads,
                                   furrow_readiness readiness)
{
    if (items < 2 || threads < 2)
        return FURROW_SHARING_NONE;
    if (furrow__choice_is_small(history, items, readiness))
        return FURROW_SHARING_NONE;
    if (furrow__choice_is_loss(history))
        return is_tried_again(history) ? FURROW_SHARING_NOW : FURROW_SHARING_NONE;
    if (history->alone > 0 || (history->shared <= 0 && furrow_plan_history_waits(history)))
        return FURROW_SHARING_NOW;
    if (history->shared > 0)
        return measure_alone(history, items);
    return readiness == FURROW_READY_WATCHING ? FURROW_SHARING_LATE : FURROW_SHARING_NOW;
}

double furrow_plan_gain(const furrow_plan_history *history, size_t items, int threads)
{
    return threads > 1 ? history->alone * (double)items * (1 - 1.0 / threads) : 0;
}

bool furrow_plan_is_worth_timing(const furrow_plan_history *history, size_t items)
{
    double item = history->alone > 0 ? history->alone : history->shared;
    return history->calls == 0 || item * (double)items > timed_loop;
}

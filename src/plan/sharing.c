#include "choice.h"

/* What the caller does by itself rather than share: about what sharing costs where a thread looks
 * for work, and where one has to wake up first. */
static const double small_when_awake = 2e-6;
static const double small_when_asleep = 70e-6;

/* Sharing that saves less than this part is none. */
static const double least_gain = 0.03;
/* Calls that run alone before sharing is tried again; one, where the only shared call so far was
 * the first, which may have touched memory that was new to it. */
static const unsigned calls_before_retry = 64;
static const unsigned early_calls = 3;
/* A whole loop is run alone to see what that takes if it takes no longer than this when shared; or
 * than that, where sharing may have been a loss. */
static const double short_loop = 500e-6;
static const double longest_trial = 0.1;
/* Loops that take less are not worth a microsecond of clocks, but for their first call. */
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

/* The first items took no longer by themselves than all took, each, when they were shared: others
 * are in the way, or the first are just the cheapest. */
static bool may_be_loss(const furrow_plan_history *history)
{
    return history->first_items > 0 && history->shared >= (1 - least_gain) * history->first_items;
}

/* Of a loop that no thread has run whole. */
static furrow_sharing see_alone(const furrow_plan_history *history, size_t items)
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
        return see_alone(history, items);
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

#include "choice.h"

/* What the caller does by itself rather than share: about what sharing costs where a thread looks
 * for work, and where one has to wake up first. */
static const double little_when_awake = 2e-6;
static const double little_when_asleep = 70e-6;

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
static const double metered_loop = 100e-6;

bool furrow_plan_known_waits(const furrow_plan_known *known)
{
    return known->on_cpu > 0 && known->on_cpu < 0.5 && known->waits >= 0.5;
}

bool furrow__choice_is_little(const furrow_plan_known *known, size_t items,
                              furrow_readiness readiness)
{
    double little = readiness == FURROW_READY_AWAKE ? little_when_awake : little_when_asleep;
    return known->alone > 0 && known->alone * (double)items <= little &&
           !furrow_plan_known_waits(known);
}

bool furrow__choice_is_loss(const furrow_plan_known *known)
{
    return known->shared > 0 && known->alone > 0 &&
           known->shared >= (1 - least_gain) * known->alone;
}

static bool is_tried_again(const furrow_plan_known *known)
{
    return known->loss % calls_before_retry == calls_before_retry - 1 ||
           (known->loss == 1 && known->calls < early_calls);
}

/* The first items took no longer by themselves than all took, each, when they were shared: others
 * are in the way, or the first are just the cheapest. */
static bool may_be_loss(const furrow_plan_known *known)
{
    return known->front > 0 && known->shared >= (1 - least_gain) * known->front;
}

/* Of a loop that no thread has run whole. */
static furrow_sharing see_alone(const furrow_plan_known *known, size_t items)
{
    double took = known->shared * (double)items;
    if (may_be_loss(known))
        return took <= longest_trial ? FURROW_SHARING_NONE : FURROW_SHARING_NOW;
    if (furrow_plan_known_waits(known))
        return FURROW_SHARING_NOW;
    if (took <= short_loop)
        return FURROW_SHARING_NONE;
    return known->front > 0 ? FURROW_SHARING_NOW : FURROW_SHARING_LATE;
}

furrow_sharing furrow_plan_sharing(const furrow_plan_known *known, size_t items, int threads,
                                   furrow_readiness readiness)
{
    if (items < 2 || threads < 2)
        return FURROW_SHARING_NONE;
    if (furrow__choice_is_little(known, items, readiness))
        return FURROW_SHARING_NONE;
    if (furrow__choice_is_loss(known))
        return is_tried_again(known) ? FURROW_SHARING_NOW : FURROW_SHARING_NONE;
    if (known->alone > 0 || (known->shared <= 0 && furrow_plan_known_waits(known)))
        return FURROW_SHARING_NOW;
    if (known->shared > 0)
        return see_alone(known, items);
    return readiness == FURROW_READY_WATCHING ? FURROW_SHARING_LATE : FURROW_SHARING_NOW;
}

double furrow_plan_gain(const furrow_plan_known *known, size_t items, int threads)
{
    return threads > 1 ? known->alone * (double)items * (1 - 1.0 / threads) : 0;
}

bool furrow_plan_is_worth_metering(const furrow_plan_known *known, size_t items)
{
    double item = known->alone > 0 ? known->alone : known->shared;
    return known->calls == 0 || item * (double)items > metered_loop;
}

#include "choice.h"

/* What the caller does by itself rather than share: about what sharing costs where a thread looks
 * for work, and where one has to wake up first. */
static const double little_when_awake = 2e-6;
static const double little_when_asleep = 70e-6;

/* Sharing that saves less than this part is none. */
static const double least_gain = 0.03;
/* So many calls run alone before sharing is tried again. */
static const unsigned calls_before_retry = 64;
/* A whole loop is run alone to see what that takes if it takes no longer than this when shared. */
static const double short_loop = 2e-3;
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

furrow_sharing furrow_plan_sharing(const furrow_plan_known *known, size_t items, int threads,
                                   furrow_readiness readiness)
{
    if (items < 2 || threads < 2)
        return FURROW_SHARING_NONE;
    if (furrow__choice_is_little(known, items, readiness))
        return FURROW_SHARING_NONE;
    if (furrow__choice_is_loss(known))
        return known->loss % calls_before_retry == calls_before_retry - 1 ? FURROW_SHARING_NOW
                                                                          : FURROW_SHARING_NONE;
    if (known->alone > 0 || furrow_plan_known_waits(known))
        return FURROW_SHARING_NOW;
    if (known->shared > 0)
        return known->shared * (double)items <= short_loop ? FURROW_SHARING_NONE
                                                           : FURROW_SHARING_LATE;
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

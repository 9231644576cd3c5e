#include "history.h"

#include <math.h>

/* A quicker call counts at once, since disturbances only ever add time. A slower one counts by this
 * weight, and as if it had taken at most twice as long as before: a thread that lost its CPU for a
 * while is no slower. */
static const float weight = 0.25f;
static const float max_slower = 2;

static float get(const float *value)
{
    float now;
    __atomic_load(value, &now, __ATOMIC_RELAXED);
    return now;
}

static void set(float *value, float now)
{
    __atomic_store(value, &now, __ATOMIC_RELAXED);
}

static unsigned count(const unsigned *value)
{
    return __atomic_load_n(value, __ATOMIC_RELAXED);
}

static void set_count(unsigned *value, unsigned now)
{
    __atomic_store_n(value, now, __ATOMIC_RELAXED);
}

/* Loops over twice as many items have a history of their own. */
static unsigned class_of(size_t items)
{
    return items ? 64 - (unsigned)__builtin_clzll(items) : 0;
}

static void forget(furrow_history *history, unsigned key)
{
    set(&history->alone, 0);
    set(&history->first_items, 0);
    set(&history->shared, 0);
    set(&history->on_cpu, 0);
    set(&history->waits, 0);
    set_count(&history->calls, 0);
    set_count(&history->loss, 0);
    set_count(&history->key, key);
}

static furrow_history *of_key(furrow_history *history, unsigned key)
{
    if (count(&history->key) != key)
        forget(history, key);
    return history;
}

furrow_history *furrow__histories_of(furrow__histories *histories, uintptr_t function, size_t items)
{
    uint64_t key = ((uint64_t)function + class_of(items)) * 0x9e3779b97f4a7c15u; /* D. E. Knuth,
                                                                                    TAOCP 3, 6.4 */
    return of_key(&histories->entries[key >> 58], (unsigned)(key >> 16) | 1);
}

furrow_history *furrow__site_history(furrow_site *site, size_t items)
{
    unsigned class = class_of(items);
    return of_key(&site->sizes[class % FURROW_SITE_SIZES], class + 1);
}

furrow_plan_history furrow__history_read(const furrow_history *history)
{
    return (furrow_plan_history){
        .calls = count(&history->calls),
        .loss = count(&history->loss),
        .alone = (double)get(&history->alone),
        .first_items = (double)get(&history->first_items),
        .shared = (double)get(&history->shared),
        .on_cpu = (double)get(&history->on_cpu),
        .waits = (double)get(&history->waits),
    };
}

static void learn(float *value, double observed, bool least)
{
    if (!(observed > 0))
        return;
    float before = get(value);
    float now = (float)fmin(fmax(observed, 1e-12), 1e12);
    bool jumps = before <= 0 || (least && now < before);
    if (!jumps && least && now > max_slower * before)
        now = max_slower * before;
    set(value, jumps ? now : before + weight * (now - before));
}

void furrow__history_learn(furrow_history *history, const furrow__observation *observed)
{
    learn(&history->alone, observed->alone, true);
    learn(&history->first_items, observed->first_items, true);
    learn(&history->shared, observed->shared, true);
    learn(&history->on_cpu, observed->on_cpu, false);
    if (observed->on_cpu > 0)
        set(&history->waits, (float)observed->waits);
    set_count(&history->loss, observed->loss ? count(&history->loss) + 1 : 0);
    set_count(&history->calls, count(&history->calls) + 1);
}

void furrow__history_forget_shared(furrow_history *history)
{
    set(&history->shared, 0);
}

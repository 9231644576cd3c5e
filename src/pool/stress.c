#include "stress.h"

#ifdef FURROW_STRESS

#include <sched.h>
#include <stdatomic.h>

#include <furrow/clock.h>

/* One point in RARITY yields, one in RARITY * RARITY sleeps. */
enum { RARITY = 4, START_YIELDS = 20 };

static atomic_uint seed_now, threads;
static _Thread_local unsigned state, seeded;

void furrow__stress_seed(unsigned seed)
{
    atomic_store(&seed_now, seed + 1);
    atomic_store(&threads, 0);
}

/* xorshift32 (G. Marsaglia, 2003); each thread has a stream of its own. */
static unsigned next_random(void)
{
    unsigned seed = atomic_load(&seed_now);
    if (state == 0 || seeded != seed) {
        seeded = seed;
        state = (seed * 2654435761u) ^ (atomic_fetch_add(&threads, 1) * 40503u + 1u);
        state += state == 0;
    }
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state >> 4;
}

void furrow__stress_point(void)
{
    unsigned random = next_random();
    if (random % (RARITY * RARITY) == 0)
        furrow_clock_sleep(1e-6 * (random / 64 % 32));
    else if (random % RARITY == 0)
        sched_yield();
}

void furrow__stress_start(void)
{
    for (int i = 0; i < START_YIELDS; i++)
        sched_yield();
}

#else

/* ISO C does not allow an empty file. */
typedef int furrow__stress_none;

#endif

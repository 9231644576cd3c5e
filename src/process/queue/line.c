#include "shared.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Seconds. */
#define LOOKING   3e-6 /* before a sleep: less than a sleep and its wake cost */
#define PATIENCE  1e-3 /* of a putter who waits for more room than its item needs */
#define LOOK_LINE 1e-4 /* of a call that must not wait, for another that is about to end */

enum { SHARE_OF_ROOM = 8 };

int furrow__line_init(furrow__side *side)
{
    pthread_mutexattr_t attributes;
    int error = pthread_mutexattr_init(&attributes);
    if (error)
        return -error;
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    error = pthread_mutex_init(&side->line, &attributes);
    if (!error)
        error = pthread_mutex_init(&side->door, &attributes);
    pthread_mutexattr_destroy(&attributes);
    return -error;
}

static void wake(furrow__side *sleeper)
{
    atomic_store_explicit(&sleeper->asleep, 0, memory_order_relaxed);
    syscall(SYS_futex, &sleeper->asleep, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

static void sleep_until(furrow__side *side, const furrow__deadline *deadline)
{
    syscall(SYS_futex, &side->asleep, FUTEX_WAIT_BITSET, 1,
            deadline->forever ? NULL : &deadline->at, NULL, FUTEX_BITSET_MATCH_ANY);
}

/* Behind an owner who died no half-made move remains, but perhaps a sleeper who was not woken. */
static void open_door(furrow_queue *queue, furrow__end end)
{
    furrow__side *sides = queue->shared->sides;
    if (pthread_mutex_lock(&sides[end].door) == EOWNERDEAD) {
        wake(&sides[!end]);
        pthread_mutex_consistent(&sides[end].door);
    }
}

static uint32_t units_between(const furrow_queue *queue, furrow__end end, furrow__position own,
                              furrow__position other)
{
    return end == FURROW__TAIL ? queue->limit - (furrow__units(own) - furrow__units(other))
                               : furrow__units(other) - furrow__units(own);
}

uint32_t furrow__line_units(const furrow_queue *queue, furrow__end end)
{
    const furrow__side *sides = queue->shared->sides;
    return units_between(queue, end,
                         atomic_load_explicit(&sides[end].position, memory_order_relaxed),
                         atomic_load_explicit(&sides[!end].position, memory_order_acquire));
}

/* With the line held. What was seen last is looked at first: the other side's cache line stays
 * with the other side as long as that is enough. */
static bool has(furrow_queue *queue, furrow__end end, uint32_t units)
{
    furrow__side *side = &queue->shared->sides[end], *other = &queue->shared->sides[!end];
    furrow__position own = atomic_load_explicit(&side->position, memory_order_relaxed);
    if (units_between(queue, end, own, side->seen) >= units)
        return true;
    side->seen = atomic_load_explicit(&other->position, memory_order_acquire);
    return units_between(queue, end, own, side->seen) >= units;
}

static bool is_closed(const furrow_queue *queue)
{
    return atomic_load_explicit(&queue->shared->closed, memory_order_acquire);
}

static void pause_briefly(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

static bool look(furrow_queue *queue, furrow__end end, uint32_t units)
{
    double end_of_looking = furrow_clock_wall() + LOOKING;
    do {
        for (int i = 0; i < 16; i++) {
            if (has(queue, end, units))
                return true;
            pause_briefly();
        }
    } while (furrow_clock_wall() < end_of_looking);
    return false;
}

/* Says under the other side's door what is wanted, and sleeps unless it is there. */
static void sleep_for(furrow_queue *queue, furrow__end end, uint32_t units,
                      const furrow__deadline *deadline)
{
    furrow__side *side = &queue->shared->sides[end], *other = &queue->shared->sides[!end];
    open_door(queue, !end);
    bool waits = furrow__line_units(queue, end) < units && !is_closed(queue);
    if (waits) {
        atomic_store_explicit(&side->wanted, units, memory_order_relaxed);
        atomic_store_explicit(&side->asleep, 1, memory_order_relaxed);
    }
    pthread_mutex_unlock(&other->door);
    if (waits)
        sleep_until(side, deadline);
    atomic_store_explicit(&side->asleep, 0, memory_order_relaxed);
}

/* With the line held. */
static int wait_for(furrow_queue *queue, furrow__end end, uint32_t units,
                    const furrow__deadline *deadline)
{
    uint32_t enough = queue->limit / SHARE_OF_ROOM;
    bool patient = end == FURROW__TAIL && enough > units;
    while (!has(queue, end, units)) {
        struct timespec left;
        const struct timespec *rest = furrow__deadline_left(&left, deadline);
        if (is_closed(queue) && !has(queue, end, units))
            return FURROW_END;
        if (rest && rest->tv_sec == 0 && rest->tv_nsec == 0)
            return furrow__deadline_code(deadline);
        if (look(queue, end, units))
            break;
        furrow__deadline soon = furrow__deadline_within(deadline, PATIENCE);
        sleep_for(queue, end, patient ? enough : units, patient ? &soon : deadline);
        patient = false;
    }
    return end == FURROW__TAIL && is_closed(queue) ? FURROW_ECLOSED : FURROW_OK;
}

/* Behind an owner of a line who died all is well: its move was one store. */
static int lock_line(furrow__side *side, const furrow__deadline *deadline)
{
    int status = furrow__deadline_lock(&side->line, deadline);
    if (status != -EOWNERDEAD)
        return status;
    atomic_store_explicit(&side->asleep, 0, memory_order_relaxed);
    pthread_mutex_consistent(&side->line);
    return FURROW_OK;
}

void furrow__line_leave(furrow_queue *queue, furrow__end end)
{
    pthread_mutex_unlock(&queue->shared->sides[end].line);
}

/* A call that must not wait finds another in the line: one that sleeps has found what this one
 * would find. One that works is about to leave. */
static int look_in_line(furrow_queue *queue, furrow__end end, uint32_t units)
{
    furrow__side *side = &queue->shared->sides[end];
    int status;
    do {
        furrow__deadline soon =
            furrow__deadline_within(&(furrow__deadline){.forever = true}, LOOK_LINE);
        if (furrow__line_units(queue, end) < units || atomic_load(&side->asleep))
            return end == FURROW__HEAD && is_closed(queue) ? FURROW_END : FURROW_EAGAIN;
        status = lock_line(side, &soon);
    } while (status);
    return FURROW_OK;
}

int furrow__line_enter(furrow_queue *queue, furrow__end end, uint32_t units,
                       const furrow__deadline *deadline)
{
    furrow__side *side = &queue->shared->sides[end];
    if (end == FURROW__TAIL && is_closed(queue))
        return FURROW_ECLOSED;
    int status = lock_line(side, deadline);
    if (status == FURROW_EAGAIN)
        status = look_in_line(queue, end, units);
    if (status)
        return status;
    status = wait_for(queue, end, units, deadline);
    if (status)
        furrow__line_leave(queue, end);
    return status == FURROW_END && end == FURROW__TAIL ? FURROW_ECLOSED : status;
}

int furrow__line_move(furrow_queue *queue, furrow__end end, furrow__position position)
{
    furrow__side *side = &queue->shared->sides[end], *other = &queue->shared->sides[!end];
    open_door(queue, end);
    bool closed = end == FURROW__TAIL && is_closed(queue);
    if (!closed) {
        furrow__position others = atomic_load_explicit(&other->position, memory_order_relaxed);
        if (atomic_load_explicit(&other->asleep, memory_order_relaxed) &&
            units_between(queue, !end, others, position) >=
                atomic_load_explicit(&other->wanted, memory_order_relaxed))
            wake(other);
        atomic_store_explicit(&side->position, position, memory_order_release);
    }
    pthread_mutex_unlock(&side->door);
    return closed ? FURROW_ECLOSED : FURROW_OK;
}

void furrow__line_close(furrow_queue *queue)
{
    furrow__side *sides = queue->shared->sides;
    open_door(queue, FURROW__TAIL);
    open_door(queue, FURROW__HEAD);
    wake(&sides[FURROW__HEAD]);
    wake(&sides[FURROW__TAIL]);
    atomic_store_explicit(&queue->shared->closed, true, memory_order_release);
    pthread_mutex_unlock(&sides[FURROW__HEAD].door);
    pthread_mutex_unlock(&sides[FURROW__TAIL].door);
}

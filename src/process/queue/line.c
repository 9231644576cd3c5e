#include "shared.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <math.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Seconds. */
#define LOOKING   3e-6 /* before a sleep: less than a sleep and its wake cost */
#define PATIENCE  1e-3 /* while a put waits for more room than its item needs */
#define LOOK_LINE 1e-4 /* of a call that must not wait, for another that is about to end */

enum { SHARE_OF_ROOM = 8, MOST_LUCK = 8, SELDOM = 16 };

int furrow__line_init(furrow__side *side)
{
    side->luck = MOST_LUCK;
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

/* Where the system has no FUTEX_WAKE_OP, a mover that dies between the two steps owes a wake. */
static void move_and_wake(_Atomic uint32_t *moves)
{
    const int add_one = FUTEX_OP(FUTEX_OP_ADD, 1, FUTEX_OP_CMP_LT, 0);
    if (syscall(SYS_futex, moves, FUTEX_WAKE_OP, INT_MAX, NULL, moves, add_one) >= 0)
        return;
    atomic_fetch_add_explicit(moves, 1, memory_order_release);
    syscall(SYS_futex, moves, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

void furrow__line_commit(furrow__side *side, furrow__position position, bool wakes)
{
    uint32_t moves = atomic_load_explicit(&side->moves, memory_order_relaxed);
    atomic_store_explicit(&side->positions[(moves + 1) % 2], position, memory_order_release);
    if (wakes)
        move_and_wake(&side->moves);
    else
        atomic_store_explicit(&side->moves, moves + 1, memory_order_release);
}

/* Behind an owner who died all is well: its move was one step. */
static void open_door(furrow__side *side)
{
    if (pthread_mutex_lock(&side->door) == EOWNERDEAD)
        pthread_mutex_consistent(&side->door);
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
    return units_between(queue, end, furrow__position_of(&sides[end]),
                         furrow__position_of(&sides[!end]));
}

/* With the line held. What was seen last is looked at first: the other side's cache line stays
 * with the other side as long as that is enough. */
static bool has(furrow_queue *queue, furrow__end end, uint32_t units)
{
    furrow__side *side = &queue->shared->sides[end], *other = &queue->shared->sides[!end];
    furrow__position own = furrow__position_of(side);
    if (units_between(queue, end, own, side->seen) >= units)
        return true;
    side->seen = furrow__position_of(other);
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

/* Looks around before a sleep, while that has been worth it: in a stream the next item is there
 * within a microsecond. Where looks found nothing, as for a getter whose items come seldom, only
 * each 16th wait begins with one: on a CPU that both sides share the look keeps the other side from
 * running, and the system moves them apart for it, to where a wake takes three times as long. */
static bool look(furrow_queue *queue, furrow__end end, uint32_t units)
{
    furrow__side *side = &queue->shared->sides[end];
    if (side->luck == 0 && ++side->unlucky % SELDOM != 0)
        return false;
    bool found = false;
    double end_of_looking = furrow_clock_wall() + LOOKING;
    do {
        for (int i = 0; !found && i < 16; i++) {
            pause_briefly();
            found = has(queue, end, units);
        }
    } while (!found && furrow_clock_wall() < end_of_looking);
    side->luck = found ? MOST_LUCK : side->luck / 2;
    return found;
}

/* Announces under the other side's door what is wanted, then sleeps unless it is there by now. */
static void sleep_for(furrow_queue *queue, furrow__end end, uint32_t units,
                      const furrow__timeout *deadline)
{
    furrow__side *side = &queue->shared->sides[end], *other = &queue->shared->sides[!end];
    struct timespec at;
    open_door(other);
    uint32_t moves = atomic_load_explicit(&other->moves, memory_order_relaxed);
    bool waits = furrow__line_units(queue, end) < units && !is_closed(queue);
    if (waits) {
        atomic_store_explicit(&side->wanted, units, memory_order_relaxed);
        atomic_store_explicit(&side->asleep, 1, memory_order_relaxed);
    }
    pthread_mutex_unlock(&other->door);
    if (waits)
        syscall(SYS_futex, &other->moves, FUTEX_WAIT_BITSET, moves,
                furrow__timeout_at(&at, deadline), NULL, FUTEX_BITSET_MATCH_ANY);
    atomic_store_explicit(&side->asleep, 0, memory_order_relaxed);
}

/* With the line held. */
static int wait_for(furrow_queue *queue, furrow__end end, uint32_t units,
                    const furrow__timeout *deadline)
{
    uint32_t enough = queue->limit / SHARE_OF_ROOM;
    bool patient = end == FURROW__TAIL && enough > units;
    while (!has(queue, end, units)) {
        if (is_closed(queue) && !has(queue, end, units))
            return FURROW_END;
        if (furrow__timeout_is_over(deadline))
            return furrow__timeout_code(deadline);
        if (look(queue, end, units))
            break;
        furrow__timeout soon = furrow__timeout_within(deadline, PATIENCE);
        sleep_for(queue, end, patient ? enough : units, patient ? &soon : deadline);
        patient = false;
    }
    return end == FURROW__TAIL && is_closed(queue) ? FURROW_ECLOSED : FURROW_OK;
}

static int lock_line(furrow__side *side, const furrow__timeout *deadline)
{
    int status = furrow__timeout_lock(&side->line, deadline);
    if (status != -EOWNERDEAD)
        return status;
    /* It may have died asleep. */
    atomic_store_explicit(&side->asleep, 0, memory_order_relaxed);
    pthread_mutex_consistent(&side->line);
    return FURROW_OK;
}

void furrow__line_leave(furrow_queue *queue, furrow__end end)
{
    pthread_mutex_unlock(&queue->shared->sides[end].line);
}

/* A call that must not wait finds another in the line. If that sleeps, this one would sleep, too.
 * If it works, it is about to leave. */
static int look_in_line(furrow_queue *queue, furrow__end end, uint32_t units)
{
    const furrow__timeout forever = {.at = INFINITY};
    furrow__side *side = &queue->shared->sides[end];
    int status;
    do {
        bool closed = is_closed(queue);
        if (furrow__line_units(queue, end) < units)
            return closed ? FURROW_END : FURROW_EAGAIN;
        if (atomic_load_explicit(&side->asleep, memory_order_relaxed))
            return FURROW_EAGAIN;
        furrow__timeout soon = furrow__timeout_within(&forever, LOOK_LINE);
        status = lock_line(side, &soon);
    } while (status);
    return FURROW_OK;
}

int furrow__line_enter(furrow_queue *queue, furrow__end end, uint32_t units,
                       const furrow__timeout *deadline)
{
    furrow__side *side = &queue->shared->sides[end];
    if (end == FURROW__TAIL && is_closed(queue))
        return FURROW_ECLOSED;
    int status = lock_line(side, deadline);
    if (status == FURROW_EAGAIN)
        status = look_in_line(queue, end, units);
    if (!status) {
        status = wait_for(queue, end, units, deadline);
        if (status)
            furrow__line_leave(queue, end);
    }
    return status == FURROW_END && end == FURROW__TAIL ? FURROW_ECLOSED : status;
}

int furrow__line_move(furrow_queue *queue, furrow__end end, furrow__position position)
{
    furrow__side *side = &queue->shared->sides[end], *other = &queue->shared->sides[!end];
    open_door(side);
    bool closed = end == FURROW__TAIL && is_closed(queue);
    bool wakes = atomic_load_explicit(&other->asleep, memory_order_relaxed) &&
                 units_between(queue, !end, furrow__position_of(other), position) >=
                     atomic_load_explicit(&other->wanted, memory_order_relaxed);
    if (!closed)
        furrow__line_commit(side, position, wakes);
    if (wakes)
        atomic_store_explicit(&other->asleep, 0, memory_order_relaxed);
    pthread_mutex_unlock(&side->door);
    return closed ? FURROW_ECLOSED : FURROW_OK;
}

/* Sleepers are woken by moves to where the sides are already. They come back to the doors, which
 * open when the queue is closed, or when whoever closes it has died. */
void furrow__line_close(furrow_queue *queue)
{
    furrow__side *sides = queue->shared->sides;
    open_door(&sides[FURROW__TAIL]);
    open_door(&sides[FURROW__HEAD]);
    for (int end = 0; end < 2; end++)
        furrow__line_commit(&sides[end], furrow__position_of(&sides[end]), true);
    atomic_store_explicit(&queue->shared->closed, true, memory_order_release);
    pthread_mutex_unlock(&sides[FURROW__HEAD].door);
    pthread_mutex_unlock(&sides[FURROW__TAIL].door);
}

/* deadline.h: until when a call may wait, on the clock that never steps back. */
#ifndef FURROW_PROCESS_DEADLINE_H
#define FURROW_PROCESS_DEADLINE_H

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

typedef struct furrow__deadline {
    bool look;          /* the timeout was 0: do not wait */
    bool forever;       /* it was negative */
    struct timespec at; /* else, on CLOCK_MONOTONIC */
} furrow__deadline;

/* FURROW_EINVAL for NaN. A look has a deadline that has passed. */
int furrow__deadline_set(furrow__deadline *deadline, double timeout);

/* The code of a wait that is over: FURROW_EAGAIN of a look, else FURROW_ETIMEDOUT. */
int furrow__deadline_code(const furrow__deadline *deadline);

/* What is left of it, never negative. NULL where it is for ever, as ppoll and futex take it. */
const struct timespec *furrow__deadline_left(struct timespec *left,
                                             const furrow__deadline *deadline);

/* A nearer deadline: `seconds` from now, or the given one where that comes first. */
furrow__deadline furrow__deadline_within(const furrow__deadline *deadline, double seconds);

/* Waits for events of poll() on a descriptor: 0, furrow__deadline_code, or another -errno. */
int furrow__deadline_poll(int descriptor, short events, const furrow__deadline *deadline);

/* Locks a mutex: 0, furrow__deadline_code, or what pthread_mutex_clocklock returned, negated. */
int furrow__deadline_lock(pthread_mutex_t *mutex, const furrow__deadline *deadline);

#endif

/* timeout.h: until when a call may wait, on the clock of furrow_clock_wall. */
#ifndef FURROW_PROCESS_TIMEOUT_H
#define FURROW_PROCESS_TIMEOUT_H

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

typedef struct furrow__timeout {
    bool look; /* it was 0: the call does not wait */
    double at; /* INFINITY: for ever */
} furrow__timeout;

/* FURROW_EINVAL for NaN. */
int furrow__timeout_set(furrow__timeout *timeout, double seconds);

/* A nearer one: `seconds` from now, or the given one where that comes first. */
furrow__timeout furrow__timeout_within(const furrow__timeout *timeout, double seconds);

bool furrow__timeout_is_over(const furrow__timeout *timeout);

/* What a call returns then: FURROW_EAGAIN of a look, else FURROW_ETIMEDOUT. */
int furrow__timeout_code(const furrow__timeout *timeout);

/* As the system takes it, on CLOCK_MONOTONIC: `at` filled in, or NULL for ever. */
const struct timespec *furrow__timeout_at(struct timespec *at, const furrow__timeout *timeout);

/* Waits for events of poll() on a descriptor: 0, furrow__timeout_code, or another -errno. */
int furrow__timeout_poll(int descriptor, short events, const furrow__timeout *timeout);

/* Locks a mutex: 0, furrow__timeout_code, or another error of pthread_mutex_lock, negated. */
int furrow__timeout_lock(pthread_mutex_t *mutex, const furrow__timeout *timeout);

#endif

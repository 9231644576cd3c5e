#include "deadline.h"

#include <errno.h>
#include <math.h>
#include <poll.h>

#include <furrow/status.h>

enum { NANOSECONDS = 1000000000 };

static struct timespec from_now(double seconds)
{
    const double longest = 1e9; /* thirty years: keeps the conversion to time_t defined */
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    seconds = fmin(seconds, longest);
    double whole = floor(seconds);
    at.tv_sec += (time_t)whole;
    at.tv_nsec += (long)(NANOSECONDS * (seconds - whole));
    if (at.tv_nsec >= NANOSECONDS) {
        at.tv_sec++;
        at.tv_nsec -= NANOSECONDS;
    }
    return at;
}

int furrow__deadline_set(furrow__deadline *deadline, double timeout)
{
    *deadline = (furrow__deadline){.look = timeout == 0, .forever = timeout < 0};
    if (isnan(timeout))
        return FURROW_EINVAL;
    if (timeout > 0)
        deadline->at = from_now(timeout);
    return FURROW_OK;
}

int furrow__deadline_code(const furrow__deadline *deadline)
{
    return deadline->look ? FURROW_EAGAIN : FURROW_ETIMEDOUT;
}

const struct timespec *furrow__deadline_left(struct timespec *left,
                                             const furrow__deadline *deadline)
{
    *left = (struct timespec){0};
    if (deadline->forever)
        return NULL;
    if (deadline->look)
        return left;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    left->tv_sec = deadline->at.tv_sec - now.tv_sec;
    left->tv_nsec = deadline->at.tv_nsec - now.tv_nsec;
    if (left->tv_nsec < 0) {
        left->tv_sec--;
        left->tv_nsec += NANOSECONDS;
    }
    if (left->tv_sec < 0)
        *left = (struct timespec){0};
    return left;
}

furrow__deadline furrow__deadline_within(const furrow__deadline *deadline, double seconds)
{
    struct timespec at = from_now(seconds);
    bool later = !deadline->forever &&
                 (deadline->at.tv_sec < at.tv_sec ||
                  (deadline->at.tv_sec == at.tv_sec && deadline->at.tv_nsec <= at.tv_nsec));
    return later ? *deadline : (furrow__deadline){.at = at};
}

int furrow__deadline_poll(int descriptor, short events, const furrow__deadline *deadline)
{
    struct pollfd poll = {.fd = descriptor, .events = events};
    int ready;
    do {
        struct timespec left;
        ready = ppoll(&poll, 1, furrow__deadline_left(&left, deadline), NULL);
    } while (ready < 0 && errno == EINTR);
    if (ready < 0)
        return -errno;
    return ready == 0 ? furrow__deadline_code(deadline) : FURROW_OK;
}

int furrow__deadline_lock(pthread_mutex_t *mutex, const furrow__deadline *deadline)
{
    int error = pthread_mutex_trylock(mutex);
    if (error == EBUSY && deadline->forever)
        error = pthread_mutex_lock(mutex);
    else if (error == EBUSY && !deadline->look)
        error = pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, &deadline->at);
    return error == EBUSY || error == ETIMEDOUT ? furrow__deadline_code(deadline) : -error;
}

#include "timeout.h"

#include <errno.h>
#include <math.h>
#include <poll.h>

#include <furrow/clock.h>
#include <furrow/status.h>

static const double longest = 1e9; /* thirty years: keeps the conversion to time_t defined */

static struct timespec timespec_of(double seconds)
{
    struct timespec time = {.tv_sec = (time_t)seconds};
    time.tv_nsec = (long)((seconds - (double)time.tv_sec) * 1e9);
    return time;
}

int furrow__timeout_set(furrow__timeout *timeout, double seconds)
{
    *timeout = (furrow__timeout){.look = seconds == 0, .at = INFINITY};
    if (isnan(seconds))
        return FURROW_EINVAL;
    if (seconds >= 0 && seconds < longest)
        timeout->at = timeout->look ? 0 : furrow_clock_wall() + seconds;
    return FURROW_OK;
}

furrow__timeout furrow__timeout_within(const furrow__timeout *timeout, double seconds)
{
    return (furrow__timeout){.at = fmin(timeout->at, furrow_clock_wall() + seconds)};
}

bool furrow__timeout_is_over(const furrow__timeout *timeout)
{
    return timeout->look || (!isinf(timeout->at) && furrow_clock_wall() >= timeout->at);
}

int furrow__timeout_code(const furrow__timeout *timeout)
{
    return timeout->look ? FURROW_EAGAIN : FURROW_ETIMEDOUT;
}

const struct timespec *furrow__timeout_at(struct timespec *at, const furrow__timeout *timeout)
{
    if (isinf(timeout->at))
        return NULL;
    *at = timespec_of(timeout->at);
    return at;
}

int furrow__timeout_poll(int descriptor, short events, const furrow__timeout *timeout)
{
    struct pollfd poll = {.fd = descriptor, .events = events};
    int ready;
    do {
        bool forever = isinf(timeout->at);
        struct timespec left = {0};
        if (!forever && !timeout->look)
            left = timespec_of(fmax(0, timeout->at - furrow_clock_wall()));
        ready = ppoll(&poll, 1, forever ? NULL : &left, NULL);
    } while (ready < 0 && errno == EINTR);
    if (ready < 0)
        return -errno;
    return ready == 0 ? furrow__timeout_code(timeout) : FURROW_OK;
}

int furrow__timeout_lock(pthread_mutex_t *mutex, const furrow__timeout *timeout)
{
    struct timespec at;
    int error = pthread_mutex_trylock(mutex);
    if (error == EBUSY && isinf(timeout->at))
        error = pthread_mutex_lock(mutex);
    else if (error == EBUSY && !timeout->look)
        error = pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, furrow__timeout_at(&at, timeout));
    return error == EBUSY || error == ETIMEDOUT ? furrow__timeout_code(timeout) : -error;
}

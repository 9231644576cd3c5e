/*
 * tsan_locks.c: ThreadSanitizer of clang 14 does not see pthread_mutex_clocklock, and takes the
 * unlock behind it for a mistake. Under it, tests call the lock that it does see, on the other
 * clock.
 */
#include <pthread.h>
#include <time.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
int pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock, const struct timespec *at)
{
    struct timespec now, real;
    clock_gettime(clock, &now);
    clock_gettime(CLOCK_REALTIME, &real);
    real.tv_sec += at->tv_sec - now.tv_sec;
    real.tv_nsec += at->tv_nsec - now.tv_nsec;
    while (real.tv_nsec < 0) {
        real.tv_sec--;
        real.tv_nsec += 1000000000L;
    }
    while (real.tv_nsec >= 1000000000L) {
        real.tv_sec++;
        real.tv_nsec -= 1000000000L;
    }
    return pthread_mutex_timedlock(mutex, &real);
}
#endif
#endif

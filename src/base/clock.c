#include <furrow/clock.h>

#include <errno.h>
#include <math.h>
#include <sys/resource.h>
#include <time.h>

static double read_clock(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double furrow_clock_wall(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

double furrow_clock_thread_cpu(void)
{
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

double furrow_clock_process_cpu(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

size_t furrow_clock_thread_waits(void)
{
#ifdef RUSAGE_THREAD
    struct rusage usage;
    if (getrusage(RUSAGE_THREAD, &usage) == 0)
        return (size_t)usage.ru_nvcsw;
#endif
    return 0;
}

void furrow_clock_sleep(double seconds)
{
    if (!(seconds > 0))
        return;
    const double longest = 1e9; /* thirty years: keeps the conversion to time_t defined */
    seconds = fmin(seconds, longest);
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    double whole = floor(seconds);
    end.tv_sec += (time_t)whole;
    end.tv_nsec += (long)(1e9 * (seconds - whole));
    if (end.tv_nsec >= 1000000000L) {
        end.tv_sec++;
        end.tv_nsec -= 1000000000L;
    }
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL) == EINTR)
        ;
}

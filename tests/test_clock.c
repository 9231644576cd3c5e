#include "harness.h"

#include <math.h>
#include <signal.h>
#include <sys/time.h>

#include <furrow/clock.h>

TEST(no_clock_steps_back)
{
    double (*const clocks[])(void) = {furrow_clock_wall, furrow_clock_thread_cpu,
                                      furrow_clock_process_cpu};
    for (size_t i = 0; i < COUNT(clocks); i++) {
        double last = clocks[i]();
        for (int reading = 0; reading < 1000; reading++) {
            double now = clocks[i]();
            EXPECT(now >= last);
            last = now;
        }
    }
}

TEST(a_thread_uses_no_more_cpu_than_its_process)
{
    double process = furrow_clock_process_cpu();
    double thread = furrow_clock_thread_cpu();
    for (int i = 0; i < 1000; i++)
        furrow_clock_wall();
    thread = furrow_clock_thread_cpu() - thread;
    process = furrow_clock_process_cpu() - process;
    EXPECT(thread > 0);
    EXPECT(process >= thread);
}

/* Not every sleep: a thread that is taken off its CPU on the way to one may find it over. */
TEST(a_sleep_lasts_at_least_as_long_as_asked_and_counts_as_a_wait)
{
    size_t waits = furrow_clock_thread_waits();
    for (int times = 0; times < 100; times++) {
        double start = furrow_clock_wall();
        furrow_clock_sleep(0.0005);
        EXPECT(furrow_clock_wall() - start >= 0.0005);
    }
    EXPECT(furrow_clock_thread_waits() - waits > 0);
}

TEST(there_is_no_sleep_of_no_time)
{
    static const double none[] = {0, -0.0, -1, -INFINITY, NAN};
    for (size_t i = 0; i < COUNT(none); i++) {
        size_t waits = furrow_clock_thread_waits();
        for (int times = 0; times < 100; times++)
            furrow_clock_sleep(none[i]);
        EXPECT(furrow_clock_thread_waits() - waits <
               100); /* a page that is not there is one, too */
    }
}

static volatile sig_atomic_t alarms;

static void count_alarm(int signal_number)
{
    (void)signal_number;
    alarms++;
}

TEST(a_sleep_goes_on_after_signals)
{
    const struct sigaction count = {.sa_handler = count_alarm};
    const struct itimerval often = {{0, 1000}, {0, 1000}}, never = {0};
    struct sigaction old;
    sigaction(SIGALRM, &count, &old);
    setitimer(ITIMER_REAL, &often, NULL);
    double start = furrow_clock_wall();
    furrow_clock_sleep(0.02);
    double slept = furrow_clock_wall() - start;
    setitimer(ITIMER_REAL, &never, NULL);
    sigaction(SIGALRM, &old, NULL);
    EXPECT(alarms > 0);
    EXPECT(slept >= 0.02);
}

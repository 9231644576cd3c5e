#include "harness.h"

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <furrow/cancel.h>
#include <furrow/clock.h>
#include <furrow/status.h>

#include "base/digest.h"

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

/* Some sleeps are not counted: a thread that loses its CPU just before a sleep may find it over. */
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

/* ---- digests ---- */

TEST(the_digest_is_fnv_1a)
{
    /* From the reference program's table of FNV-1a, 64 bits. */
    EXPECT(furrow__digest_bytes(FURROW__DIGEST_START, "", 0) == UINT64_C(0xcbf29ce484222325));
    EXPECT(furrow__digest_bytes(FURROW__DIGEST_START, "a", 1) == UINT64_C(0xaf63dc4c8601ec8c));
    EXPECT(furrow__digest_bytes(FURROW__DIGEST_START, "foobar", 6) == UINT64_C(0x85944171f73967e8));
    uint64_t parts = furrow__digest_bytes(FURROW__DIGEST_START, "foo", 3);
    EXPECT(furrow__digest_bytes(parts, "bar", 3) == UINT64_C(0x85944171f73967e8));
}

static uint64_t digest_of(const char *path)
{
    return furrow__digest_file(FURROW__DIGEST_START, path);
}

TEST(a_file_that_grew_was_touched_or_went_has_another_digest)
{
    const char *folder = harness_folder();
    const char *path = harness_write(folder, "file", "three", 5);
    struct timespec times[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    utimensat(AT_FDCWD, path, times, 0);
    uint64_t first = digest_of(path);
    EXPECT(digest_of(path) == first);
    times[1].tv_nsec = 1;
    utimensat(AT_FDCWD, path, times, 0);
    EXPECT(digest_of(path) != first);
    harness_write(folder, "file", "more", 4);
    times[1].tv_nsec = 0;
    utimensat(AT_FDCWD, path, times, 0);
    EXPECT(digest_of(path) != first);
    harness_write(folder, "file", "other", 5);
    utimensat(AT_FDCWD, path, times, 0);
    EXPECT(digest_of(path) == first); /* it was not read */
    EXPECT(digest_of("/nowhere") != first);
    EXPECT(digest_of("/nowhere") != digest_of("/etc/passwd/nowhere"));
}

/* ---- a wish to stop ---- */

TEST(a_wish_to_stop_is_seen_and_stays)
{
    furrow_cancel cancel = {0};
    EXPECT(!furrow_cancel_requested(&cancel));
    EXPECT(!furrow_cancel_requested(NULL));
    furrow_cancel_request(&cancel);
    furrow_cancel_request(&cancel);
    EXPECT(furrow_cancel_requested(&cancel));
}

TEST(a_sleep_that_is_cancelled_says_so)
{
    furrow_cancel cancel = {0};
    EXPECT_EQUAL(furrow_cancel_sleep(NULL, 0.001), FURROW_OK);
    EXPECT_EQUAL(furrow_cancel_sleep(&cancel, 0.001), FURROW_OK);
    furrow_cancel_request(&cancel);
    EXPECT_EQUAL(furrow_cancel_sleep(&cancel, 3600), FURROW_ECANCELED);
    EXPECT_EQUAL(furrow_cancel_sleep(&cancel, 0), FURROW_OK);
}

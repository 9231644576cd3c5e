/*
 * harness.h: GoogleTest for tests written in C.
 *
 *     #include "harness.h"
 *
 *     TEST(an_empty_range_runs_nothing)
 *     {
 *         EXPECT(furrow_parallel_for(NULL, 0, body, NULL) == 0);
 *         EXPECT_EQUAL(calls, 0);
 *     }
 *
 * A test registers itself under its file's name ("test_parallel.c" gives the suite "parallel") and
 * its own, which reads as a sentence. EXPECT macros go on after a failure; REQUIRE macros return
 * from the test, so they stand in functions that return void. Each evaluates its arguments once.
 */
#ifndef FURROW_TESTS_HARNESS_H
#define FURROW_TESTS_HARNESS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef void harness_body(void);
void harness_register(const char *file, int line, const char *name, harness_body *body);

/* Each records a failure unless its claim holds, and returns whether it held. */
bool harness_true(bool holds, const char *text, const char *file, int line);
bool harness_equal_integer(long long got, long long expected, const char *text, const char *file,
                           int line);
bool harness_equal_text(const char *got, const char *expected, const char *text, const char *file,
                        int line);
bool harness_contains(const char *got, const char *part, const char *text, const char *file,
                      int line);
bool harness_near(double got, double expected, double tolerance, const char *text, const char *file,
                  int line);

/* Skips the rest of the test with a reason; the caller returns. */
void harness_skip(const char *reason, const char *file, int line);

/* Names the row of a table that is tested: the text is shown with every failure until the next
 * call, NULL, or the end of the test. */
#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
void harness_case(const char *format, ...);

/* Lets the n-th allocation from now on fail, in the library or in the tests, and no other (0:
 * none). Returns the number of allocations since the last call. */
size_t harness_fail_allocation(size_t n);

/* The most bytes that were allocated at once, by the library and the tests, since the last call. */
size_t harness_peak_memory(void);

/* Lets the n-th readdir from now on fail with EIO, in the library or in the tests, and no other (0:
 * none). */
void harness_fail_folder(size_t n);

/* A fresh empty folder, removed at the end of the test. The string lives until then. */
const char *harness_folder(void);

/* Writes a file (and the folders it needs) under `folder`; returns its path, valid until the
 * end of the test. */
const char *harness_write(const char *folder, const char *name, const void *bytes, size_t size);

/* The next of a row of numbers below 2^29, each time the same: xorshift32 (G. Marsaglia, 2003). The
 * first state is any but 0. */
static inline unsigned next_random(unsigned *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state >> 3;
}

/* How many elements an array has. */
#define COUNT(table) (sizeof(table) / sizeof *(table))

#define TEST(name)                                                                                 \
    static void name(void);                                                                        \
    __attribute__((constructor)) static void register_##name(void)                                 \
    {                                                                                              \
        harness_register(__FILE__, __LINE__, #name, name);                                         \
    }                                                                                              \
    static void name(void)

#define EXPECT(claim) ((void)harness_true((claim), #claim, __FILE__, __LINE__))
#define EXPECT_EQUAL(got, expected)                                                                \
    ((void)harness_equal_integer((long long)(got), (long long)(expected), #got, __FILE__, __LINE__))
#define EXPECT_TEXT(got, expected)                                                                 \
    ((void)harness_equal_text((got), (expected), #got, __FILE__, __LINE__))
#define EXPECT_CONTAINS(got, part) ((void)harness_contains((got), (part), #got, __FILE__, __LINE__))
#define EXPECT_NEAR(got, expected, tolerance)                                                      \
    ((void)harness_near((got), (expected), (tolerance), #got, __FILE__, __LINE__))

/* Lets each allocation of `call` fail in turn: its status must be FURROW_ENOMEM each time, and 0
 * when none is left to fail. What it allocates it frees. */
#define EXPECT_EACH_ALLOCATION_REPORTED(call)                                                      \
    do {                                                                                           \
        size_t n_ = 0;                                                                             \
        int status_ = 0, failed_ = 1;                                                              \
        while (failed_) {                                                                          \
            harness_fail_allocation(++n_);                                                         \
            status_ = (call);                                                                      \
            failed_ = harness_fail_allocation(0) >= n_;                                            \
            EXPECT_EQUAL(status_, failed_ ? FURROW_ENOMEM : FURROW_OK);                            \
        }                                                                                          \
        EXPECT(n_ > 1);                                                                            \
    } while (0)

#define REQUIRE(claim)                                                                             \
    do {                                                                                           \
        if (!harness_true((claim), #claim, __FILE__, __LINE__))                                    \
            return;                                                                                \
    } while (0)
#define REQUIRE_EQUAL(got, expected)                                                               \
    do {                                                                                           \
        if (!harness_equal_integer((long long)(got), (long long)(expected), #got, __FILE__,        \
                                   __LINE__))                                                      \
            return;                                                                                \
    } while (0)
#define SKIP(reason)                                                                               \
    do {                                                                                           \
        harness_skip((reason), __FILE__, __LINE__);                                                \
        return;                                                                                    \
    } while (0)

#ifdef __cplusplus
}
#endif

#endif

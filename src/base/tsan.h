/*
 * tsan.h: what ThreadSanitizer is told where the library is compiled without it and the program
 * around it with it: it does not see the library's atomics, and would take what they order for
 * races.
 */
#ifndef FURROW_BASE_TSAN_H
#define FURROW_BASE_TSAN_H

/* Of ThreadSanitizer's runtime; NULL in all other programs. */
extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

/* What this thread did so far is seen by whoever acquires the address later. */
static inline void furrow__tsan_release(const void *address)
{
    if (__tsan_release)
        __tsan_release((void *)address);
}

static inline void furrow__tsan_acquire(const void *address)
{
    if (__tsan_acquire)
        __tsan_acquire((void *)address);
}

#endif

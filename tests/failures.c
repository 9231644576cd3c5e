/*
 * failures.c: every malloc, calloc, realloc, aligned_alloc and readdir of the library and of the
 * tests comes through here (the linker's --wrap), so that a test can let any one of them fail and
 * see the peak of the memory.
 */
#include <dirent.h>
#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "harness.h"

/* ---- memory ---- */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void __wrap_free(void *memory);
void harness_allocation_reset(void);

static atomic_size_t calls, failing_call;
static atomic_llong bytes_now,
    bytes_peak; /* signed, for the C library also frees memory here that it allocated itself */

static bool must_fail(void)
{
    size_t call = atomic_fetch_add(&calls, 1) + 1;
    return call == atomic_load(&failing_call);
}

static void *added(void *memory)
{
    if (!memory)
        return NULL;
    long long size = (long long)malloc_usable_size(memory);
    long long now = atomic_fetch_add(&bytes_now, size) + size;
    long long peak = atomic_load(&bytes_peak);
    while (now > peak && !atomic_compare_exchange_weak(&bytes_peak, &peak, now))
        ;
    return memory;
}

static void removed(void *memory)
{
    if (memory)
        atomic_fetch_sub(&bytes_now, (long long)malloc_usable_size(memory));
}

void *__wrap_malloc(size_t size)
{
    return must_fail() ? NULL : added(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return must_fail() ? NULL : added(__real_calloc(count, size));
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return must_fail() ? NULL : added(__real_aligned_alloc(alignment, size));
}

void *__wrap_realloc(void *memory, size_t size)
{
    if (must_fail())
        return NULL;
    long long before = memory ? (long long)malloc_usable_size(memory) : 0;
    void *moved = __real_realloc(memory, size);
    if (moved)
        atomic_fetch_sub(&bytes_now, before);
    return added(moved);
}

void __wrap_free(void *memory)
{
    removed(memory);
    __real_free(memory);
}

size_t harness_fail_allocation(size_t n)
{
    size_t before = atomic_exchange(&calls, 0);
    atomic_store(&failing_call, n);
    return before;
}

size_t harness_peak_memory(void)
{
    long long now = atomic_load(&bytes_now);
    if (now < 0)
        atomic_fetch_sub(&bytes_now, now);
    long long peak = atomic_exchange(&bytes_peak, now < 0 ? 0 : now);
    return peak > 0 ? (size_t)peak : 0;
}

void harness_allocation_reset(void)
{
    harness_fail_allocation(0);
}

/* ---- folders ---- */

struct dirent *__real_readdir(DIR *stream);
struct dirent *__wrap_readdir(DIR *stream);

static atomic_size_t reads_left;

void harness_fail_folder(size_t n)
{
    atomic_store(&reads_left, n);
}

struct dirent *__wrap_readdir(DIR *stream)
{
    if (atomic_load(&reads_left) > 0 && atomic_fetch_sub(&reads_left, 1) == 1) {
        errno = EIO;
        return NULL;
    }
    return __real_readdir(stream);
}

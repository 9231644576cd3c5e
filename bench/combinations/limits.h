/* limits.h: what the memory allows: the quickest stores of this machine, past the caches. */
#ifndef BENCH_COMBINATIONS_LIMITS_H
#define BENCH_COMBINATIONS_LIMITS_H

#include <stddef.h>

/* Fills memory that begins at a cache line; a rest below one line is left out. */
void limit_store(void *memory, size_t size);

/* The same on `threads` threads, in pieces of 2 MiB. */
void limit_store_parallel(void *memory, size_t size, int threads);

/* What limit_store uses: "64 bytes, non-temporal". */
const char *limit_name(void);

#endif

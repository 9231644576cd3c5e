/* memory.h: loops that wait for memory. */
#ifndef FURROW_BENCH_PLANNER_MEMORY_H
#define FURROW_BENCH_PLANNER_MEMORY_H

#include "load.h"

/* Each fills `load`, but for `work`. They share memory: one at a time. */
void memory_chase(struct load *load);       /* an item follows 16 links, each to a far place */
void memory_triad_small(struct load *load); /* a[i] = b[i] + 3 c[i], in the second level cache */
void memory_triad_large(struct load *load); /* the same, beyond all caches */
void memory_pages(struct load *load);       /* one item in 8, anywhere, is the first in its page */
void memory_first_touch(struct load *load); /* each item is the first in its page */

#endif

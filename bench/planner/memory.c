#include "loads.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum {
    LINKS = 1 << 24,
    CHASES = 32768,
    STEPS = 16,
    SMALL = 1 << 15,
    LARGE = 1 << 22,
    PAGE = 4096,
    PAGES = 4096,
    SPARSE_PAGES = 16384,
};

/* A number that depends on `i` alone (G. L. Steele, D. Lea and C. H. Flood, SplitMix64, 2014). */
static uint64_t scramble(uint64_t i)
{
    uint64_t z = (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* ---- links ---- */

static uint32_t links[LINKS];
static uint64_t ends[CHASES];

/* One cycle through all of them (S. Sattolo, 1986). */
static void make_links(void)
{
    if (links[0] != links[1])
        return;
    for (uint32_t i = 0; i < LINKS; i++)
        links[i] = i;
    for (uint32_t i = LINKS - 1; i > 0; i--) {
        uint32_t other = (uint32_t)(scramble(i) % i), link = links[i];
        links[i] = links[other];
        links[other] = link;
    }
}

static int chase(const furrow_range *range, const void *context)
{
    (void)context;
    for (size_t i = range->begin; i < range->end; i++) {
        uint32_t at = (uint32_t)(scramble(i) % LINKS);
        for (int step = 0; step < STEPS; step++)
            at = links[at];
        ends[i] = at;
    }
    return 0;
}

void memory_chase(struct load *load)
{
    make_links();
    *load = (struct load){.name = "32768 x 16 links",
                          .items = CHASES,
                          .body = chase,
                          .results = ends,
                          .size = sizeof ends};
}

/* ---- triad ---- */

static double a[LARGE], b[LARGE], c[LARGE];

static int triad(const furrow_range *range, const void *context)
{
    (void)context;
    for (size_t i = range->begin; i < range->end; i++)
        a[i] = b[i] + 3 * c[i];
    return 0;
}

static void make_triad(struct load *load, const char *name, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        b[i] = (double)i;
        c[i] = 0.5;
    }
    *load = (struct load){.items = n, .body = triad, .results = a, .size = n * sizeof *a};
    snprintf(load->name, sizeof load->name, "%s", name);
}

void memory_triad_small(struct load *load)
{
    make_triad(load, "32768 of a triad, in cache", SMALL);
}

void memory_triad_large(struct load *load)
{
    make_triad(load, "4194304 of a triad, out of cache", LARGE);
}

/* ---- pages ---- */

static unsigned char *fresh; /* the pages of a loop, which do not exist before a run */

static void drop_pages(void *results, size_t size)
{
    if (madvise(results, size, MADV_DONTNEED)) {
        perror("planner: madvise");
        exit(1);
    }
}

static int touch(const furrow_range *range, const void *context)
{
    (void)context;
    for (size_t i = range->begin; i < range->end; i++)
        *(uint64_t *)(void *)(fresh + i * PAGE) = i + 1;
    return 0;
}

static volatile uint64_t
    values[SPARSE_PAGES]; /* volatile: the compiler must not leave out the writes */

/* An item computes for about 50 ns, whether or not it touches its page. */
static int touch_some(const furrow_range *range, const void *context)
{
    (void)context;
    for (size_t i = range->begin; i < range->end; i++) {
        uint64_t x = i;
        for (int step = 0; step < STEPS; step++)
            x = scramble(x);
        values[i] = x;
        if (scramble(i) % 8 == 0)
            *(uint64_t *)(void *)(fresh + i * PAGE) = x;
    }
    return 0;
}

/* Huge pages would hide what single pages cost. */
static void map_pages(void)
{
    if (fresh)
        return;
    void *pages = mmap(NULL, (size_t)SPARSE_PAGES * PAGE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) {
        perror("planner: mmap");
        exit(1);
    }
    madvise(pages, (size_t)SPARSE_PAGES * PAGE, MADV_NOHUGEPAGE);
    fresh = pages;
}

void memory_pages(struct load *load)
{
    map_pages();
    *load = (struct load){.name = "16384, random page faults",
                          .items = SPARSE_PAGES,
                          .body = touch_some,
                          .results = fresh,
                          .size = (size_t)SPARSE_PAGES * PAGE,
                          .clear = drop_pages};
}

void memory_first_touch(struct load *load)
{
    map_pages();
    *load = (struct load){.name = "4096 pages, first touch",
                          .items = PAGES,
                          .body = touch,
                          .results = fresh,
                          .size = (size_t)PAGES * PAGE,
                          .clear = drop_pages};
}

#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <furrow/clock.h>
#include <furrow/measure.h>
#include <furrow/status.h>

enum { ROUNDS = 11 };

static double time_of(figure_work *work, void *context)
{
    double start = furrow_clock_wall();
    work(context);
    return furrow_clock_wall() - start;
}

double figure_clock(void)
{
    const long steps = 1000000;
    uint64_t x = 3;
    double start = furrow_clock_wall();
    for (long i = 0; i < steps; i++) {
        x *= x;
#if defined(__GNUC__)
        __asm__ volatile("" : "+r"(x));
#endif
    }
    return 3 * (double)steps / (furrow_clock_wall() - start);
}

void figure_head(const char *title)
{
    printf("\n%s\n%-34s %9s %9s %8s %7s  %-22s %s\n", title, "", "ms", "ns each", "cycles", "GB/s",
           "other / ours [95 %]", "goal");
}

void figure_show(const struct figure *figure)
{
    double ours[ROUNDS], other[ROUNDS], cycles[ROUNDS];
    furrow_summary time, ratio, cycle;
    figure->ours(figure->context); /* so that caches, pages and tables are warm */
    for (int i = 0; i < ROUNDS; i++) {
        double clock = figure_clock();
        ours[i] = time_of(figure->ours, figure->context);
        cycles[i] = ours[i] * clock / figure->items;
        other[i] = figure->other ? time_of(figure->other, figure->context) : ours[i];
    }
    figure_require(furrow_stats_summarise(&time, ours, ROUNDS), "statistics");
    figure_require(furrow_stats_summarise(&cycle, cycles, ROUNDS), "statistics");
    figure_require(furrow_stats_ratio(&ratio, other, ours, ROUNDS), "statistics");
    printf("%-34s %9.3f %9.3f %8.3f", figure->name, 1e3 * time.median,
           1e9 * time.median / figure->items, cycle.median);
    if (figure->bytes > 0)
        printf(" %7.1f", figure->bytes / time.median / 1e9);
    else
        printf(" %7s", "");
    if (figure->other)
        printf("  %6.3f [%.3f, %.3f] ", ratio.median, ratio.low, ratio.high);
    else
        printf("  %22s", "");
    printf(" %s\n", figure->goal ? figure->goal : "");
    fflush(stdout);
}

void figure_require(int status, const char *what)
{
    if (status == FURROW_OK)
        return;
    fprintf(stderr, "bench-combinations: %s: %s\n", what, furrow_status_text(status));
    exit(1);
}

void *figure_memory(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    figure_require(memory == MAP_FAILED ? FURROW_ENOMEM : FURROW_OK, "memory");
#ifdef MADV_HUGEPAGE
    madvise(memory, size, MADV_HUGEPAGE);
#endif
    memset(memory, 1, size);
    return memory;
}

void figure_memory_free(void *memory, size_t size)
{
    munmap(memory, size);
}

void limit_store_parallel(void *memory, size_t size, int threads)
{
    const size_t piece = (size_t)2 << 20;
    char *bytes = memory;
    size_t pieces = size / piece + (size % piece != 0);
    (void)threads;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) default(none)                   \
    shared(bytes, size, pieces, piece)
    for (size_t i = 0; i < pieces; i++)
        limit_store(bytes + i * piece, size - i * piece < piece ? size - i * piece : piece);
}

/*
 * bench-combinations: the speed of combinations against the limits of memory, of write() and of
 * fresh pages, and against peers.
 *
 *     $ bench-combinations [write window fresh visit sums text many ranks ranges shards peers ...]
 *
 * Each line times our work and a limit, or our work and a peer, in turn, and shows the median and
 * the ratio of the pairs with its 95 % interval. Cycles are core cycles: the clock is measured
 * beside each sample. The results are checked by tests/test_combinations_*.c, and those of peers
 * here.
 */
#include <stdio.h>
#include <string.h>

#include <furrow/combinations/rows.h>

#include "bench.h"

static const struct {
    const char *name;
    void (*show)(void);
} sections[] = {
    {"write", section_write},   {"window", section_window}, {"fresh", section_fresh},
    {"visit", section_visit},   {"sums", section_sums},     {"text", section_text},
    {"many", section_many},     {"ranks", section_ranks},   {"ranges", section_ranges},
    {"shards", section_shards}, {"peers", section_peers},
};

const char *bench_driver;

static int show(const char *name)
{
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (!name || strcmp(sections[i].name, name) == 0) {
            sections[i].show();
            if (name)
                return 0;
        }
    if (!name)
        return 0;
    fprintf(stderr, "bench-combinations: there is no section \"%s\"\n", name);
    return 2;
}

int main(int argc, char **argv)
{
    static char driver[4096];
    const char *slash = strrchr(argv[0], '/');
    snprintf(driver, sizeof driver, "%.*sfurrow", slash ? (int)(slash - argv[0] + 1) : 0, argv[0]);
    bench_driver = driver;
    const char *isa = "";
    for (size_t i = 0; furrow_combinations_isa(i); i++)
        isa = furrow_combinations_isa(i);
    printf("instruction set %s, clock %.2f GHz, limit: %s\n", isa, figure_clock() / 1e9,
           limit_name());
    if (argc < 2)
        return show(NULL);
    for (int i = 1; i < argc; i++)
        if (show(argv[i]))
            return 2;
    return 0;
}

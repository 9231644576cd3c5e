/* Rows into memory: warm arrays, windows that stay in a cache, fresh arrays, many ranges. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <furrow/clock.h>
#include <furrow/combinations/rows.h>
#include <furrow/measure.h>
#include <furrow/plan.h>

#include "bench.h"
#include "plan/simulate.h"

static const size_t max_bytes = (size_t)64 << 20;

struct rows {
    furrow_combinations *all;
    unsigned char *memory;
    size_t count, size, window;
    furrow_combinations_stores stores;
    furrow_plan plan;
};

static void open_rows(struct rows *rows, uint32_t n, uint32_t k, size_t element_size,
                      const void *labels, size_t max)
{
    furrow_selection selection = {.n = n, .k = k};
    furrow_combinations_options options = {
        .element_size = element_size, .labels = labels, .stores = rows->stores};
    figure_require(furrow_combinations_new(&rows->all, &selection, &options), "rows");
    size_t row_size = furrow_combinations_row_size(rows->all);
    furrow_wide count = furrow_combinations_rows(rows->all);
    rows->count = count.high || count.low > max / row_size ? max / row_size : count.low;
    rows->size = rows->count * row_size;
    rows->plan.threads = 1;
}

static void write_rows(void *context)
{
    struct rows *rows = context;
    figure_require(furrow_combinations_write(rows->memory, rows->all, (furrow_wide){0}, rows->count,
                                             &rows->plan),
                   "write");
}

static void store(void *context)
{
    const struct rows *rows = context;
    if (rows->plan.threads == 1)
        limit_store(rows->memory, rows->size);
    else
        limit_store_parallel(rows->memory, rows->size, rows->plan.threads);
}

/* The smallest n with enough rows to measure; 0: there is none. */
static uint32_t enough(uint32_t k, size_t element_size, uint32_t max_n)
{
    for (uint32_t n = k + 1; n <= max_n; n++) {
        furrow_wide rows;
        furrow_selection_count(&rows, &(furrow_selection){.n = n, .k = k});
        if (rows.high || rows.low * k * element_size >= max_bytes / 2)
            return n;
    }
    return 0;
}

static void show_write(unsigned char *memory, uint32_t k, size_t element_size, const char *type,
                       const void *labels, int threads)
{
    uint32_t n = enough(k, element_size, element_size == 1 ? 256 : 8192);
    char name[64];
    struct rows rows = {.memory = memory};
    if (n == 0)
        return;
    open_rows(&rows, n, k, element_size, labels, max_bytes);
    rows.plan.threads = threads;
    snprintf(name, sizeof name, "C(%u, %u) %s, %d thread%s", n, k, type, threads,
             threads > 1 ? "s" : "");
    figure_show(&(struct figure){name, write_rows, store, &rows, (double)rows.count,
                                 (double)rows.size, ">= 0.95"});
    furrow_combinations_free(rows.all);
}

void section_write(void)
{
    static const struct {
        const char *name;
        size_t size;
    } types[] = {{"u8", 1}, {"u16", 2}, {"u32", 4}, {"labels of 3", 3}};
    static unsigned char labels[8192 * 3];
    unsigned char *memory = figure_memory(max_bytes);
    for (size_t i = 0; i < sizeof labels; i++)
        labels[i] = (unsigned char)(i * 2654435761u >> 9);
    figure_head("1. a warm array, against stores past the caches");
    for (size_t type = 0; type < sizeof types / sizeof *types; type++)
        for (uint32_t k = 2; k <= 16; k++)
            for (int threads = 1; threads <= 2; threads++)
                show_write(memory, k, types[type].size, types[type].name,
                           types[type].size == 3 ? labels : NULL, threads);
    figure_memory_free(memory, max_bytes);
}

static void write_windows(void *context)
{
    const struct rows *rows = context;
    for (size_t from = 0; from < rows->count; from += rows->window) {
        size_t count = rows->count - from < rows->window ? rows->count - from : rows->window;
        figure_require(furrow_combinations_write(rows->memory, rows->all, (furrow_wide){from, 0},
                                                 count, &rows->plan),
                       "write");
    }
}

void section_window(void)
{
    static const struct {
        uint32_t n, k;
        const char *goal;
    } shapes[] = {{40, 6, "<= 0.40 cycles"}, {64, 5, "<= 0.33 cycles"}, {30, 10, "<= 0.70 cycles"}};
    const size_t window = (size_t)512 << 10;
    unsigned char *memory = figure_memory(window);
    figure_head("2. a window of 512 KiB, which stays in the second level cache");
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        char name[64];
        struct rows rows = {.memory = memory};
        open_rows(&rows, shapes[i].n, shapes[i].k, 1, NULL, max_bytes);
        rows.window = window / shapes[i].k;
        snprintf(name, sizeof name, "C(%u, %u) u8", shapes[i].n, shapes[i].k);
        figure_show(&(struct figure){name, write_windows, NULL, &rows, (double)rows.count,
                                     (double)rows.size, shapes[i].goal});
        furrow_combinations_free(rows.all);
    }
    figure_memory_free(memory, window);
}

static void make_array(void *context)
{
    struct rows *rows = context;
    void *fresh;
    figure_require(furrow_combinations_array_new(&fresh, rows->all, (furrow_wide){0}, rows->count,
                                                 &rows->plan),
                   "array");
    furrow_combinations_array_free(fresh, rows->all, rows->count);
}

/* Fresh pages of the same size, filled by stores alone. */
static void fill_array(void *context)
{
    const struct rows *rows = context;
    const size_t page = (size_t)2 << 20;
    size_t size = (rows->size / page + 2) * page;
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    figure_require(memory == MAP_FAILED, "memory");
    char *aligned = (char *)memory + (page - (uintptr_t)memory % page);
#ifdef MADV_HUGEPAGE
    madvise(aligned, size - page, MADV_HUGEPAGE);
#endif
    limit_store_parallel(aligned, rows->size, rows->plan.threads);
    munmap(memory, size);
}

void section_fresh(void)
{
    static const struct {
        uint32_t n, k;
        const char *goal;
    } shapes[] = {{200, 4, ">= 0.90, <= 60 ms"}, {40, 7, ">= 0.90"}, {64, 5, ">= 0.90"}};
    figure_head("3. a fresh array, against fresh 2 MiB pages filled by stores");
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (int threads = 1; threads <= 2; threads++) {
            char name[64];
            struct rows rows = {0};
            open_rows(&rows, shapes[i].n, shapes[i].k, 1, NULL, (size_t)1 << 30);
            rows.plan.threads = threads;
            snprintf(name, sizeof name, "C(%u, %u) u8, %d thread%s", shapes[i].n, shapes[i].k,
                     threads, threads > 1 ? "s" : "");
            figure_show(&(struct figure){name, make_array, fill_array, &rows, (double)rows.count,
                                         (double)rows.size, shapes[i].goal});
            furrow_combinations_free(rows.all);
        }
}

enum { RANGES = 4096, RANGE_ROUNDS = 7 };

static size_t piece_begin(const struct rows *rows, size_t pieces, size_t i)
{
    return i == pieces ? rows->count : rows->count / pieces / 64 * 64 * i;
}

/* Writes all rows in pieces, one behind the other in the window, and again from its beginning. */
static void write_pieces(const struct rows *rows, size_t pieces)
{
    size_t row_size = furrow_combinations_row_size(rows->all);
    size_t largest = (rows->count - piece_begin(rows, pieces, pieces - 1)) * row_size;
    size_t pitch = pieces == 1 ? largest : piece_begin(rows, pieces, 1) * row_size;
    size_t fit = largest < rows->window ? (rows->window - largest) / pitch + 1 : 1;
    for (size_t i = 0; i < pieces; i++) {
        size_t from = piece_begin(rows, pieces, i), to = piece_begin(rows, pieces, i + 1);
        figure_require(furrow_combinations_write(rows->memory + i % fit * pitch, rows->all,
                                                 (furrow_wide){from, 0}, to - from, &rows->plan),
                       "write");
    }
}

static void write_ranges(void *context)
{
    write_pieces(context, RANGES);
}

/* Takes the shortest time of each range over some rounds, which is the time without disturbances.
 * The rounds are far apart, so that a disturbance is in one of them only. */
static double imbalance(const struct rows *rows)
{
    static double least[RANGES - 1]; /* the last also has the rest */
    double most = 0, sum = 0;
    for (int round = 0; round < RANGE_ROUNDS; round++)
        for (size_t i = 0; i < RANGES - 1; i++) {
            size_t from = piece_begin(rows, RANGES, i), to = piece_begin(rows, RANGES, i + 1);
            double start = furrow_clock_wall();
            furrow_combinations_write(rows->memory, rows->all, (furrow_wide){from, 0}, to - from,
                                      &rows->plan);
            double time = furrow_clock_wall() - start;
            least[i] = round == 0 || time < least[i] ? time : least[i];
        }
    for (size_t i = 0; i < RANGES - 1; i++) {
        most = least[i] > most ? least[i] : most;
        sum += least[i];
    }
    return most / (sum / (RANGES - 1));
}

/* Writes as few pieces as the window allows. */
static void write_whole(void *context)
{
    const struct rows *rows = context;
    write_pieces(rows, rows->size <= rows->window ? 1 : 2 * (rows->size / rows->window + 1));
}

/* Ranges of 30 to 110 kB, and of a megabyte. Beginning a range costs the same for all sizes. */
void section_ranges(void)
{
    static const struct {
        uint32_t n, k;
    } shapes[] = {{40, 7}, {64, 6}, {30, 10}, {64, 7}};
    const size_t size = (size_t)512 << 20;
    unsigned char *memory = figure_memory(size);
    figure_head("9. 4096 ranges, against the fewest: what cutting costs (u8, into memory)");
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        char name[64];
        struct rows rows = {.memory = memory, .window = size, .stores = FURROW_STORES_STREAMED};
        open_rows(&rows, shapes[i].n, shapes[i].k, 1, NULL, (size_t)8 << 30);
        snprintf(name, sizeof name, "C(%u, %u) in 4096 of %zu kB", shapes[i].n, shapes[i].k,
                 rows.size / RANGES / 1000);
        figure_show(&(struct figure){name, write_ranges, write_whole, &rows, (double)rows.count,
                                     (double)rows.size, ">= 0.99"});
        printf("%-34s max / mean %.3f %42s\n", "", imbalance(&rows), "<= 1.05");
        furrow_combinations_free(rows.all);
    }
    figure_memory_free(memory, size);
}

enum { SHARDS = 10000, SAMPLES = 250 };

/* The shortest time of some rounds for shard number `i`. */
static double time_of_shard(const struct rows *rows, uint64_t all_rows, size_t i)
{
    uint64_t from = all_rows / SHARDS * i, count = all_rows / SHARDS;
    double least = 1;
    for (int round = 0; round < 3; round++) {
        double start = furrow_clock_wall();
        figure_require(furrow_combinations_write(rows->memory, rows->all, (furrow_wide){from, 0},
                                                 count, &rows->plan),
                       "write");
        double time = furrow_clock_wall() - start;
        least = time < least ? time : least;
    }
    return least;
}

/* One core per shard. Each measured shard stands for itself and the ones behind it. */
void section_shards(void)
{
    static double until[SHARDS + 1];
    static const uint32_t shapes[][2] = {{64, 8}, {50, 10}, {100, 6}};
    const size_t size = (size_t)64 << 20;
    unsigned char *memory = figure_memory(size);
    printf(
        "\nShards for %d cores, simulated of %d that are measured\n%-20s %14s %10s %10s %10s %9s\n",
        SHARDS, SAMPLES, "", "rows", "mean us", "max us", "tables us", "imbalance");
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        struct rows rows = {.memory = memory, .stores = FURROW_STORES_STREAMED};
        furrow__simulation simulation;
        double start = furrow_clock_wall(), cost = 0;
        open_rows(&rows, shapes[s][0], shapes[s][1], 1, NULL, size);
        double tables = furrow_clock_wall() - start;
        uint64_t all_rows = furrow_combinations_rows(rows.all).low;
        for (size_t i = 0; i < SHARDS; i++) {
            if (i % (SHARDS / SAMPLES) == 0)
                cost = time_of_shard(&rows, all_rows, i);
            until[i + 1] = until[i] + cost;
        }
        const furrow_profile profile = {SHARDS, SHARDS, until};
        figure_require(furrow__schedule_simulate(&simulation, FURROW_SCHEDULE_STATIC, 1, SHARDS,
                                                 &profile, &(furrow_costs){0}),
                       "simulation");
        printf("C(%u, %u)%*s %14llu %10.1f %10.1f %10.1f %9.3f\n", shapes[s][0], shapes[s][1], 12,
               "", (unsigned long long)all_rows, 1e6 * until[SHARDS] / SHARDS,
               1e6 * simulation.makespan, 1e6 * tables, simulation.imbalance);
        furrow_combinations_free(rows.all);
    }
    figure_memory_free(memory, size);
}

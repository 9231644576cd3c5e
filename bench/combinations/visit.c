/* Rows that are visited and not kept; sums without rows; ranks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/combinations/rows.h>

#include "bench.h"

static const furrow_plan alone = {.threads = 1};

static const struct {
    uint32_t n, k;
} shapes[] = {{40, 6}, {64, 5}, {30, 10}};

struct visit {
    furrow_combinations *all;
    uint64_t count;
    uint64_t sum; /* of the first elements, so that rows are not optimised away */
    const uint8_t *first;
};

static void by_cursor(void *context)
{
    struct visit *visit = context;
    furrow_combinations_cursor *cursor;
    uint64_t sum = 0;
    figure_require(
        furrow_combinations_cursor_new(&cursor, visit->all, (furrow_wide){0}, visit->count),
        "cursor");
    size_t size = furrow_combinations_row_size(visit->all), count;
    for (const uint8_t *row; (row = furrow_combinations_next_rows(cursor, &count)) != NULL;)
        for (size_t i = 0; i < count; i++, row += size)
            sum += row[0];
    furrow_combinations_cursor_free(cursor);
    visit->sum = sum;
}

typedef void row_function(const uint8_t *row, struct visit *visit);

/* Only the call is to be measured, so that the body does almost nothing. */
static void look(const uint8_t *row, struct visit *visit)
{
    visit->first = row;
}

static row_function *volatile row_pointer = look;

static int each_row(const furrow_combinations_block *block, const void *context)
{
    struct visit *visit = (struct visit *)(uintptr_t)context;
    row_function *call = row_pointer;
    size_t size = furrow_combinations_row_size(visit->all);
    const uint8_t *row = block->rows;
    for (size_t i = 0; i < block->count; i++, row += size)
        call(row, visit);
    return 0;
}

static int each_block(const furrow_combinations_block *block, const void *context)
{
    struct visit *visit = (struct visit *)(uintptr_t)context;
    visit->sum += *(const uint8_t *)block->rows;
    return 0;
}

static void by_pointer(void *context)
{
    struct visit *visit = context;
    visit->sum = 0;
    furrow_combinations_visit(visit->all, (furrow_wide){0}, visit->count, &alone, each_row, visit);
}

static void by_block(void *context)
{
    struct visit *visit = context;
    furrow_combinations_visit(visit->all, (furrow_wide){0}, visit->count, &alone, each_block,
                              visit);
}

void section_visit(void)
{
    static const struct {
        const char *name;
        figure_work *work;
        const char *goals[2];
    } ways[] = {{"inline", by_cursor, {"<= 1.2 cycles", "<= 1.2 cycles"}},
                {"function pointer", by_pointer, {"<= 5 cycles", "<= 5 cycles"}},
                {"block callback", by_block, {"<= 0.30 cycles", "<= 0.70 cycles"}}};
    figure_head("4. visits");
    for (size_t w = 0; w < sizeof ways / sizeof *ways; w++)
        for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
            furrow_selection selection = {.n = shapes[i].n, .k = shapes[i].k};
            struct visit visit = {0};
            char name[64];
            figure_require(furrow_combinations_new(&visit.all, &selection, NULL), "rows");
            visit.count = furrow_combinations_rows(visit.all).low;
            if (visit.count > 8000000)
                visit.count = 8000000;
            snprintf(name, sizeof name, "C(%u, %u), %s", shapes[i].n, shapes[i].k, ways[w].name);
            figure_show(&(struct figure){name, ways[w].work, NULL, &visit, (double)visit.count, 0,
                                         ways[w].goals[shapes[i].k > 6]});
            furrow_combinations_free(visit.all);
        }
}

struct sums {
    furrow_combinations_sums *sums;
    uint64_t count, found;
};

static void count_sums(void *context)
{
    struct sums *sums = context;
    figure_require(furrow_combinations_sums_count(&sums->found, sums->sums, (furrow_wide){0},
                                                  sums->count, 3000, &alone),
                   "sums");
}

void section_sums(void)
{
    int32_t weights[64];
    figure_head("5. how many weighted sums are at most a limit");
    for (uint32_t i = 0; i < 64; i++)
        weights[i] = (int32_t)(i * 2654435761u >> 22);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct sums sums = {0};
        furrow_wide rows;
        char name[64];
        furrow_selection selection = {.n = shapes[i].n, .k = shapes[i].k};
        furrow_selection_count(&rows, &selection);
        sums.count = rows.low;
        figure_require(furrow_combinations_sums_new(&sums.sums, shapes[i].n, shapes[i].k, weights),
                       "sums");
        snprintf(name, sizeof name, "C(%u, %u)", shapes[i].n, shapes[i].k);
        figure_show(&(struct figure){name, count_sums, NULL, &sums, (double)sums.count, 0,
                                     shapes[i].k > 6 ? "<= 0.30 cycles" : "<= 0.14 cycles"});
        furrow_combinations_sums_free(sums.sums);
    }
}

enum { RANKS = 4096 };

struct ranks {
    furrow_combinations *all;
    uint32_t k;
    furrow_wide ranks[RANKS];
    uint32_t *rows;
};

static void unrank_all(void *context)
{
    struct ranks *ranks = context;
    for (size_t i = 0; i < RANKS; i++)
        furrow_combinations_row_at(ranks->rows + i * ranks->k, ranks->all, ranks->ranks[i]);
}

static void rank_all(void *context)
{
    struct ranks *ranks = context;
    for (size_t i = 0; i < RANKS; i++)
        furrow_combinations_rank_of(&ranks->ranks[i], ranks->all, ranks->rows + i * ranks->k);
}

void section_ranks(void)
{
    static const struct {
        uint32_t n, k;
        const char *unrank, *rank;
    } table[] = {
        {40, 6, "<= 60 ns", "<= 8 ns"}, {100000, 2, "<= 5 ns", ""}, {128, 64, "<= 500 ns", ""}};
    static struct ranks ranks;
    figure_head("8. ranks, random");
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        furrow_selection selection = {.n = table[i].n, .k = table[i].k};
        char name[64];
        ranks.k = table[i].k;
        ranks.rows = calloc((size_t)RANKS * ranks.k, sizeof *ranks.rows);
        figure_require(ranks.rows ? 0 : -12, "memory");
        figure_require(furrow_combinations_new(&ranks.all, &selection, NULL), "rows");
        for (uint64_t j = 0; j < RANKS; j++)
            furrow_selection_shuffle(&ranks.ranks[j], furrow_combinations_rows(ranks.all),
                                     (furrow_wide){j, 0}, 1);
        snprintf(name, sizeof name, "unrank C(%u, %u)", table[i].n, table[i].k);
        figure_show(&(struct figure){name, unrank_all, NULL, &ranks, RANKS, 0, table[i].unrank});
        snprintf(name, sizeof name, "rank C(%u, %u)", table[i].n, table[i].k);
        figure_show(&(struct figure){name, rank_all, NULL, &ranks, RANKS, 0, table[i].rank});
        furrow_combinations_free(ranks.all);
        free(ranks.rows);
    }
}

/* Many small inputs, as in the third tutorial. */
#include <stdio.h>
#include <stdlib.h>

#include <furrow/combinations/combinations.h>

#include "bench.h"

enum { INPUTS = 100000, WIDTH = 6 };

struct many {
    uint32_t *elements, *rows;
    furrow_combinations_input *inputs;
    size_t *offsets;
    size_t size;
    furrow_plan plan;
};

static void map(void *context)
{
    struct many *many = context;
    figure_require(
        furrow_combinations_map(many->rows, many->elements, INPUTS, WIDTH, 2, 4, &many->plan),
        "map");
}

static void starmap(void *context)
{
    struct many *many = context;
    figure_require(furrow_combinations_starmap(many->rows, many->offsets, many->inputs, INPUTS, 4,
                                               &many->plan),
                   "starmap");
}

/* Two nested loops per input. */
static void nested(void *context)
{
    struct many *many = context;
    uint32_t *to = many->rows;
    for (size_t i = 0; i < INPUTS; i++) {
        const uint32_t *from = many->elements + i * WIDTH;
        for (int a = 0; a < WIDTH; a++)
            for (int b = a + 1; b < WIDTH; b++) {
                *to++ = from[a];
                *to++ = from[b];
            }
    }
}

static void store(void *context)
{
    const struct many *many = context;
    limit_store_parallel(many->rows, many->size, many->plan.threads);
}

void section_many(void)
{
    const size_t size = (size_t)INPUTS * 20 * 3 * sizeof(uint32_t);
    struct many many = {
        .elements = malloc(INPUTS * WIDTH * sizeof(uint32_t)),
        .inputs = malloc(INPUTS * sizeof(furrow_combinations_input)),
        .offsets = malloc((INPUTS + 1) * sizeof(size_t)),
        .rows = figure_memory(size),
        .plan = {.threads = 1},
    };
    size_t rows = 0;
    figure_require(many.elements && many.inputs && many.offsets ? 0 : -12, "memory");
    for (size_t i = 0; i < INPUTS; i++) {
        uint32_t k = 2 + (uint32_t)(i * 2654435761u >> 9) % 3;
        for (size_t j = 0; j < WIDTH; j++)
            many.elements[i * WIDTH + j] = (uint32_t)(i * WIDTH + j);
        many.inputs[i] = (furrow_combinations_input){many.elements + i * WIDTH, WIDTH, k};
        rows += k == 3 ? 20 : 15;
    }
    figure_require(furrow_combinations_offsets(many.offsets, many.inputs, INPUTS, 4), "offsets");
    figure_head("7. 100,000 inputs of 6, u32");
    for (many.plan.threads = 1; many.plan.threads <= 2; many.plan.threads++) {
        const char *threads = many.plan.threads == 1 ? "1 thread" : "2 threads";
        char name[64];
        many.size = (size_t)INPUTS * 15 * 2 * 4;
        snprintf(name, sizeof name, "C(6, 2), %s, nested C", threads);
        figure_show(&(struct figure){name, map, nested, &many, INPUTS * 15.0, (double)many.size,
                                     "<= 1.0 cycles"});
        snprintf(name, sizeof name, "C(6, 2), %s, stores", threads);
        figure_show(
            &(struct figure){name, map, store, &many, INPUTS * 15.0, (double)many.size, ""});
        many.size = many.offsets[INPUTS];
        snprintf(name, sizeof name, "k of 2, 3, 4, %s", threads);
        figure_show(&(struct figure){name, starmap, NULL, &many, (double)rows, (double)many.size,
                                     "<= 1.5 cycles"});
    }
    figure_memory_free(many.rows, size);
    free(many.elements);
    free(many.inputs);
    free(many.offsets);
}

/* rows.h: the function of the programs of text 003: all combinations of some elements. */
#ifndef KERNELS_TUTORIALS_ROWS_H
#define KERNELS_TUTORIALS_ROWS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <furrow/combinations/combinations.h>
#include <furrow/cpu.h>

#include "tutorial.h"

enum { ELEMENTS = 6, MAX_NUMBERS = 60 /* of C(6, 3) rows of 3, or of C(6, 4) rows of 4 */ };

/* Python's tuple (elements, n). */
struct request {
    int elements[ELEMENTS];
    uint32_t n;
};

/* The original warns that results could be large. Here their size is known beforehand. */
struct rows {
    uint32_t n;
    size_t count;
    int numbers[MAX_NUMBERS];
};

static int get_combinations_n(void *result, const void *item, void *context)
{
    const struct request *request = item;
    struct rows *rows = result;
    uint64_t count;
    uint8_t indices[MAX_NUMBERS];
    (void)context;
    int status = furrow_combinations_count(&count, ELEMENTS, request->n);
    if (!status && count * request->n > MAX_NUMBERS)
        status = FURROW_ERANGE;
    if (!status)
        status = furrow_combinations_fill(indices, 1, ELEMENTS, request->n, 0, (size_t)count);
    if (status)
        return status;
    rows->n = request->n;
    rows->count = (size_t)count;
    for (size_t i = 0; i < rows->count * rows->n; i++)
        rows->numbers[i] = request->elements[indices[i]];
    return FURROW_OK;
}

static void print_rows(const struct rows *rows)
{
    for (size_t i = 0; i < rows->count * rows->n; i++) {
        const char *before = i % rows->n > 0 ? ", " : i == 0 ? "((" : "), (";
        printf("%s%d", before, rows->numbers[i]);
    }
    printf("))");
}

/* The first argument, or the number of usable CPUs. */
static int my_processes(int count, char **arguments)
{
    int given = count > 1 ? atoi(arguments[1]) : 0;
    return given > 0 ? given : furrow_cpu_count();
}

#endif

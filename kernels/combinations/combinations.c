/*
 * combinations: all k-subsets of n items, in lexicographic order.
 *
 *     $ furrow combinations 3 2         $ furrow combinations 3 2 --inputs 2
 *     (0, 1)                            ((0, 1), (0, 2), (1, 2))
 *     (0, 2)                            ((0, 1), (0, 2), (1, 2))
 *     (1, 2)
 *
 * An item is one row, by its rank, so that equal ranges are equal work. Ranges of first elements
 * would not be: the rows that begin with 0 are k/n of all. Rows come from tables of suffixes
 * (furrow/combinations/rows.h) and go straight into the result slots, in the smallest elements that
 * hold n. With many inputs the items are the rows of all inputs, one input after another.
 *
 * The offset of each row in the output is known before the row is made, so that all threads write
 * at once (document.c). Records serve the formats for which this is not so. There may be very many
 * rows, so the log tells their number before the first is made.
 *
 * Verified by the sum of all elements, for which there is a closed form over any range of ranks. A
 * document is verified row by row against rows that are made one by one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "state.h"

static void teardown(void *state)
{
    struct combinations *all = state;
    furrow__combinations_close(all);
    furrow_combinations_free(all->maker);
    free(all->sizes);
    free(all->firsts);
    free(all->inputs);
    free(all->labels);
    free(all->names);
    free(all);
}

static int setup(void **state, const furrow_args *args, furrow_error *error)
{
    struct combinations *all = calloc(1, sizeof *all);
    if (!all)
        return FURROW_ENOMEM;
    int status = furrow__combinations_set(all, args, error);
    if (status) {
        teardown(all);
        return status;
    }
    all->part = furrow_part_of(all->rows, 1, 1);
    *state = all;
    return FURROW_OK;
}

static int begin(void *state, size_t round, furrow_error *error)
{
    struct combinations *all = state;
    (void)round, (void)error;
    all->sum = 0;
    return FURROW_OK;
}

/* A slot has at least one byte: an empty row is a result too. */
static furrow_shape shape(const void *state)
{
    const struct combinations *all = state;
    size_t size = all->max_k > 0 ? all->max_k * all->element_size : 1;
    double rows = (double)(all->part.end - all->part.begin);
    return (furrow_shape){
        .items = all->rows,
        .result_size = size,
        .work = {.items = rows, .bytes = rows * (double)size},
    };
}

/* Slots hold 0 behind a short row, so that all elements of all slots may be added. */
static int add(void *partial, const furrow_batch *batch, const void *state)
{
    const struct combinations *all = state;
    size_t rows = batch->end - batch->begin;
    if (!all->ranks)
        *(uint64_t *)partial =
            furrow__combinations_sum_of(batch->results, all->element_size, rows * all->max_k);
    return FURROW_OK;
}

static int fold(void *state, const void *partial)
{
    struct combinations *all = state;
    all->sum += *(const uint64_t *)partial;
    return FURROW_OK;
}

static const furrow_partial partial_sum = {sizeof(uint64_t), add, fold};

static void describe(const struct combinations *all, FILE *log)
{
    char name[64], rows[FURROW_WIDE_TEXT_SIZE], from[FURROW_WIDE_TEXT_SIZE];
    size_t count = all->part.end - all->part.begin;
    furrow_wide wanted = {count, 0}, first = {all->part.begin, 0};
    if (all->ranks)
        return;
    if (all->many) {
        fprintf(log, "Number of results: %zu (%zu rows)\n", all->input_count, all->rows);
        return;
    }
    furrow__combinations_name(name, sizeof name, &all->selection);
    furrow_wide_text(rows, all->all_rows);
    furrow_wide_add(&first, first, all->from);
    if (all->sampled)
        fprintf(log, "%s = %s rows, of which %zu are drawn\n", name, rows, count);
    else if (furrow_wide_compare(wanted, all->all_rows) == 0)
        fprintf(log, "%s = %s rows\n", name, rows);
    else
        fprintf(log, "%s = %s rows, of which %zu from rank %s\n", name, rows, count,
                furrow_wide_text(from, first));
}

static int tell(void *state, furrow_moment moment, FILE *log, furrow_error *error)
{
    (void)error;
    if (log && moment == FURROW_BEFORE)
        describe(state, log);
    return FURROW_OK;
}

static const furrow_variant variants[] = {
    {"plain", "the same work as a plain C loop on one thread", furrow__combinations_plainly},
    {"parallel-for", "omp parallel for over blocks of rows, with one sum per thread",
     furrow__combinations_by_parallel_for},
    {"tasks", "one recursive task per prefix of two elements: uneven tasks, only sums",
     furrow__combinations_by_tasks},
    {0},
};

const furrow_kernel furrow_kernel_combinations = {
    .abi = FURROW_KERNEL_ABI,
    .flags = FURROW_KERNEL_FILLS,
    .name = "combinations",
    .summary = "all K-subsets of N items, in lexicographic order",
    .help = "Examples:\n"
            "  furrow combinations 6 2\n"
            "  furrow combinations --items red,green,blue --k 2\n"
            "  furrow combinations --set red,green --set S,M,L\n"
            "  furrow combinations 40 6 --from 1000000 --to 1000010\n"
            "  furrow combinations 64 5 --format u8 -o rows\n"
            "  furrow combinations 64 5 --shard 3/10 -o part3\n"
            "  furrow combinations 131 65 --sample 5\n"
            "  furrow combinations 6 --inputs 48 --k 2,3,4 --seed 1",
    .params = furrow__combinations_params,
    .setup = setup,
    .teardown = teardown,
    .begin = begin,
    .shape = shape,
    .body = furrow__combinations_body,
    .partial = &partial_sum,
    .formats = furrow__combinations_formats,
    .verify = furrow__combinations_verify,
    .tell = tell,
    .variants = variants,
};

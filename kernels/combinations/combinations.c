/*
 * combinations: all k-subsets of n items, in lexicographic order.
 *
 *     $ furrow combinations 3 2         $ furrow combinations 3 2 --inputs 2
 *     (0, 1)                            ((0, 1), (0, 2), (1, 2))
 *     (0, 2)                            ((0, 1), (0, 2), (1, 2))
 *     (1, 2)
 *
 * An item is one row, by its rank, so that shares are equal: dealt by first element instead, who
 * gets the rows that begin with 0 has k/n of all the work. Rows come from tables of suffixes
 * (furrow/combinations_rows.h), straight into the result slots, in the smallest elements that hold
 * n. With many inputs the items are the rows of all of them, one input after another.
 *
 * Where each row begins in the output is known before it is made, so all threads write at once
 * (document.c); records are for the rest. Rows may be many, so their number is said before the
 * first is made.
 *
 * Checked by the sum of all elements, for which there is a closed form over any range of ranks; a
 * document is checked row by row against plain code.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "document.h"

static int begin(void *state, size_t round, furrow_error *error)
{
    struct combinations *all = state;
    (void)round, (void)error;
    all->sum = 0;
    return FURROW_OK;
}

/* A slot is never empty: an empty row is a result too. */
static furrow_shape shape(const void *state)
{
    const struct combinations *all = state;
    size_t size = all->most_k > 0 ? all->most_k * all->element_size : 1;
    double rows = (double)(all->part.end - all->part.begin);
    return (furrow_shape){
        .items = all->rows,
        .result_size = size,
        .work = {.items = rows, .bytes = rows * (double)size},
    };
}

/* The input that item `item` is a row of. Every input has rows, but for a single empty one. */
static const struct input *input_of(const struct combinations *all, size_t item)
{
    size_t low = 0, high = all->input_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (all->inputs[middle].first <= item)
            low = middle;
        else
            high = middle;
    }
    return &all->inputs[low];
}

/* Puts rows that lie one behind the other into slots of their own, the last first. */
static void spread(char *slots, size_t slot_size, size_t row_size, size_t count)
{
    for (size_t i = count; slot_size > row_size && i-- > 0;) {
        memmove(slots + i * slot_size, slots + i * row_size, row_size);
        memset(slots + i * slot_size + row_size, 0, slot_size - row_size);
    }
}

/* Rows of several inputs, each in the plain code. */
static int body_of_many(const furrow_range *range, const struct combinations *all)
{
    const struct input *input = input_of(all, range->begin);
    const size_t slot_size = range->result_size;
    char *slots = range->results;
    for (size_t item = range->begin; item < range->end; input++) {
        size_t end = input->first + input->rows;
        size_t count = (end < range->end ? end : range->end) - item;
        int status = furrow_combinations_fill(slots, all->element_size, all->n, input->k,
                                              item - input->first, count);
        if (status)
            return status;
        spread(slots, slot_size, input->k * all->element_size, count);
        slots += count * slot_size;
        item += count;
    }
    return FURROW_OK;
}

static int body(const furrow_range *range, const void *state)
{
    const struct combinations *all = state;
    if (all->ranks)
        return FURROW_OK;
    if (all->many)
        return body_of_many(range, all);
    return furrow__combinations_rows(range->results, all, all->maker, range->begin,
                                     range->end - range->begin);
}

static uint32_t element_at(const void *elements, size_t element_size, size_t index)
{
    if (element_size == 1)
        return ((const uint8_t *)elements)[index];
    if (element_size == 2)
        return ((const uint16_t *)elements)[index];
    return ((const uint32_t *)elements)[index];
}

/* A loop for each size. */
uint64_t furrow__combinations_sum_of(const void *elements, size_t element_size, size_t count)
{
    const uint8_t *bytes = elements;
    const uint16_t *halves = elements;
    const uint32_t *words = elements;
    uint64_t sum = 0;
    if (element_size == 1) {
#pragma omp simd reduction(+ : sum)
        for (size_t i = 0; i < count; i++)
            sum += bytes[i];
    } else if (element_size == 2) {
#pragma omp simd reduction(+ : sum)
        for (size_t i = 0; i < count; i++)
            sum += halves[i];
    } else {
#pragma omp simd reduction(+ : sum)
        for (size_t i = 0; i < count; i++)
            sum += words[i];
    }
    return sum;
}

/* Slots hold 0 behind a short row, so that all their elements may be added. */
static int add(void *partial, const furrow_batch *batch, const void *state)
{
    const struct combinations *all = state;
    size_t rows = batch->end - batch->begin;
    if (!all->ranks)
        *(uint64_t *)partial =
            furrow__combinations_sum_of(batch->results, all->element_size, rows * all->most_k);
    return FURROW_OK;
}

static int fold(void *state, const void *partial)
{
    struct combinations *all = state;
    all->sum += *(const uint64_t *)partial;
    return FURROW_OK;
}

static const furrow_partial partial_sum = {sizeof(uint64_t), add, fold};

static void write_row(const struct combinations *all, const void *slot, size_t k, size_t columns,
                      furrow_writer *writer)
{
    furrow_writer_list_begin(writer, "row");
    for (size_t i = 0; i < columns; i++) {
        uint32_t element = element_at(slot, all->element_size, i);
        if (i >= k)
            furrow_writer_text(writer, "item", NULL);
        else if (all->labels)
            furrow_writer_text(writer, "item",
                               all->labels[furrow__combinations_label(all, (uint32_t)i, element)]);
        else
            furrow_writer_count(writer, "item", element);
    }
    furrow_writer_list_end(writer);
}

/* A record for each input, open from its first row to its last. */
static int emit_row_of_input(const struct combinations *all, const furrow_record *record,
                             furrow_writer *writer)
{
    const struct input *input = input_of(all, record->number);
    if (record->number == input->first) {
        furrow_writer_begin(writer);
        furrow_writer_list_begin(writer, "rows");
    }
    write_row(all, record->result, input->k, input->k, writer);
    if (record->number + 1 < input->first + input->rows)
        return FURROW_OK;
    furrow_writer_list_end(writer);
    return furrow_writer_end(writer);
}

/* The same as a table: a record for each row, which says whose it is, padded to the longest. */
static int emit_row_of_table(const struct combinations *all, const furrow_record *record,
                             furrow_writer *writer)
{
    const struct input *input = input_of(all, record->number);
    furrow_writer_begin(writer);
    furrow_writer_count(writer, "input", (uint64_t)(input - all->inputs));
    write_row(all, record->result, input->k, all->most_k, writer);
    return furrow_writer_end(writer);
}

/* Not a number: it may be too large for one. */
static int emit_rank(const struct combinations *all, furrow_writer *writer)
{
    char rank[FURROW_WIDE_TEXT_SIZE];
    furrow_writer_begin(writer);
    furrow_writer_text(writer, "rank", furrow_wide_text(rank, all->rank));
    return furrow_writer_end(writer);
}

int furrow__combinations_emit(const void *state, const furrow_record *record, furrow_writer *writer)
{
    const struct combinations *all = state;
    if (all->ranks)
        return emit_rank(all, writer);
    if (all->many && furrow_writer_format(writer) == FURROW_FORMAT_CSV)
        return emit_row_of_table(all, record, writer);
    if (all->many)
        return emit_row_of_input(all, record, writer);
    furrow_writer_begin(writer);
    write_row(all, record->result, all->inputs[0].k, all->inputs[0].k, writer);
    return furrow_writer_end(writer);
}

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
    {"parallel-for", "omp parallel for over blocks of rows, with a sum for each thread",
     furrow__combinations_by_parallel_for},
    {"tasks", "recursion over prefixes, each prefix of two a task: uneven; adds up only",
     furrow__combinations_by_tasks},
    {0},
};

const furrow_kernel furrow_kernel_combinations = {
    .abi = FURROW_KERNEL_ABI,
    .flags = FURROW_KERNEL_FILLS,
    .name = "combinations",
    .summary = "all K-subsets of N items, in lexicographic order",
    .help = "furrow combinations 6 2\n"
            "furrow combinations --items red,green,blue --k 2\n"
            "furrow combinations --set red,green --set S,M,L\n"
            "furrow combinations 40 6 --from 1000000 --to 1000010\n"
            "furrow combinations 64 5 --format u8 -o rows\n"
            "furrow combinations 64 5 --shard 3/10 -o part3\n"
            "furrow combinations 131 65 --sample 5\n"
            "furrow combinations 6 --inputs 48 --k 2,3,4 --seed 1",
    .params = furrow__combinations_params,
    .setup = furrow__combinations_setup,
    .teardown = furrow__combinations_teardown,
    .begin = begin,
    .shape = shape,
    .body = body,
    .partial = &partial_sum,
    .formats = furrow__combinations_formats,
    .verify = furrow__combinations_verify,
    .tell = tell,
    .variants = variants,
};

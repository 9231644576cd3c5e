/*
 * records.c: rows as records: one per row, or one per input when there are many.
 */
#include "state.h"

static uint32_t element_at(const void *elements, size_t element_size, size_t index)
{
    if (element_size == 1)
        return ((const uint8_t *)elements)[index];
    if (element_size == 2)
        return ((const uint16_t *)elements)[index];
    return ((const uint32_t *)elements)[index];
}

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

/* One record per input, open from its first row to its last. */
static int emit_row_of_input(const struct combinations *all, const furrow_record *record,
                             furrow_writer *writer)
{
    const struct input *input = furrow__combinations_input_of(all, record->number);
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

/* The same as a table: one record per row, with the number of its input, padded to the longest row.
 */
static int emit_row_of_table(const struct combinations *all, const furrow_record *record,
                             furrow_writer *writer)
{
    const struct input *input = furrow__combinations_input_of(all, record->number);
    furrow_writer_begin(writer);
    furrow_writer_count(writer, "input", (uint64_t)(input - all->inputs));
    write_row(all, record->result, input->k, all->max_k, writer);
    return furrow_writer_end(writer);
}

/* As text, since a rank may be too large for a number. */
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

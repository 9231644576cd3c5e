#include "text.h"

#include <stdlib.h>
#include <string.h>

#include <furrow/status.h>

/* The position of a write. */
struct text_position {
    const furrow_combinations_text *text;
    uint32_t *row; /* k elements, of which the first `length` are the prefix */
    uint32_t length;
    uint64_t past; /* rows of the prefix that are written */
    char *prefix;  /* as text */
    size_t prefix_size;
    char *to, *end; /* of the output */
};

static uint32_t after(const struct text_position *place)
{
    return place->length ? place->row[place->length - 1] + 1 : 0;
}

static uint64_t tail_of(const struct text_position *place)
{
    return place->text->tails[place->text->all->selection.n - after(place)];
}

static void put_prefix(struct text_position *place)
{
    const furrow_combinations_text *text = place->text;
    char *to = place->prefix;
    memcpy(to, text->begin, text->begin_size);
    to += text->begin_size;
    for (uint32_t i = 0; i < place->length; i++)
        to = furrow__text_put(to, text, place->row[i], i == 0);
    place->prefix_size = (size_t)(to - place->prefix);
}

static void begin(struct text_position *place, furrow__u128 from)
{
    const furrow_combinations_text *text = place->text;
    const furrow_selection *selection = &text->all->selection;
    place->length = selection->k - text->depth;
    furrow__combinations_unrank(place->row, text->all, from);
    place->past = tail_of(place) - 1 - furrow__rows_after(text->all, place->row, text->depth);
    put_prefix(place);
}

static void step(struct text_position *place)
{
    const furrow_selection *selection = &place->text->all->selection;
    furrow_selection prefixes = {.n = selection->n - (selection->k - place->length),
                                 .k = place->length};
    furrow_selection_next(place->row, &prefixes);
    place->past = 0;
    put_prefix(place);
}

/* Copies `size` bytes in whole pieces, and so possibly more. */
static inline char *copy_pieces(char *to, const char *from, size_t size)
{
    memcpy(to, from, FURROW__PIECE);
    for (size_t i = FURROW__PIECE; i < size; i += FURROW__PIECE)
        memcpy(to + i, from + i, FURROW__PIECE);
    return to + size;
}

/* Writes the rows [first, first + count) of the table, each behind the prefix. As long as there is
 * room, whole pieces are copied, and the next row overwrites the excess bytes. */
static void put_rows(struct text_position *place, size_t first, size_t count)
{
    const furrow_combinations_text *text = place->text;
    const char *suffix = text->suffixes + first * text->pitch, *prefix = place->prefix;
    const uint32_t *size = text->sizes + first;
    size_t prefix_size = place->prefix_size, margin = text->max_prefix + text->pitch;
    char *to = place->to;
    for (; count > 0 && (size_t)(place->end - to) > margin; count--, suffix += text->pitch) {
        to = copy_pieces(to, prefix, prefix_size);
        to = copy_pieces(to, suffix, *size++);
    }
    for (; count > 0; count--, suffix += text->pitch) {
        memcpy(to, prefix, prefix_size);
        memcpy(to + prefix_size, suffix, *size);
        to += prefix_size + *size++;
    }
    place->to = to;
}

/* The number of rows of the prefix that have one size. They are its last rows. */
static uint64_t uniform_rows(const struct text_position *place)
{
    const furrow_combinations_text *text = place->text;
    uint64_t tail = tail_of(place) - place->past;
    uint64_t alike = text->packed ? text->tails[text->all->selection.n - text->uniform] : 0;
    bool fits = place->prefix_size + text->uniform_size <= FURROW__MAX_ROW;
    return !fits ? 0 : tail < alike ? tail : alike;
}

/* Writes up to `count` rows of one size, until a prefix has other rows too. */
static uint64_t put_uniform(struct text_position *place, uint64_t count)
{
    const furrow_combinations_text *text = place->text;
    furrow__row_block block;
    furrow__lines lines;
    uint64_t put = 0;
    text->all->isa->begin(&lines, (unsigned char *)place->to, false);
    while (put < count) {
        size_t size = place->prefix_size + text->uniform_size;
        uint64_t tail = tail_of(place) - place->past;
        uint64_t taken = tail < count - put ? tail : count - put;
        if (uniform_rows(place) < tail)
            break;
        memcpy(block.prefix, place->prefix, sizeof block.prefix);
        block.pattern = text->patterns[size];
        block.rows = text->packed - tail * text->uniform_size;
        block.size = taken * size;
        text->all->isa->emit(&lines, &block, 1);
        place->to += block.size;
        place->past += taken;
        put += taken;
        if (taken == tail)
            step(place);
    }
    text->all->isa->end(&lines);
    return put;
}

static void write_rows(struct text_position *place, uint64_t count)
{
    const furrow_combinations_text *text = place->text;
    while (count > 0) {
        count -= text->packed ? put_uniform(place, count) : 0;
        if (count == 0)
            return;
        uint64_t tail = tail_of(place) - place->past, mixed = tail - uniform_rows(place);
        uint64_t taken = mixed < count ? mixed : count;
        put_rows(place, text->rows - tail, taken);
        place->past += taken;
        count -= taken;
        if (taken == tail)
            step(place);
    }
}

static int write_by_table(char *bytes, size_t size, const furrow_combinations_text *text,
                          furrow__u128 from, uint64_t count)
{
    struct text_position place = {.text = text, .to = bytes, .end = bytes + size};
    int status = FURROW_ENOMEM;
    place.row = malloc(((size_t)text->all->selection.k + 1) * sizeof *place.row);
    place.prefix = calloc(text->max_prefix + FURROW__LINE + FURROW__PIECE, 1);
    if (place.row && place.prefix) {
        begin(&place, from);
        write_rows(&place, count);
        status = FURROW_OK;
    }
    free(place.row);
    free(place.prefix);
    return status;
}

/* For all kinds except subsets. */
static int write_one_by_one(char *to, const furrow_combinations_text *text, furrow__u128 from,
                            uint64_t count)
{
    uint32_t k = text->all->selection.k, *row = malloc(((size_t)k + 1) * sizeof *row);
    if (!row)
        return FURROW_ENOMEM;
    furrow__combinations_unrank(row, text->all, from);
    for (; count > 0; count--, furrow_selection_next(row, &text->all->selection)) {
        to = mempcpy(to, text->begin, text->begin_size);
        for (uint32_t i = 0; i < k; i++)
            to = furrow__text_put(to, text, row[i] + (text->places ? text->places[i].first : 0),
                                  i == 0);
        to = mempcpy(to, text->end, text->end_size);
    }
    free(row);
    return FURROW_OK;
}

int furrow_combinations_text_write(char *bytes, const furrow_combinations_text *text,
                                   furrow_wide from, uint64_t count)
{
    uint64_t size;
    int status = furrow_combinations_text_size(&size, text, from, count);
    if (status || count == 0)
        return status;
    if (text->suffixes)
        return write_by_table(bytes, size, text, furrow__u128_of(from), count);
    return write_one_by_one(bytes, text, furrow__u128_of(from), count);
}

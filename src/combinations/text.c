#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/status.h>

static const size_t max_row = (size_t)1 << 31;

static int copy(char **own, size_t *size, const char *from)
{
    *size = from ? strlen(from) : 0;
    *own = calloc(*size + 1, 1);
    if (!*own)
        return FURROW_ENOMEM;
    memcpy(*own, from ? from : "", *size);
    return FURROW_OK;
}

static uint32_t size_of_place(const furrow_selection *selection, uint32_t place)
{
    return selection->sizes ? selection->sizes[place] : selection->n;
}

/* The number of labels. Each place of a product has its own labels, if labels were given. */
static int count_labels(uint32_t *count, const furrow_combinations_text *text, bool named)
{
    const furrow_selection *selection = &text->all->selection;
    uint64_t sum = 0, max = 0;
    for (uint32_t i = 0; selection->sizes && i < selection->k; i++) {
        uint32_t size = size_of_place(selection, i);
        sum += size;
        max = size > max ? size : max;
    }
    uint64_t labels = !selection->sizes ? selection->n : named ? sum : max;
    *count = (uint32_t)labels;
    return labels < UINT32_MAX ? FURROW_OK : FURROW_EOVERFLOW;
}

static size_t label_size(const char *const *labels, uint32_t element)
{
    char number[16];
    return labels ? strlen(labels[element])
                  : (size_t)snprintf(number, sizeof number, "%lu", (unsigned long)element);
}

static int set_labels(furrow_combinations_text *text, uint32_t count, const char *const *labels)
{
    text->starts = calloc((size_t)count + 1, sizeof *text->starts);
    if (!text->starts)
        return FURROW_ENOMEM;
    size_t size = 0;
    for (uint32_t i = 0; i < count; i++) {
        size += label_size(labels, i);
        if (size > max_row)
            return FURROW_EOVERFLOW;
        text->starts[i + 1] = (uint32_t)size;
    }
    text->names = calloc(size + 1, 1);
    if (!text->names)
        return FURROW_ENOMEM;
    for (uint32_t i = 0; i < count; i++) {
        char number[16];
        snprintf(number, sizeof number, "%lu", (unsigned long)i);
        memcpy(text->names + text->starts[i], labels ? labels[i] : number, furrow__width(text, i));
    }
    return FURROW_OK;
}

static int set_places(furrow_combinations_text *text, bool named)
{
    const furrow_selection *selection = &text->all->selection;
    uint32_t k = selection->k, first = 0;
    text->places = calloc((size_t)k + 1, sizeof *text->places);
    if (!text->places)
        return FURROW_ENOMEM;
    for (uint32_t i = 0; i < k && selection->sizes && named; i++) {
        text->places[i].first = first;
        first += selection->sizes[i];
    }
    text->places[k].rows = 1;
    for (uint32_t i = k; i-- > 0;) {
        furrow__text_place *place = &text->places[i], *behind = place + 1;
        uint32_t size = size_of_place(selection, i);
        uint32_t width = text->starts[place->first + size] - text->starts[place->first];
        place->rows = behind->rows * size;
        place->widths = behind->widths * size + behind->rows * width;
    }
    return FURROW_OK;
}

static int set_rows(furrow_combinations_text *text, const char *const *labels)
{
    const furrow_selection *selection = &text->all->selection;
    uint32_t count;
    int status = count_labels(&count, text, labels != NULL);
    if (status == FURROW_OK)
        status = set_labels(text, count, labels);
    if (status)
        return status;
    size_t element = furrow__text_widest(text, count) + text->between_size;
    if (text->begin_size + text->end_size + selection->k * element > max_row)
        return FURROW_EOVERFLOW;
    if (selection->kind == FURROW_PRODUCTS)
        return set_places(text, labels != NULL);
    return selection->kind == FURROW_SUBSETS ? furrow__text_table_init(text) : FURROW_OK;
}

static int init(furrow_combinations_text *text, const furrow_selection *selection,
                const char *const *labels, const furrow_combinations_style *style)
{
    int status = furrow_combinations_new(
        &text->all, selection, &(furrow_combinations_options){.element_size = 4, .table_size = 1});
    if (status == FURROW_OK)
        status = copy(&text->begin, &text->begin_size, style->begin);
    if (status == FURROW_OK)
        status = copy(&text->between, &text->between_size, style->between);
    if (status == FURROW_OK)
        status = copy(&text->end, &text->end_size, style->end);
    if (status || text->all->rows == 0)
        return status;
    return set_rows(text, labels);
}

int furrow_combinations_text_new(furrow_combinations_text **text, const furrow_selection *selection,
                                 const char *const *labels, const furrow_combinations_style *style)
{
    *text = NULL;
    furrow_combinations_text *fresh = calloc(1, sizeof *fresh);
    if (!fresh)
        return FURROW_ENOMEM;
    int status = init(fresh, selection, labels, style);
    if (status)
        furrow_combinations_text_free(fresh);
    else
        *text = fresh;
    return status;
}

void furrow_combinations_text_free(furrow_combinations_text *text)
{
    if (!text)
        return;
    furrow__text_table_clear(text);
    furrow_combinations_free(text->all);
    free(text->begin);
    free(text->between);
    free(text->end);
    free(text->names);
    free(text->starts);
    free(text->places);
    free(text);
}

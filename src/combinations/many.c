#include <furrow/combinations/combinations.h>

#include <stdlib.h>
#include <string.h>

#include <furrow/status.h>

#include "internal.h"
#include "shapes.h"

enum { UNITS_OF_SHARE = 65536 };

static void gather(unsigned char *to, const unsigned char *from, const uint32_t *places,
                   size_t length, size_t size)
{
    for (size_t i = 0; i < length; i++, to += size) {
        const unsigned char *element = from + places[i] * size;
        switch (size) { /* copies of known sizes need no call */
        case 1:
            *to = *element;
            break;
        case 2:
            memcpy(to, element, 2);
            break;
        case 8:
            memcpy(to, element, 8);
            break;
        default:
            memcpy(to, element, size);
            break;
        }
    }
}

/* `count` inputs of a small shape that lie one behind the other. */
static void put_small(unsigned char *to, const unsigned char *from, size_t count,
                      const furrow__shape *shape, const furrow__shapes *shapes)
{
    size_t size = shapes->element_size;
    if (size == 4 && (uintptr_t)to % 4 == 0 && (uintptr_t)from % 4 == 0) {
        shapes->isa->permute((uint32_t *)(void *)to, (const uint32_t *)(const void *)from, count,
                             shape->n, shape->places, shape->length);
        return;
    }
    for (size_t i = 0; i < count; i++, from += shape->n * size, to += shape->length * size)
        gather(to, from, shape->places, shape->length, size);
}

static int put_large(unsigned char *to, const void *from, uint32_t n, uint32_t k, size_t size)
{
    furrow_selection selection = {.n = n, .k = k};
    furrow_combinations *all;
    int status = furrow_combinations_new(
        &all, &selection, &(furrow_combinations_options){.labels = from, .element_size = size});
    if (status == FURROW_OK)
        status = furrow__combinations_write(to, all, 0, (uint64_t)all->rows, false);
    furrow_combinations_free(all);
    return status;
}

/* The same for a shape whose places are not known. */
static int put_large_ones(unsigned char *to, const unsigned char *from, size_t count, uint32_t n,
                          uint32_t k, const furrow__shapes *shapes)
{
    furrow_wide rows;
    int status = furrow_selection_count(&rows, &(furrow_selection){.n = n, .k = k});
    if (status || rows.high || rows.low == 0 || k == 0)
        return status;
    size_t size = shapes->element_size, length = rows.low * k * size;
    for (size_t i = 0; !status && i < count; i++)
        status = put_large(to + i * length, from + i * n * size, n, k, size);
    return status;
}

/* Threads take shares of the output, of at least UNITS_OF_SHARE bytes. An input belongs to the
 * share in which its output begins. */
struct many_call {
    unsigned char *rows;
    const size_t *offsets;
    const furrow_combinations_input *inputs; /* NULL: inputs of one shape, in `elements` */
    const unsigned char *elements;
    uint32_t n, k;
    size_t count, share, length; /* length: bytes of the output of each input of one shape */
    const furrow__shapes *shapes;
};

/* The first input whose output begins at byte `offset` or later. */
static size_t first_from(const struct many_call *call, size_t offset)
{
    if (!call->offsets)
        return call->length ? offset / call->length + (offset % call->length != 0) : 0;
    size_t low = 0, high = call->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (call->offsets[middle] < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int put_alike(const struct many_call *call, size_t begin, size_t end)
{
    const furrow__shape *shape = furrow__shape_of(call->shapes, call->n, call->k);
    unsigned char *to = call->rows + begin * call->length;
    const unsigned char *from = call->elements + begin * call->n * call->shapes->element_size;
    if (!shape)
        return put_large_ones(to, from, end - begin, call->n, call->k, call->shapes);
    put_small(to, from, end - begin, shape, call->shapes);
    return FURROW_OK;
}

static int put_different(const struct many_call *call, size_t begin, size_t end)
{
    int status = FURROW_OK;
    for (size_t i = begin; !status && i < end; i++) {
        const furrow_combinations_input *input = &call->inputs[i];
        unsigned char *to = call->rows + call->offsets[i];
        const furrow__shape *shape = furrow__shape_of(call->shapes, input->n, input->k);
        if (shape)
            put_small(to, input->elements, 1, shape, call->shapes);
        else
            status = put_large_ones(to, input->elements, 1, input->n, input->k, call->shapes);
    }
    return status;
}

static int put_range(const furrow_range *range, const void *context)
{
    const struct many_call *call = context;
    size_t begin = first_from(call, range->begin * call->share);
    size_t end = first_from(call, range->end * call->share);
    end = end < call->count ? end : call->count;
    if (begin >= end)
        return FURROW_OK;
    return call->inputs ? put_different(call, begin, end) : put_alike(call, begin, end);
}

static int run(struct many_call *call, size_t bytes, const furrow_plan *plan)
{
    furrow__shares shares = furrow__shares_of(bytes, 0, UNITS_OF_SHARE, furrow__threads_of(plan));
    call->share = (size_t)shares.size;
    return furrow__shares_run(&shares, plan, put_range, call);
}

int furrow_combinations_offsets(size_t *offsets, const furrow_combinations_input *inputs,
                                size_t count, size_t element_size)
{
    furrow_selection last = {0};
    furrow_wide rows = {1, 0};
    offsets[0] = 0;
    for (size_t i = 0; i < count; i++) {
        furrow_selection selection = {.n = inputs[i].n, .k = inputs[i].k};
        if (selection.n != last.n || selection.k != last.k) {
            if (furrow_selection_count(&rows, &selection) || rows.high)
                return FURROW_EOVERFLOW;
            last = selection;
        }
        furrow__u128 end = (furrow__u128)rows.low * selection.k;
        if (element_size > 0 && end > SIZE_MAX / element_size)
            return FURROW_EOVERFLOW;
        end = end * element_size + offsets[i];
        if (end > SIZE_MAX / 2)
            return FURROW_EOVERFLOW;
        offsets[i + 1] = (size_t)end;
    }
    return FURROW_OK;
}

int furrow_combinations_starmap(void *rows, const size_t *offsets,
                                const furrow_combinations_input *inputs, size_t count,
                                size_t element_size, const furrow_plan *plan)
{
    if (element_size == 0)
        return FURROW_EINVAL;
    furrow__shapes *shapes = furrow__shapes_new(element_size);
    if (!shapes)
        return FURROW_ENOMEM;
    int status = FURROW_OK;
    for (size_t i = 0; !status && i < count; i++)
        status = furrow__shapes_add(shapes, inputs[i].n, inputs[i].k);
    struct many_call call = {
        .rows = rows, .offsets = offsets, .inputs = inputs, .count = count, .shapes = shapes};
    if (status == FURROW_OK)
        status = run(&call, offsets[count], plan);
    furrow__shapes_clear(shapes);
    return status;
}

int furrow_combinations_map(void *rows, const void *elements, size_t count, uint32_t n, uint32_t k,
                            size_t element_size, const furrow_plan *plan)
{
    furrow_combinations_input input = {elements, n, k};
    size_t ends[2];
    if (element_size == 0)
        return FURROW_EINVAL;
    int status = furrow_combinations_offsets(ends, &input, 1, element_size);
    if (status || (ends[1] > 0 && count > SIZE_MAX / 2 / ends[1]))
        return FURROW_EOVERFLOW;
    furrow__shapes *shapes = furrow__shapes_new(element_size);
    if (!shapes)
        return FURROW_ENOMEM;
    status = furrow__shapes_add(shapes, n, k);
    struct many_call call = {.rows = rows,
                             .elements = elements,
                             .n = n,
                             .k = k,
                             .count = count,
                             .length = ends[1],
                             .shapes = shapes};
    if (status == FURROW_OK)
        status = run(&call, count * ends[1], plan);
    furrow__shapes_clear(shapes);
    return status;
}

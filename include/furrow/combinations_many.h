/*
 * combinations_many.h: the k-subsets of many small inputs at once.
 *
 * For each shape (n, k) the places of the elements in all rows are found once; each input is then
 * one permutation of vectors. Threads get equal shares of the output's bytes, not of the inputs.
 */
#ifndef FURROW_COMBINATIONS_MANY_H
#define FURROW_COMBINATIONS_MANY_H

#include <stddef.h>
#include <stdint.h>

#include <furrow/plan.h>

#ifdef __cplusplus
extern "C" {
#endif

/* All k-subsets of n elements of the caller's. */
typedef struct furrow_combinations_input {
    const void *elements;
    uint32_t n, k;
} furrow_combinations_input;

/*
 * The serial loop
 *
 *     offsets[0] = 0;
 *     for (size_t i = 0; i < count; i++)
 *         offsets[i + 1] = offsets[i] + C(inputs[i].n, inputs[i].k) * inputs[i].k * element_size;
 *
 * where in the output of _starmap each input begins, in bytes, and at the end how long all of it
 * is. FURROW_EOVERFLOW: beyond SIZE_MAX / 2.
 */
int furrow_combinations_offsets(size_t *offsets, const furrow_combinations_input *inputs,
                                size_t count, size_t element_size);

/*
 * The serial loop
 *
 *     for (size_t i = 0; i < count; i++)
 *         all rows of inputs[i], in order, to rows + offsets[i];
 *
 * where a row is k elements of element_size bytes. `offsets` is what _offsets made of the same
 * inputs. `plan` is a request, of which the threads count; NULL plans, 1 thread is the caller.
 * FURROW_EINVAL: elements of 0 bytes; FURROW_EOVERFLOW; FURROW_ENOMEM.
 */
int furrow_combinations_starmap(void *rows, const size_t *offsets,
                                const furrow_combinations_input *inputs, size_t count,
                                size_t element_size, const furrow_plan *plan);

/* The same for inputs of one shape, which lie one behind the other: input i is the n elements from
 * elements + i * n * element_size on. */
int furrow_combinations_map(void *rows, const void *elements, size_t count, uint32_t n, uint32_t k,
                            size_t element_size, const furrow_plan *plan);

#ifdef __cplusplus
}
#endif

#endif

/*
 * tasks.c: the textbook recursion, one level per element, with OpenMP tasks near the root.
 *
 * It keeps each row in registers and adds up its elements, which shows the cost of the recursion
 * alone. The tasks are as uneven as the prefixes: (0, 1) has C(n-2, k-2) rows, (n-k, n-k+1) has
 * one. With many more tasks than threads the threads still get equal work; with fewer tasks, ranges
 * of ranks are faster.
 */
#include <furrow/combinations/combinations.h>

#include "state.h"

#define TASK_DEPTH 2
#define MAX_DEPTH  1000 /* of the recursion, so that no stack overflows */

/* The sum of the elements of all rows with one prefix, whose own sum is `shared`; `left` more
 * elements come from [first, n). */
static uint64_t sum_below(uint32_t n, uint32_t left, uint32_t first, uint64_t shared)
{
    uint64_t sum = 0;
    if (left == 0)
        return shared;
    for (uint32_t element = first; element <= n - left; element++)
        sum += sum_below(n, left - 1, element + 1, shared + element);
    return sum;
}

/* The same with tasks near the root: one per prefix of two elements. */
static void sum_by_prefixes(uint64_t *sum, uint32_t n, uint32_t left, uint32_t depth,
                            uint32_t first, uint64_t shared)
{
    if (left == 0 || depth == TASK_DEPTH) {
        uint64_t below = sum_below(n, left, first, shared);
#pragma omp atomic update
        *sum += below;
        return;
    }
    for (uint32_t element = first; element <= n - left; element++) {
#pragma omp task default(none) firstprivate(sum, n, left, depth, element, shared)
        sum_by_prefixes(sum, n, left - 1, depth + 1, element + 1, shared + element);
    }
}

/* For whole inputs only, since a task knows its prefix but not its rank. The end of the parallel
 * region waits for all tasks. */
int furrow__combinations_by_tasks(void *state, const furrow_plan *plan)
{
    struct combinations *all = state;
    int threads = plan->threads;
    const struct input *input = &all->inputs[0];
    uint64_t rows, sum = 0;
    uint32_t n = all->n, k = input->k;
    (void)threads;
    furrow_combinations_count(&rows, n, k);
    if (all->many || all->ranks || all->sampled || all->selection.kind != FURROW_SUBSETS ||
        input->rows != rows || k > MAX_DEPTH)
        return FURROW_ENOTSUP;
    if (rows > 0) {
#pragma omp parallel num_threads(threads) default(none) shared(sum, n, k)
#pragma omp single
        sum_by_prefixes(&sum, n, k, 0, 0, 0);
    }
    all->sum = sum;
    return FURROW_OK;
}

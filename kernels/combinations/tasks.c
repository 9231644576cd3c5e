/*
 * tasks.c: the textbook recursion, one level of it per element, with OpenMP tasks near the root.
 *
 * It makes each row in a register and adds up its elements, so it shows what the walk alone costs.
 * The tasks are as uneven as the prefixes: (0, 1) has C(n-2, k-2) rows below it, (n-k, n-k+1) one.
 * That there are many more tasks than threads evens it out; where there are not, ranks do better.
 */
#include <furrow/combinations/combinations.h>

#include "state.h"

#define TASK_DEPTH 2
#define MOST_DEPTH 1000 /* of a recursion, so that no stack overflows */

/* Sums the elements of all rows that continue a prefix: `left` more of [first, n), where the
 * prefix adds up to `shared`. */
static uint64_t sum_below(uint32_t n, uint32_t left, uint32_t first, uint64_t shared)
{
    uint64_t sum = 0;
    if (left == 0)
        return shared;
    for (uint32_t element = first; element <= n - left; element++)
        sum += sum_below(n, left - 1, element + 1, shared + element);
    return sum;
}

/* The same, as tasks near the root: one for each prefix of two. */
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

/* Only whole inputs: tasks know their prefix and not their rank. The end of the parallel region
 * waits for all tasks. */
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
        input->rows != rows || k > MOST_DEPTH)
        return FURROW_ENOTSUP;
    if (rows > 0) {
#pragma omp parallel num_threads(threads) default(none) shared(sum, n, k)
#pragma omp single
        sum_by_prefixes(&sum, n, k, 0, 0, 0);
    }
    all->sum = sum;
    return FURROW_OK;
}

/* Subsets, and multisets as subsets of n+k-1 elements whose row has i added to element i. */
#include <furrow/status.h>

#include "internal.h"

static int count_subsets(furrow__u128 *count, const furrow_selection *selection)
{
    return furrow__binomial(count, selection->n, selection->k);
}

/* Elements of the multiset stretched into a subset: n+k-1, which k = 0 leaves below n. */
static uint64_t stretched(const furrow_selection *selection)
{
    return selection->k > 0 ? (uint64_t)selection->n + selection->k - 1 : 0;
}

static int count_multisets(furrow__u128 *count, const furrow_selection *selection)
{
    if (selection->n == 0) {
        *count = selection->k == 0;
        return FURROW_OK;
    }
    return furrow__binomial(count, stretched(selection), selection->k);
}

/* The largest m in [low, high] with C(m, k) <= rest, where C(low, k) is. */
static uint64_t largest(uint64_t low, uint64_t high, uint64_t k, furrow__u128 rest)
{
    while (low < high) {
        uint64_t middle = high - (high - low) / 2;
        furrow__u128 ways;
        furrow__binomial(&ways, middle, k);
        if (ways <= rest)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* Lowers *m to the largest with C(m, k) <= rest, a step at a time; `ways` is C(*m, k). */
static furrow__u128 walk(uint64_t *m, uint64_t k, furrow__u128 ways, furrow__u128 rest)
{
    for (; ways > rest; --*m)
        ways = ways / *m * (*m - k) + ways % *m * (*m - k) / *m;
    return ways;
}

/* Row `rank`, element i of it less i * `slope`. Steps from m to m where these are few, else
 * bisects. */
static void unrank(uint32_t *row, uint64_t n, uint32_t k, furrow__u128 rank, uint32_t slope)
{
    furrow__u128 rest, ways;
    furrow__binomial(&rest, n, k);
    rest -= 1 + rank;
    bool dense = n / 8 <= (uint64_t)k * k;
    uint64_t most = n - 1;
    for (uint32_t i = 0; i < k; i++, most--) {
        uint64_t left = k - i;
        if (!dense)
            most = largest(left - 1, most, left, rest);
        if (!dense || i == 0)
            furrow__binomial(&ways, most, left);
        ways = walk(&most, left, ways, rest);
        rest -= ways;
        row[i] = (uint32_t)(n - 1 - most - (uint64_t)i * slope);
        if (most > 0) /* C(m-1, left-1), by which the next starts */
            ways = ways / most * left + ways % most * left / most;
    }
}

static void unrank_subset(uint32_t *row, const furrow_selection *selection, furrow__u128 rank)
{
    unrank(row, selection->n, selection->k, rank, 0);
}

static void unrank_multiset(uint32_t *row, const furrow_selection *selection, furrow__u128 rank)
{
    unrank(row, stretched(selection), selection->k, rank, 1);
}

static int rank(furrow__u128 *rank, uint64_t n, uint32_t k, const uint32_t *row, uint32_t slope)
{
    furrow__binomial(rank, n, k);
    *rank -= 1;
    for (uint32_t i = 0; i < k; i++) {
        uint64_t element = (uint64_t)row[i] + (uint64_t)i * slope;
        if (element >= n || (i > 0 && row[i] < (uint64_t)row[i - 1] + 1 - slope))
            return FURROW_EINVAL;
        furrow__u128 ways;
        furrow__binomial(&ways, n - 1 - element, k - i);
        *rank -= ways;
    }
    return FURROW_OK;
}

static int rank_subset(furrow__u128 *number, const furrow_selection *selection, const uint32_t *row)
{
    return rank(number, selection->n, selection->k, row, 0);
}

static int rank_multiset(furrow__u128 *number, const furrow_selection *selection,
                         const uint32_t *row)
{
    for (uint32_t i = 0; i < selection->k; i++)
        if (row[i] >= selection->n)
            return FURROW_EINVAL;
    return rank(number, stretched(selection), selection->k, row, 1);
}

/* The last element that can still grow does, and those behind it follow on its heels. */
static bool next_subset(uint32_t *row, const furrow_selection *selection)
{
    uint32_t i = selection->k;
    while (i > 0 && row[i - 1] == selection->n - selection->k + i - 1)
        i--;
    if (i == 0)
        return false;
    uint32_t element = row[--i];
    for (; i < selection->k; i++)
        row[i] = ++element;
    return true;
}

static bool next_multiset(uint32_t *row, const furrow_selection *selection)
{
    uint32_t i = selection->k;
    while (i > 0 && row[i - 1] == selection->n - 1)
        i--;
    if (i == 0)
        return false;
    uint32_t element = row[--i] + 1;
    for (; i < selection->k; i++)
        row[i] = element;
    return true;
}

const furrow__kind furrow__subsets = {
    .count = count_subsets,
    .unrank = unrank_subset,
    .rank = rank_subset,
    .next = next_subset,
};

const furrow__kind furrow__multisets = {
    .count = count_multisets,
    .unrank = unrank_multiset,
    .rank = rank_multiset,
    .next = next_multiset,
};

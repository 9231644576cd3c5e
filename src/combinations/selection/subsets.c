/* Subsets; and multisets as subsets of n+k-1 elements, with i added to element i of each row. */
#include <furrow/status.h>

#include "internal.h"

static int count_subsets(furrow__u128 *count, const furrow_selection *selection)
{
    return furrow__binomial(count, selection->n, selection->k);
}

/* The n+k-1 elements of a multiset as a subset. k = 0 has one row, for any number of elements. */
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

furrow__unranking furrow__unranking_begin(uint64_t n, uint64_t k, furrow__u128 rank)
{
    furrow__u128 count;
    furrow__binomial(&count, n, k);
    return (furrow__unranking){
        .rest = count - 1 - rank,
        .ways = n > 0 ? furrow__scale(count, n - k, n) : 0, /* C(n-1, k) */
        .n = n,
        .max = n - 1,
        .left = k,
        .dense = n / 8 <= k * k, /* n steps, or k * log(n) binomials of up to k steps each */
    };
}

/* Lowers `max` to the largest m with C(m, left) <= rest, one step at a time. */
static void walk(furrow__unranking *unranking)
{
    for (; unranking->ways > unranking->rest; unranking->max--)
        unranking->ways =
            furrow__scale(unranking->ways, unranking->max - unranking->left, unranking->max);
}

/* The same by bisection. C(left-1, left) is 0, so there is such an m. */
static void bisect(furrow__unranking *unranking)
{
    uint64_t low = unranking->left - 1, high = unranking->max;
    while (low < high) {
        uint64_t middle = high - (high - low) / 2;
        furrow__u128 ways;
        furrow__binomial(&ways, middle, unranking->left);
        if (ways <= unranking->rest)
            low = middle;
        else
            high = middle - 1;
    }
    unranking->max = low;
    furrow__binomial(&unranking->ways, low, unranking->left);
}

uint64_t furrow__unranking_next(furrow__unranking *unranking)
{
    if (unranking->dense)
        walk(unranking);
    else
        bisect(unranking);
    uint64_t max = unranking->max--, left = unranking->left--;
    unranking->rest -= unranking->ways;
    if (left > 1) /* C(max-1, left-1), from which the next element starts */
        unranking->ways = furrow__scale(unranking->ways, left, max);
    return unranking->n - 1 - max;
}

/* Row `rank`, with i * `slope` subtracted from element i. */
static void unrank(uint32_t *row, uint64_t n, uint32_t k, furrow__u128 rank, uint32_t slope)
{
    furrow__unranking unranking = furrow__unranking_begin(n, k, rank);
    for (uint32_t i = 0; i < k; i++)
        row[i] = (uint32_t)(furrow__unranking_next(&unranking) - (uint64_t)i * slope);
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

/* The last element that can grow does, and the ones behind it become its successors. */
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

const furrow__selection_kind furrow__subsets = {
    .count = count_subsets,
    .unrank = unrank_subset,
    .rank = rank_subset,
    .next = next_subset,
};

const furrow__selection_kind furrow__multisets = {
    .count = count_multisets,
    .unrank = unrank_multiset,
    .rank = rank_multiset,
    .next = next_multiset,
};

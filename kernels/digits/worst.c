#include "worst.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/status.h>

/* Whether `left` is worse: comes before `right` in the list. */
static bool is_worse(const struct furrow__mistake *left, const struct furrow__mistake *right)
{
    if (left->probability > right->probability || left->probability < right->probability)
        return left->probability > right->probability;
    return left->item < right->item;
}

int furrow__worst_init(struct furrow__worst *worst, size_t most)
{
    *worst = (struct furrow__worst){0};
    worst->heap = calloc(most + 1, sizeof *worst->heap);
    if (!worst->heap)
        return FURROW_ENOMEM;
    worst->most = most;
    return FURROW_OK;
}

void furrow__worst_reset(struct furrow__worst *worst)
{
    while (worst->count > 0)
        free(worst->heap[--worst->count].name);
}

void furrow__worst_clear(struct furrow__worst *worst)
{
    furrow__worst_reset(worst);
    free(worst->heap);
    *worst = (struct furrow__worst){0};
}

static void sift_up(struct furrow__worst *worst, size_t at)
{
    struct furrow__mistake mistake = worst->heap[at];
    for (; at > 0 && is_worse(&worst->heap[(at - 1) / 2], &mistake); at = (at - 1) / 2)
        worst->heap[at] = worst->heap[(at - 1) / 2];
    worst->heap[at] = mistake;
}

static void sift_down(struct furrow__worst *worst, size_t at)
{
    struct furrow__mistake mistake = worst->heap[at];
    for (size_t child; (child = 2 * at + 1) < worst->count; at = child) {
        if (child + 1 < worst->count && is_worse(&worst->heap[child], &worst->heap[child + 1]))
            child++;
        if (!is_worse(&mistake, &worst->heap[child]))
            break;
        worst->heap[at] = worst->heap[child];
    }
    worst->heap[at] = mistake;
}

int furrow__worst_add(struct furrow__worst *worst, const struct furrow__mistake *mistake)
{
    bool full = worst->count == worst->most;
    if (worst->most == 0 || (full && !is_worse(mistake, &worst->heap[0])))
        return FURROW_OK;
    size_t size = strlen(mistake->name) + 1;
    char *name = malloc(size);
    if (!name)
        return FURROW_ENOMEM;
    memcpy(name, mistake->name, size);
    size_t at = full ? 0 : worst->count++;
    if (full)
        free(worst->heap[0].name);
    worst->heap[at] = *mistake;
    worst->heap[at].name = name;
    if (full)
        sift_down(worst, 0);
    else
        sift_up(worst, at);
    return FURROW_OK;
}

static int compare(const void *left, const void *right)
{
    return is_worse(right, left) - is_worse(left, right);
}

void furrow__worst_sort(struct furrow__worst *worst)
{
    if (worst->count > 0)
        qsort(worst->heap, worst->count, sizeof *worst->heap, compare);
}

#include "score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- counts ---- */

const double furrow__score_steps[FURROW__STEPS] = {0,    0.5,   0.7,    0.9,    0.95,
                                                   0.99, 0.999, 0.9999, 0.99999};

static void add_to(struct furrow__bin *bin, double probability, bool right)
{
    bin->count++;
    bin->right += right;
    bin->probability += (uint64_t)llround(probability * 0x1p32);
}

void furrow__score_add(struct furrow__score *score, int truth, int digit, double probability,
                       bool unsure)
{
    bool right = truth == digit;
    size_t bin = (size_t)(probability * FURROW__BINS);
    score->labelled++;
    score->confusion[truth][unsure ? FURROW__UNSURE : digit]++;
    add_to(&score->bins[bin < FURROW__BINS ? bin : FURROW__BINS - 1], probability, right);
    for (size_t i = 0; i < FURROW__STEPS && probability >= furrow__score_steps[i]; i++)
        add_to(&score->steps[i], probability, right);
}

size_t furrow__score_answered(const struct furrow__score *score)
{
    size_t unsure = 0;
    for (int truth = 0; truth < FURROW_DIGITS_CLASSES; truth++)
        unsure += score->confusion[truth][FURROW__UNSURE];
    return score->labelled - unsure;
}

size_t furrow__score_right(const struct furrow__score *score)
{
    size_t right = 0;
    for (int truth = 0; truth < FURROW_DIGITS_CLASSES; truth++)
        right += score->confusion[truth][truth];
    return right;
}

double furrow__score_calibration_error(const struct furrow__score *score)
{
    double error = 0;
    for (size_t i = 0; i < FURROW__BINS; i++) {
        const struct furrow__bin *bin = &score->bins[i];
        error += fabs((double)bin->probability * 0x1p-32 - (double)bin->right);
    }
    return score->labelled ? error / (double)score->labelled : 0;
}

/* ---- mistakes ---- */

/* Whether `left` stands before `right` in the sorted list. */
static bool is_worse(const struct furrow__mistake *left, const struct furrow__mistake *right)
{
    if (left->probability > right->probability || left->probability < right->probability)
        return left->probability > right->probability;
    return left->item < right->item;
}

int furrow__worst_init(struct furrow__worst *worst, size_t max)
{
    *worst = (struct furrow__worst){0};
    worst->heap = calloc(max + 1, sizeof *worst->heap);
    if (!worst->heap)
        return FURROW_ENOMEM;
    worst->max = max;
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
    bool full = worst->count == worst->max;
    if (worst->max == 0 || (full && !is_worse(mistake, &worst->heap[0])))
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

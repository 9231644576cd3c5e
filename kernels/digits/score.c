#include "score.h"

#include <math.h>
#include <stdbool.h>

const double furrow__score_steps[FURROW__STEPS] = {0,    0.5,   0.7,    0.9,    0.95,
                                                   0.99, 0.999, 0.9999, 0.99999};

static void add_to(struct furrow__bin *bin, double probability, bool right)
{
    bin->count++;
    bin->right += right;
    bin->probability += (uint64_t)llround(probability * 0x1p32);
}

void furrow__score_add(struct furrow__score *score, int truth, int digit, double probability,
                       int unsure)
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

/* report.c: the line at the end of every run, and the calls of judge/ where the truth is known. */
#include <stdio.h>

#include "digits.h"

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static void conclude(FILE *log, const struct digits *digits)
{
    const struct totals *totals = &digits->totals;
    size_t answered = furrow__score_answered(&totals->score);
    size_t right = furrow__score_right(&totals->score);
    size_t sure = totals->done - totals->failed - totals->unsure;
    if (digits->ended && totals->done == 0 && digits->paths)
        fprintf(log, "0 digits: only files that end in .png are read in a folder, and with -r "
                     "in the folders within\n");
    else if (totals->score.labelled > 0)
        fprintf(log, "%zu of %zu right: %.2f %%\n", right, answered,
                furrow__report_percent(right, answered));
    else if (digits->reject > 0)
        fprintf(log, "%zu digit%s, %zu unsure, %zu failed\n", sure, plural(sure), totals->unsure,
                totals->failed);
    else
        fprintf(log, "%zu digit%s, %zu failed\n", sure, plural(sure), totals->failed);
}

static void tell_stages(FILE *log, const struct digits *digits)
{
    const size_t *stages = digits->totals.stages;
    size_t all = digits->totals.done - digits->totals.failed, count;
    furrow_digits_model_stages(digits->model, &count);
    if (count < 2 || all == 0)
        return;
    fprintf(log, "answered by stage");
    for (size_t i = 0; i < count; i++)
        fprintf(log, "%s %zu: %zu (%.2f %%)", i > 0 ? "," : "", i + 1, stages[i],
                furrow__report_percent(stages[i], all));
    fprintf(log, "\n");
}

static void tell_montage(FILE *log, const struct furrow__montage *montage)
{
    if (montage->all > montage->count)
        fprintf(log, "the picture shows the first %zu of %zu; --explain-to writes all\n",
                montage->count, montage->all);
}

int furrow__digits_tell(void *state, furrow_moment moment, FILE *log, furrow_error *error)
{
    struct digits *digits = state;
    struct totals *totals = &digits->totals;
    if (log && moment == FURROW_AFTER)
        conclude(log, digits);
    if (moment != FURROW_REPORT)
        return FURROW_OK;
    furrow__worst_sort(&totals->worst);
    if (log) {
        tell_stages(log, digits);
        tell_montage(log, &digits->montage);
        if (furrow__digits_judges(digits))
            furrow__report_score(log, &totals->score, &totals->worst, digits->listed,
                                 digits->reject);
    }
    return digits->sheet ? furrow__sheet_write(digits->sheet, &totals->score, &totals->worst,
                                               digits->paths ? NULL : &digits->samples, error)
                         : FURROW_OK;
}

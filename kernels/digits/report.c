/* report.c: what the results say together: a line for every run, tables where the truth is known.
 */
#include <stdio.h>

#include <furrow/stats.h>

#include "digits.h"

static double percent(size_t part, size_t whole)
{
    return whole ? 100 * (double)part / (double)whole : 0;
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static void conclude(FILE *log, const struct digits *digits)
{
    const struct tally *tally = &digits->tally;
    size_t answered = furrow__score_answered(&tally->score);
    size_t right = furrow__score_right(&tally->score);
    size_t sure = tally->done - tally->failed - tally->unsure;
    if (digits->ended && tally->done == 0 && digits->paths)
        fprintf(log, "0 digits: folders give what ends in .png, and with -r what is in folders "
                     "within\n");
    else if (tally->score.labelled > 0)
        fprintf(log, "%zu of %zu right: %.2f %%\n", right, answered, percent(right, answered));
    else if (digits->reject > 0)
        fprintf(log, "%zu digit%s, %zu unsure, %zu failed\n", sure, plural(sure), tally->unsure,
                tally->failed);
    else
        fprintf(log, "%zu digit%s, %zu failed\n", sure, plural(sure), tally->failed);
}

static void tell_stages(FILE *log, const struct digits *digits)
{
    const size_t *stages = digits->tally.stages;
    size_t all = digits->tally.done - digits->tally.failed, count;
    furrow_digits_model_stages(digits->model, &count);
    if (count < 2 || all == 0)
        return;
    fprintf(log, "answered by stage");
    for (size_t i = 0; i < count; i++)
        fprintf(log, "%s %zu: %zu (%.2f %%)", i > 0 ? "," : "", i + 1, stages[i],
                percent(stages[i], all));
    fprintf(log, "\n");
}

static void tell_montage(FILE *log, const struct furrow__montage *montage)
{
    if (montage->all > montage->count)
        fprintf(log, "the picture shows the first %zu of %zu; --explain-to writes all\n",
                montage->count, montage->all);
}

/* ---- how right ---- */

static void tell_share(FILE *log, size_t part, size_t whole)
{
    double low, high;
    furrow_stats_proportion(&low, &high, part, whole);
    fprintf(log, "%7.2f %%  [%.2f, %.2f]\n", percent(part, whole), 100 * low, 100 * high);
}

static void tell_accuracy(FILE *log, const struct digits *digits)
{
    const struct furrow__score *score = &digits->tally.score;
    size_t answered = furrow__score_answered(score), unsure = score->labelled - answered;
    fprintf(log, "\n%zu labelled pictures", score->labelled);
    if (unsure > 0)
        fprintf(log, ", of which %zu (%.2f %%) are unsure: less probable than %g", unsure,
                percent(unsure, score->labelled), digits->reject);
    if (score->unlabelled > 0)
        fprintf(log, "; %zu more without a label", score->unlabelled);
    fprintf(log, "\nright, with Wilson's 95 %% interval: ");
    tell_share(log, furrow__score_right(score), answered);
    fprintf(log, "expected calibration error, %d bins: %.4f\n", FURROW__BINS,
            furrow__score_calibration_error(score));
}

static void tell_confusion(FILE *log, const struct furrow__score *score)
{
    bool rejects = furrow__score_answered(score) < score->labelled;
    int columns = rejects ? FURROW__COLUMNS : FURROW_DIGITS_CLASSES;
    fprintf(log, "\ntruth \\ answer");
    for (int digit = 0; digit < columns; digit++)
        fprintf(log, "%8c", digit == FURROW__UNSURE ? '?' : '0' + digit);
    fprintf(log, "      right            95 %%\n");
    for (int truth = 0; truth < FURROW_DIGITS_CLASSES; truth++) {
        const size_t *row = score->confusion[truth];
        size_t answered = 0;
        fprintf(log, "%14d", truth);
        for (int digit = 0; digit < columns; digit++) {
            answered += digit == FURROW__UNSURE ? 0 : row[digit];
            fprintf(log, "%8zu", row[digit]);
        }
        tell_share(log, row[truth], answered);
    }
}

static void tell_rejection(FILE *log, const struct furrow__score *score)
{
    fprintf(log, "\n--reject    answered     right            95 %%\n");
    for (size_t i = 0; i < FURROW__STEPS; i++) {
        const struct furrow__bin *step = &score->steps[i];
        if (step->count == 0)
            break;
        fprintf(log, "%8g  %8.2f %%", furrow__score_steps[i],
                percent(step->count, score->labelled));
        tell_share(log, step->right, step->count);
    }
}

static void tell_worst(FILE *log, const struct digits *digits)
{
    const struct furrow__worst *worst = &digits->tally.worst;
    if (worst->count == 0 || digits->listed == 0)
        return;
    fprintf(log, "\nthe surest mistakes:\ntruth  answer  probability  picture\n");
    for (size_t i = 0; i < worst->count && i < digits->listed; i++) {
        const struct furrow__mistake *mistake = &worst->heap[i];
        fprintf(log, "%5d  %6d  %11.4f  ", mistake->truth, mistake->digit, mistake->probability);
        for (const char *at = mistake->name; *at; at++) /* names may hold orders to a terminal */
            if ((unsigned char)*at < ' ' || *at == 0x7f)
                fprintf(log, "\\%03o", (unsigned)*at);
            else
                putc(*at, log);
        putc('\n', log);
    }
}

static void tell_unlabelled(FILE *log)
{
    fprintf(log,
            "\nnone of the pictures has a label: --truth folder wants paths like 3/x.png, name "
            "3_x.png or x-3.png, and of a file's rows the paths, or their ends\n");
}

static void report(FILE *log, const struct digits *digits)
{
    tell_stages(log, digits);
    tell_montage(log, &digits->montage);
    if (digits->tally.score.labelled > 0) {
        tell_accuracy(log, digits);
        tell_confusion(log, &digits->tally.score);
        tell_rejection(log, &digits->tally.score);
        tell_worst(log, digits);
    } else if (digits->tally.score.unlabelled > 0 && furrow__digits_judges(digits)) {
        tell_unlabelled(log);
    }
}

int furrow__digits_tell(void *state, furrow_moment moment, FILE *log, furrow_error *error)
{
    struct digits *digits = state;
    if (log && moment == FURROW_AFTER)
        conclude(log, digits);
    if (moment != FURROW_REPORT)
        return FURROW_OK;
    furrow__worst_sort(&digits->tally.worst);
    if (log)
        report(log, digits);
    return digits->sheet ? furrow__digits_sheet(digits, error) : FURROW_OK;
}

#include "report.h"

#include <furrow/measure.h>

double furrow__report_percent(size_t part, size_t whole)
{
    return whole ? 100 * (double)part / (double)whole : 0;
}

static void tell_share(FILE *log, size_t part, size_t whole)
{
    double low, high;
    furrow_stats_proportion(&low, &high, part, whole);
    fprintf(log, "%7.2f %%  [%.2f, %.2f]\n", furrow__report_percent(part, whole), 100 * low,
            100 * high);
}

static void tell_accuracy(FILE *log, const struct furrow__score *score, double reject)
{
    size_t answered = furrow__score_answered(score), unsure = score->labelled - answered;
    fprintf(log, "\n%zu labelled pictures", score->labelled);
    if (unsure > 0)
        fprintf(log, ", of which %zu (%.2f %%) are unsure: less probable than %g", unsure,
                furrow__report_percent(unsure, score->labelled), reject);
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
                furrow__report_percent(step->count, score->labelled));
        tell_share(log, step->right, step->count);
    }
}

static void tell_worst(FILE *log, const struct furrow__worst *worst, size_t listed)
{
    if (worst->count == 0 || listed == 0)
        return;
    fprintf(log, "\nthe surest mistakes:\ntruth  answer  probability  picture\n");
    for (size_t i = 0; i < worst->count && i < listed; i++) {
        const struct furrow__mistake *mistake = &worst->heap[i];
        fprintf(log, "%5d  %6d  %11.4f  ", mistake->truth, mistake->digit, mistake->probability);
        for (const char *at = mistake->name; *at; at++) /* a terminal obeys control characters */
            if ((unsigned char)*at < ' ' || *at == 0x7f)
                fprintf(log, "\\%03o", (unsigned)*at);
            else
                putc(*at, log);
        putc('\n', log);
    }
}

static void tell_unlabelled(FILE *log)
{
    fprintf(
        log,
        "\nnone of the pictures has a label: --truth folder needs paths like 3/x.png, --truth name "
        "names like 3_x.png or x-3.png, and --truth FILE rows with the paths or their ends\n");
}

void furrow__report_score(FILE *log, const struct furrow__score *score,
                          const struct furrow__worst *worst, size_t listed, double reject)
{
    if (score->labelled == 0) {
        if (score->unlabelled > 0)
            tell_unlabelled(log);
        return;
    }
    tell_accuracy(log, score, reject);
    tell_confusion(log, score);
    tell_rejection(log, score);
    tell_worst(log, worst, listed);
}

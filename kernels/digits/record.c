/* record.c: writes the record of a picture. */
#include <stdio.h>
#include <string.h>

#include "digits.h"

/* Decimal places of a probability: fewer for people than for programs. */
static int places(furrow_format format)
{
    return format == FURROW_FORMAT_TEXT ? 4 : 6;
}

/* Sorts the digits, the most probable first; of equally probable ones the lower first. */
static void rank(int order[FURROW_DIGITS_CLASSES], const struct result *result)
{
    const float *p = result->probabilities;
    for (int i = 0; i < FURROW_DIGITS_CLASSES; i++) {
        int at = i;
        for (; at > 0 && p[order[at - 1]] < p[i]; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}

/* Without a digit the label is "?" in text, CSV and TSV, and null in other formats. */
static void write_label(furrow_writer *writer, const struct result *result, bool unsure)
{
    furrow_format format = furrow_writer_format(writer);
    bool marks =
        format == FURROW_FORMAT_TEXT || format == FURROW_FORMAT_CSV || format == FURROW_FORMAT_TSV;
    if (!result || unsure)
        furrow_writer_text(writer, "label", result && marks ? "?" : NULL);
    else
        furrow_writer_count(writer, "label", (uint64_t)result->digit);
}

static void write_real(furrow_writer *writer, const char *name, const double *value)
{
    if (value)
        furrow_writer_real(writer, name, *value, places(furrow_writer_format(writer)));
    else
        furrow_writer_text(writer, name, NULL);
}

static void write_top(furrow_writer *writer, const struct digits *digits,
                      const struct result *result, const int *order)
{
    furrow_writer_list_begin(writer, "top");
    for (size_t i = 0; i < digits->top; i++) {
        if (!result) {
            furrow_writer_text(writer, "", NULL);
            continue;
        }
        double probability = (double)result->probabilities[order[i]];
        furrow_writer_list_begin(writer, "");
        furrow_writer_count(writer, "", (uint64_t)order[i]);
        write_real(writer, "", &probability);
        furrow_writer_list_end(writer);
    }
    furrow_writer_list_end(writer);
}

static void write_truth(furrow_writer *writer, int truth)
{
    if (truth == FURROW__NO_TRUTH)
        furrow_writer_text(writer, "truth", NULL);
    else
        furrow_writer_count(writer, "truth", (uint64_t)truth);
}

static void write_error(furrow_writer *writer, const struct digits *digits,
                        const struct result *result, const furrow_error *fault)
{
    char reason[64];
    if (result && furrow__digits_rejected(digits, result)) {
        snprintf(reason, sizeof reason, "unsure: %.6f is below %.6g",
                 furrow__digits_probability(result), digits->reject);
        furrow_writer_text(writer, "error", reason);
    } else {
        furrow_writer_text(writer, "error", fault ? fault->text : NULL);
    }
}

int furrow__digits_emit(const void *state, const furrow_record *record, furrow_writer *writer)
{
    const struct digits *digits = state;
    const struct result *result = record->fault ? NULL : record->result;
    char name[NAME_SIZE];
    int order[FURROW_DIGITS_CLASSES] = {0};
    double probability = 0, margin = 0;
    bool is_text = furrow_writer_format(writer) == FURROW_FORMAT_TEXT;
    if (!result && is_text)
        return FURROW_OK; /* the driver reports failed items on stderr */
    if (result) {
        rank(order, result);
        probability = furrow__digits_probability(result);
        margin = probability - (double)result->probabilities[order[1]];
    }
    furrow_writer_begin(writer);
    furrow_writer_path(writer, "path",
                       furrow__digits_name(digits, record->number, record->item, name));
    write_label(writer, result, result && furrow__digits_rejected(digits, result));
    write_real(writer, "probability", result ? &probability : NULL);
    if (!is_text)
        write_real(writer, "margin", result ? &margin : NULL);
    if (furrow__digits_judges(digits))
        write_truth(writer, furrow__digits_truth(digits, record->number, record->item));
    if (digits->top > 0)
        write_top(writer, digits, result, order);
    if (!is_text)
        write_error(writer, digits, result, record->fault);
    if (digits->draws && !is_text)
        furrow__digits_draw_field(writer, result);
    int status = furrow_writer_end(writer);
    return !status && digits->draws && is_text ? furrow__digits_draw_lines(writer, result) : status;
}

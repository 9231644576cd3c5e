/*
 * ranges.c: the rows of a single input to write, by --from, --to, --count and --sample; and the
 * rank of a row.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state.h"

static int take_wide(furrow_wide *number, const furrow_args *args, const char *name,
                     furrow_error *error)
{
    const char *text = furrow_args_text(args, name);
    if (!text || furrow_wide_parse(number, text) == FURROW_OK)
        return FURROW_OK;
    return furrow_error_set(error, FURROW_EINVAL,
                            "--%s: expected a whole number below 2^128, got '%s'", name, text);
}

static furrow_selection_kind kind_of(const furrow_args *args)
{
    bool repeat = furrow_args_flag(args, "repeat"),
         ordered = furrow_args_flag(args, "permutations");
    if (ordered)
        return repeat ? FURROW_PRODUCTS : FURROW_PERMUTATIONS;
    return repeat ? FURROW_MULTISETS : FURROW_SUBSETS;
}

/* "2 x 3 x 4", or the number of sets where there is no room. */
static void name_product(char *text, size_t size, const furrow_selection *selection)
{
    size_t used = 0;
    for (uint32_t i = 0; i < selection->k && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%" PRIu32, i > 0 ? " x " : "",
                                 selection->sizes[i]);
    if (used >= size)
        snprintf(text, size, "a product of %" PRIu32 " sets", selection->k);
}

void furrow__combinations_name(char *text, size_t size, const furrow_selection *selection)
{
    if (selection->sizes) {
        name_product(text, size, selection);
        return;
    }
    switch (selection->kind) {
    case FURROW_SUBSETS:
        snprintf(text, size, "C(%" PRIu32 ", %" PRIu32 ")", selection->n, selection->k);
        break;
    case FURROW_MULTISETS:
        snprintf(text, size, "C(%" PRIu32 "+%" PRIu32 "-1, %" PRIu32 ")", selection->n,
                 selection->k, selection->k);
        break;
    case FURROW_PERMUTATIONS:
        snprintf(text, size, "P(%" PRIu32 ", %" PRIu32 ")", selection->n, selection->k);
        break;
    default:
        snprintf(text, size, "%" PRIu32 "^%" PRIu32, selection->n, selection->k);
        break;
    }
}

/* Makes --from, --to and --count, or --unrank, the range [from, to). */
static int take_range(furrow_wide *from, furrow_wide *to, furrow_wide rows, const furrow_args *args,
                      furrow_error *error)
{
    furrow_wide count = {0};
    bool counted = furrow_args_given(args, "count"), alone = furrow_args_given(args, "unrank");
    *from = (furrow_wide){0};
    *to = rows;
    int status = take_wide(from, args, alone ? "unrank" : "from", error);
    if (!status)
        status = take_wide(to, args, "to", error);
    if (!status)
        status = take_wide(&count, args, "count", error);
    if (status)
        return status;
    if ((counted && furrow_args_given(args, "to")) ||
        (alone && (counted || furrow_args_given(args, "to") || furrow_args_given(args, "from"))))
        return furrow_error_set(error, FURROW_EINVAL,
                                "--to, --count and --unrank: expected one of them%s",
                                alone ? ", and no --from beside --unrank" : "");
    if (alone)
        count = (furrow_wide){1, 0};
    if ((counted || alone) && furrow_wide_add(to, *from, count))
        *to = (furrow_wide){UINT64_MAX, UINT64_MAX};
    return FURROW_OK;
}

/* An error repeats the options as the user gave them. */
static int check_range(furrow_wide from, furrow_wide to, furrow_wide rows, const furrow_args *args,
                       furrow_error *error)
{
    static const char *const names[] = {"from", "to", "count"};
    char text[FURROW_WIDE_TEXT_SIZE], asked[200] = "";
    if (furrow_wide_compare(from, to) <= 0 && furrow_wide_compare(to, rows) <= 0)
        return FURROW_OK;
    furrow_wide_text(text, rows);
    if (furrow_args_given(args, "unrank"))
        return furrow_error_set(error, FURROW_ERANGE,
                                "--unrank %s: expected a rank below %s, the number of rows",
                                furrow_args_text(args, "unrank"), text);
    for (size_t i = 0, used = 0; i < sizeof names / sizeof *names && used < sizeof asked; i++)
        if (furrow_args_given(args, names[i]))
            used +=
                (size_t)snprintf(asked + used, sizeof asked - used, "%s--%s %s",
                                 used > 0 ? " " : "", names[i], furrow_args_text(args, names[i]));
    return furrow_error_set(
        error, FURROW_ERANGE,
        "%s: expected a range of rows that ends at %s, the number of rows, or before", asked, text);
}

static int set_sample(struct combinations *all, const furrow_args *args, furrow_error *error)
{
    furrow_wide sample = {0};
    all->sampled = furrow_args_given(args, "sample");
    int status = take_wide(&sample, args, "sample", error);
    if (status || !all->sampled)
        return status;
    char texts[2][FURROW_WIDE_TEXT_SIZE];
    if (furrow_wide_compare(sample, all->range) > 0 || sample.high > 0)
        return furrow_error_set(
            error, FURROW_ERANGE, "--sample %s: expected at most %s, the rows of the range",
            furrow_wide_text(texts[0], sample), furrow_wide_text(texts[1], all->range));
    all->rows = sample.low;
    return FURROW_OK;
}

/* Finds the element of place `place` by its name of `length` characters. */
static bool find_element(uint32_t *element, const struct combinations *all, uint32_t place,
                         const char *name, size_t length)
{
    uint32_t size = all->places > 0 ? all->sizes[place] : all->n;
    for (uint32_t i = 0; all->labels && i < size; i++) {
        const char *label = all->labels[furrow__combinations_label(all, place, i)];
        if (strlen(label) == length && memcmp(label, name, length) == 0) {
            *element = i;
            return true;
        }
    }
    char digits[16] = "", *end;
    if (all->labels || length == 0 || length > 10 || strspn(name, "0123456789") < length)
        return false;
    memcpy(digits, name, length);
    unsigned long long number = strtoull(digits, &end, 10);
    *element = (uint32_t)number;
    return number < size;
}

/* Reads the row of K elements that --rank names. */
static int take_row(uint32_t *row, uint32_t k, const struct combinations *all, const char *text,
                    furrow_error *error)
{
    uint32_t count = 0;
    const char *at = text;
    for (bool more = *text != '\0'; more; at++) {
        size_t length = strcspn(at, ",");
        if (count == k || !find_element(&row[count], all, count, at, length))
            return furrow_error_set(error, FURROW_EINVAL,
                                    "--rank: expected %" PRIu32 " items between commas, got '%s'",
                                    k, text);
        count++;
        at += length;
        more = *at == ',';
    }
    if (count == k)
        return FURROW_OK;
    return furrow_error_set(error, FURROW_EINVAL,
                            "--rank: expected %" PRIu32 " items between commas, got '%s'", k, text);
}

/* --rank writes no rows, so that a range would mean nothing. */
static int refuse_ranges(const furrow_args *args, furrow_error *error)
{
    static const char *const names[] = {"from", "to", "count", "unrank", "sample"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (furrow_args_given(args, names[i]))
            return furrow_error_set(error, FURROW_EINVAL,
                                    "--rank and --%s: expected one of them; --rank makes no rows",
                                    names[i]);
    return FURROW_OK;
}

static int set_rank(struct combinations *all, const furrow_args *args, furrow_error *error)
{
    const char *text = furrow_args_text(args, "rank");
    all->ranks = text != NULL;
    if (!text)
        return FURROW_OK;
    uint32_t *row = calloc((size_t)all->selection.k + 1, sizeof *row);
    if (!row)
        return FURROW_ENOMEM;
    int status = take_row(row, all->selection.k, all, text, error);
    if (!status && furrow_selection_rank(&all->rank, &all->selection, row))
        status = furrow_error_set(error, FURROW_EINVAL,
                                  "--rank: '%s' is no row: see --repeat and --permutations", text);
    free(row);
    all->rows = 1;
    return status;
}

static int make_rows(struct combinations *all)
{
    furrow_combinations_options options = {.element_size = all->element_size};
    /* A few rows are not worth a table. */
    if (all->rows < 4096 || all->sampled)
        options.table_size = 1;
    return all->ranks ? FURROW_OK : furrow_combinations_new(&all->maker, &all->selection, &options);
}

int furrow__combinations_set_range(struct combinations *all, uint32_t k, const furrow_args *args,
                                   furrow_error *error)
{
    furrow_wide to;
    char name[64];
    all->selection = (furrow_selection){.kind = kind_of(args), .n = all->n, .k = k};
    if (all->places > 0)
        all->selection = (furrow_selection){FURROW_PRODUCTS, all->n, k, all->sizes};
    furrow__combinations_name(name, sizeof name, &all->selection);
    if (furrow_selection_count(&all->all_rows, &all->selection))
        return furrow_error_set(error, FURROW_EOVERFLOW, "%s: expected less than 2^128 rows", name);
    int status = furrow_args_given(args, "rank") ? refuse_ranges(args, error) : FURROW_OK;
    if (!status)
        status = take_range(&all->from, &to, all->all_rows, args, error);
    if (!status)
        status = check_range(all->from, to, all->all_rows, args, error);
    if (status)
        return status;
    furrow_wide_subtract(&all->range, to, all->from);
    all->rows = all->range.low;
    status = set_sample(all, args, error);
    if (!status)
        status = set_rank(all, args, error);
    if (status)
        return status;
    if (all->range.high > 0 && !all->sampled && !all->ranks)
        return furrow_error_set(
            error, FURROW_EOVERFLOW,
            "%s: expected less than 2^64 rows at once; --from and --count name a "
            "range of them",
            name);
    all->inputs[0] = (struct input){.k = k, .rows = all->rows};
    all->max_k = all->rows > 0 ? k : 0;
    return make_rows(all);
}

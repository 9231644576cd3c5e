/*
 * The cases of tests/pool/semantics.csv, which tests/pool/expect.py has run on Python's own Pool,
 * through pool.h: the same words must come out, or those that the table has for a deliberate
 * difference. Columns and words are explained at the head of expect.py.
 */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "pool_trials.h"

enum column {
    METHOD,
    WORKERS,
    CHUNK,
    N,
    FAILS,
    SLOW,
    TIMEOUT,
    PYTHON,
    RAN,
    FURROW,
    FURROW_RAN,
    DIFFERENCE,
    COLUMNS
};

/* ---- the table ---- */

static void mark(bool *marks, const char *numbers)
{
    char *end;
    for (size_t i = strtoul(numbers, &end, 10); end != numbers; i = strtoul(numbers, &end, 10)) {
        marks[i] = true;
        numbers = end;
    }
}

static void prepare(struct trial *trial, char cells[CSV_COLUMNS][256])
{
    memset(trial, 0, sizeof *trial);
    trial->workers = atoi(cells[WORKERS]);
    trial->n = strtoul(cells[N], NULL, 10);
    if (strcmp(cells[CHUNK], "-") != 0)
        trial->options.chunk = (size_t)strtol(cells[CHUNK], NULL, 10);
    mark(trial->fails, cells[FAILS]);
    mark(trial->slow, cells[SLOW]);
    trial->timed = strcmp(cells[TIMEOUT], "-") != 0;
    trial->timeout = atof(cells[TIMEOUT]);
}

/* ---- the comparison ---- */

/* "13", "4-13", or one of these behind some words: "pulled 1-4". */
static bool is_within(const char *got, const char *expected)
{
    size_t words = strcspn(expected, "0123456789");
    size_t least, most, count;
    if (strncmp(got, expected, words) != 0)
        return false;
    int numbers = sscanf(expected + words, "%zu-%zu", &least, &most);
    if (numbers < 1 || sscanf(got + words, "%zu", &count) != 1)
        return false;
    return count >= least && count <= (numbers == 2 ? most : least);
}

static void compare(const struct trial *trial, char cells[CSV_COLUMNS][256])
{
    bool pulled = strncmp(cells[FURROW], "pulled", 6) == 0;
    const char *words = cells[FURROW][0] ? cells[FURROW] : cells[PYTHON];
    const char *ran = cells[FURROW_RAN][0] ? cells[FURROW_RAN] : cells[RAN];
    char got[32];
    snprintf(got, sizeof got, "%zu", trial_ran(trial));
    if (pulled)
        EXPECT(is_within(trial->words, words));
    else
        EXPECT_TEXT(trial->words, words);
    if (!is_within(got, ran))
        EXPECT_TEXT(got, ran);
}

static size_t differences;

static void comes_out(char cells[CSV_COLUMNS][256])
{
    static struct trial trial;
    bool differs = cells[FURROW][0] || cells[FURROW_RAN][0];
    prepare(&trial, cells);
    trial_run(&trial, cells[METHOD]);
    compare(&trial, cells);
    EXPECT_EQUAL(differs, cells[DIFFERENCE][0] != '\0');
    differences += differs;
}

TEST(every_case_comes_out_as_in_python_or_as_pool_h_says)
{
    differences = 0;
    size_t rows = csv_for_each_row("pool/semantics.csv", COLUMNS, comes_out);
    EXPECT(rows >= 100);
    EXPECT(differences >= 10 && differences < rows / 2);
}

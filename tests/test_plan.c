/*
 * The rows of tests/plan.csv: what is asked and known, and the plan that follows. Most are made by
 * hand, of FURROW_PLAN_TYPICAL_COSTS:
 *
 * Teams. 10000 items on 4 threads make 64 chunks each of 39: of 3 us 117 us, more than 100
 * dispatches of 0.1 us, but less than 100 of 2 us, which are 1 % of 67 items. 256 chunks that all
 * wait 20 us for the counter take 5.1 ms, more than half of 2500 items of 3 us. 25600 items make
 * 256 chunks of 100: 100 dispatches take 10 us, as 100 items of 0.1 us do; below, the dispatch of
 * 112 items of 0.09 us is 1 % of them. Of items without end 3333 of 3 us take 10 ms, as 11 of 0.9
 * ms do. 100 items of 0.1 us on 4 threads: 2.5 us and a region of 4.4 us; guided, they come in
 * 8 (1 + ln(100 / 8)) = 28 pieces, which costs 0.7 us more, and 0.2 us for handing out at all;
 * blocks a quarter longer cost 0.6 us more. Of 0.2 us on 8 threads, 45 pieces: 13 * 0.2 + 0.57 +
 * 0.2 + 5.2 = 8.57 us, blocks 1.25 * 13 * 0.2 + 5.2 = 8.45 us; on 16, blocks take 1.25 * 7 * 0.2 +
 * 6.8 = 8.55 us; on 4, pieces take 25 * 0.2 + 0.7 + 0.2 + 4.4 = 10.3 us. Were handing out free, the
 * pieces on 8 would take 8.37 us.
 *
 * Items that wait. 1000 of 10 ms, of which 1 ms on one of 2 CPUs, have work for 0.5 s, and 20
 * threads do 50 rounds of 10 ms. With nothing but waiting, the fewest threads for 4 rounds: 250.
 */
#include "harness.h"

#include <limits.h>

#include <furrow/parallel.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/plan.h>
#include <furrow/status.h>

#include "csv.h"

#define TABLE TESTS_FOLDER "/plan.csv"

enum column { CASE, REQUEST, FACTS, THREADS, BACKEND, SCHEDULE, CHUNK, SHARING, REASON, COLUMNS };

struct row {
    furrow_plan request;
    furrow_plan_facts facts;
    double compute, sleep, work;
};

/* ---- words ---- */

static const char *const readinesses[] = {"asleep", "watching", "awake"};
static const char *const sharings[] = {"-", "none", "late", "now"};

static const char *backend_name(int value)
{
    return furrow_backend_name((furrow_backend)value);
}

static const char *schedule_name(int value)
{
    return furrow_schedule_name((furrow_schedule)value);
}

static const char *readiness_name(int value)
{
    return value < 3 ? readinesses[value] : "unknown";
}

/* Which value of an enum has this name. */
static int value_of(const char *name_of(int), const char *text)
{
    int value = 0;
    while (strcmp(name_of(value), text) != 0 && value < 9)
        value++;
    EXPECT_TEXT(name_of(value), text);
    return value;
}

static size_t size_of(const char *text)
{
    return strcmp(text, "max") == 0    ? SIZE_MAX
           : strcmp(text, "half") == 0 ? SIZE_MAX / 2 + 1
                                       : strtoul(text, NULL, 10);
}

static int int_of(const char *text)
{
    return strcmp(text, "max") == 0 ? INT_MAX : atoi(text);
}

/* What "name=value" sets. `compute` and `sleep` are seconds of each of ten items that ran, which
 * computed, or waited for nine tenths of that; `work` is of a profile of items that cost the same.
 */
static const struct word {
    const char *name;
    enum { INT, SIZE, REAL, BACKEND_WORD, SCHEDULE_WORD, READINESS_WORD, YES } type;
    size_t at;
} words[] = {
    {"backend", BACKEND_WORD, offsetof(struct row, request.backend)},
    {"schedule", SCHEDULE_WORD, offsetof(struct row, request.schedule)},
    {"threads", INT, offsetof(struct row, request.threads)},
    {"chunk", SIZE, offsetof(struct row, request.chunk)},
    {"environment", YES, offsetof(struct row, request.reason.environment)},
    {"items", SIZE, offsetof(struct row, facts.items)},
    {"cpus", INT, offsetof(struct row, facts.cpus)},
    {"limit", INT, offsetof(struct row, facts.thread_limit)},
    {"no_openmp", YES, offsetof(struct row, facts.no_openmp)},
    {"grain", SIZE, offsetof(struct row, facts.grain)},
    {"wait", REAL, offsetof(struct row, facts.wait)},
    {"compute", REAL, offsetof(struct row, compute)},
    {"sleep", REAL, offsetof(struct row, sleep)},
    {"ran", SIZE, offsetof(struct row, facts.usage.items)},
    {"wall", REAL, offsetof(struct row, facts.usage.wall)},
    {"cpu", REAL, offsetof(struct row, facts.usage.cpu)},
    {"yields", SIZE, offsetof(struct row, facts.usage.waits)},
    {"alone", REAL, offsetof(struct row, facts.history.alone)},
    {"first_items", REAL, offsetof(struct row, facts.history.first_items)},
    {"shared", REAL, offsetof(struct row, facts.history.shared)},
    {"on_cpu", REAL, offsetof(struct row, facts.history.on_cpu)},
    {"waits", REAL, offsetof(struct row, facts.history.waits)},
    {"calls", INT, offsetof(struct row, facts.history.calls)},
    {"loss", INT, offsetof(struct row, facts.history.loss)},
    {"ready", READINESS_WORD, offsetof(struct row, facts.readiness)},
    {"dispatch", REAL, offsetof(struct row, facts.costs.dispatch)},
    {"contended", REAL, offsetof(struct row, facts.costs.contended)},
    {"share", REAL, offsetof(struct row, facts.costs.share)},
    {"work", REAL, offsetof(struct row, work)},
    {"traced", SIZE, offsetof(struct row, facts.calls)},
};

static void set(struct row *row, const struct word *word, const char *text)
{
    void *at = (char *)row + word->at;
    switch (word->type) {
    case INT:
        *(int *)at = int_of(text);
        break;
    case SIZE:
        *(size_t *)at = size_of(text);
        break;
    case REAL:
        *(double *)at = strtod(text, NULL);
        break;
    case BACKEND_WORD:
        *(furrow_backend *)at = (furrow_backend)value_of(backend_name, text);
        break;
    case SCHEDULE_WORD:
        *(furrow_schedule *)at = (furrow_schedule)value_of(schedule_name, text);
        break;
    case READINESS_WORD:
        *(furrow_readiness *)at = (furrow_readiness)value_of(readiness_name, text);
        break;
    case YES:
        *(bool *)at = true;
        break;
    }
}

static void read_words(struct row *row, char *text)
{
    for (char *rest, *name = strtok_r(text, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
        size_t length = strcspn(name, "=");
        size_t i = 0, count = sizeof words / sizeof *words;
        while (i < count && (strncmp(words[i].name, name, length) || words[i].name[length]))
            i++;
        if (i < count)
            set(row, &words[i], name + length + 1);
        else
            EXPECT_TEXT(name, "a word that sets something");
    }
}

/* ---- rows ---- */

static void read_usage(struct row *row, const char *facts)
{
    double each = row->compute + row->sleep;
    if (strstr(facts, "compute=") || row->sleep > 0)
        row->facts.usage = (furrow_usage){.items = 10,
                                          .wall = 10 * each,
                                          .cpu = 10 * (row->compute + row->sleep / 10),
                                          .waits = row->sleep > 0 ? 10 : 0};
}

static void chooses(struct row *row, char cells[COLUMNS][256])
{
    furrow_plan plan, again;
    char reason[FURROW_PLAN_REASON_SIZE], same[FURROW_PLAN_REASON_SIZE];
    memset(&plan, 1, sizeof plan);
    memset(&again, 2, sizeof again);
    EXPECT_EQUAL(furrow_plan_choose(&plan, &row->request, &row->facts), FURROW_OK);
    EXPECT_EQUAL(plan.threads, int_of(cells[THREADS]));
    EXPECT_TEXT(furrow_backend_name(plan.backend), cells[BACKEND]);
    EXPECT_TEXT(furrow_schedule_name(plan.schedule), cells[SCHEDULE]);
    EXPECT_EQUAL(plan.chunk, size_of(cells[CHUNK]));
    EXPECT_TEXT(sharings[plan.reason.sharing], cells[SHARING]);
    EXPECT_CONTAINS(furrow_plan_reason(reason, &plan), cells[REASON]);
    EXPECT_EQUAL(furrow_plan_choose(&again, &row->request, &row->facts), FURROW_OK);
    EXPECT(again.threads == plan.threads && again.chunk == plan.chunk);
    EXPECT_TEXT(furrow_plan_reason(same, &again), reason);
}

TEST(every_row_of_the_table_is_planned_as_it_says)
{
    char line[1024], cells[COLUMNS][256], facts[256];
    size_t rows = 0;
    FILE *table = fopen(TABLE, "r");
    REQUIRE(table != NULL);
    REQUIRE(fgets(line, sizeof line, table) != NULL);
    while (fgets(line, sizeof line, table)) {
        struct row row = {0};
        const char *rest = line;
        for (int column = 0; column < COLUMNS; column++)
            rest = csv_cell(cells[column], rest);
        harness_case("plan.csv:%zu: %s", ++rows + 1, line);
        memcpy(facts, cells[FACTS], sizeof facts);
        read_words(&row, cells[REQUEST]);
        read_words(&row, cells[FACTS]);
        read_usage(&row, facts);
        const double until[] = {0, row.work};
        if (row.work > 0)
            row.facts.profile = (furrow_profile){row.facts.items, 1, until};
        chooses(&row, cells);
    }
    fclose(table);
    EXPECT(rows >= 100);
}

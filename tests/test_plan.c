/*
 * The planner by tables: plan/choices.csv, what is asked and known and the plan that follows, and
 * plan/reasons.csv, how a plan is put into words. Most rows are calculated by hand from
 * FURROW_PLAN_TYPICAL_COSTS:
 *
 * Teams. 10000 items on 4 threads make 64 chunks of 39 for each thread. Such a chunk of items of 3
 * us takes 117 us, more than 100 dispatches of 0.1 us, but less than 100 of 2 us, which are 1 % of
 * 67 items. 256 chunks that all wait 20 us for the counter take 5.1 ms, more than half of 2500
 * items of 3 us. 25600 items make 256 chunks of 100: 100 dispatches take 10 us, as 100 items of 0.1
 * us do; the dispatch of 112 items of 0.09 us is 1 % of their time. However many items there are, a
 * chunk lasts at most 10 ms: 3333 items of 3 us, or 11 of 0.9 ms. 100 items of 0.1 us on 4 threads
 * take 2.5 us and a region of 4.4 us. Guided cuts them into 8 (1 + ln(100 / 8)) = 28 pieces, whose
 * dispatch costs 0.7 us, and handing out at all costs 0.2 us; blocks are reckoned a quarter longer,
 * which costs 0.6 us. Items of 0.2 us on 8 threads, in 45 pieces, take 13 * 0.2 + 0.57 + 0.2 + 5.2
 * = 8.57 us, and in blocks 1.25 * 13 * 0.2 + 5.2 = 8.45 us; in blocks on 16 threads 1.25 * 7 * 0.2
 * + 6.8 = 8.55 us; in pieces on 4 threads 25 * 0.2 + 0.7 + 0.2 + 4.4 = 10.3 us. If handing out were
 * free, the pieces on 8 threads would take 8.37 us.
 *
 * Items that wait. 1000 items of 10 ms, each 1 ms of it on one of 2 CPUs, have work for 0.5 s, and
 * 20 threads do 50 rounds of 10 ms. Items that only wait get the fewest threads for 4 rounds: 250.
 *
 * Traced calls. One item of 1 ms before 63 of 1 us: two threads save 63 us, and no schedule saves
 * more. The first of the guided pieces has 16 items: 1015 us, a dispatch, handing out at all, and a
 * region. 2^25 chunks are not simulated but averaged: their dispatch takes 3.36 s, of which two
 * threads do half each, while eight wait 50 ns for the counter before each chunk. A dealt chunk
 * costs 10 ns. Of two chunks that are handed out the second begins 50 ns after the first.
 */
#include "harness.h"

#include <limits.h>

#include <furrow/parallel.h>
#include <stdint.h>
#include <string.h>

#include <furrow/plan.h>
#include <furrow/status.h>

#include "csv.h"
#include "words.h"

enum { MOST_PARTS = 64 };

/* ---- words ---- */

static const char *const backends[] = {"auto", "serial", "for", "taskloop", "pool", NULL};
static const char *const schedules[] = {"auto", "static", "dynamic", "guided", "adaptive", NULL};
static const char *const readinesses[] = {"asleep", "watching", "awake", NULL};
static const char *const sharings[] = {"-", "none", "late", "now", NULL};
static const char *const causes[] = {
    "none",    "empty", "serial", "request", "limit", "one_item", "one_cpu", "nested", "no_openmp",
    "unknown", "small", "loss",   "work",    "wait",  "variant",  "pool",    NULL};

#define PLAN(type, field)    type, offsetof(furrow_plan, field), NULL
#define GROUNDS(type, field) type, offsetof(furrow_plan, reason.field), NULL
#define FACTS(type, field)   type, offsetof(struct knowledge, facts.field), NULL

static const struct word plan_words[] = {
    {"backend", NAMED, offsetof(furrow_plan, backend), backends},
    {"schedule", NAMED, offsetof(furrow_plan, schedule), schedules},
    {"threads", PLAN(INT, threads)},
    {"chunk", PLAN(SIZE, chunk)},
    {"cause", NAMED, offsetof(furrow_plan, reason.cause), causes},
    {"environment", GROUNDS(YES, environment)},
    {"requested", GROUNDS(YES, requested)},
    {"cpus", GROUNDS(INT, cpus)},
    {"asked", GROUNDS(INT, asked)},
    {"items", GROUNDS(SIZE, items)},
    {"calls", GROUNDS(SIZE, calls)},
    {"item", GROUNDS(REAL, item)},
    {"serial", GROUNDS(REAL, serial)},
    {"predicted", GROUNDS(REAL, predicted)},
    {"took", GROUNDS(REAL, took)},
    {NULL, INT, 0, NULL}};

/* The facts, and figures that some facts are made from. Ten items ran: each computed for `compute`
 * seconds, and spent `sleep` seconds of which it waited for nine tenths. `work` is the time of a
 * profile in which all items cost the same; `first` and `rest` are the times of the first and of
 * each other item. */
struct knowledge {
    furrow_plan_facts facts;
    double compute, sleep, work, first, rest, until[MOST_PARTS + 1];
};

static const struct word fact_words[] = {
    {"items", FACTS(SIZE, items)},
    {"cpus", FACTS(INT, cpus)},
    {"limit", FACTS(INT, thread_limit)},
    {"no_openmp", FACTS(YES, no_openmp)},
    {"grain", FACTS(SIZE, grain)},
    {"wait", FACTS(REAL, wait)},
    {"ran", FACTS(SIZE, usage.items)},
    {"wall", FACTS(REAL, usage.wall)},
    {"cpu", FACTS(REAL, usage.cpu)},
    {"yields", FACTS(SIZE, usage.waits)},
    {"alone", FACTS(REAL, history.alone)},
    {"first_items", FACTS(REAL, history.first_items)},
    {"shared", FACTS(REAL, history.shared)},
    {"on_cpu", FACTS(REAL, history.on_cpu)},
    {"waits", FACTS(REAL, history.waits)},
    {"calls", FACTS(INT, history.calls)},
    {"loss", FACTS(INT, history.loss)},
    {"ready", NAMED, offsetof(struct knowledge, facts.readiness), readinesses},
    {"dispatch", FACTS(REAL, costs.dispatch)},
    {"contended", FACTS(REAL, costs.contended)},
    {"share", FACTS(REAL, costs.share)},
    {"traced", FACTS(SIZE, calls)},
    {"compute", REAL, offsetof(struct knowledge, compute), NULL},
    {"sleep", REAL, offsetof(struct knowledge, sleep), NULL},
    {"work", REAL, offsetof(struct knowledge, work), NULL},
    {"first", REAL, offsetof(struct knowledge, first), NULL},
    {"rest", REAL, offsetof(struct knowledge, rest), NULL},
    {NULL, INT, 0, NULL}};

/* ---- rows ---- */

static void conclude(struct knowledge *known)
{
    furrow_plan_facts *facts = &known->facts;
    if (known->compute > 0 || known->sleep > 0)
        facts->usage = (furrow_usage){.items = 10,
                                      .wall = 10 * (known->compute + known->sleep),
                                      .cpu = 10 * (known->compute + known->sleep / 10),
                                      .waits = known->sleep > 0 ? 10 : 0};
    known->until[1] = known->work + known->first;
    for (size_t i = 1; i < facts->items && i < MOST_PARTS; i++)
        known->until[i + 1] = known->until[i] + known->rest;
    if (known->until[1] > 0)
        facts->profile =
            (furrow_profile){facts->items, known->first > 0 ? facts->items : 1, known->until};
}

static void chooses(char cells[CSV_COLUMNS][256])
{
    enum { CASE, REQUEST, FACTS, THREADS, BACKEND, SCHEDULE, CHUNK, SHARING, REASON, PREDICTED };
    struct knowledge known = {0};
    furrow_plan request = {0}, plan;
    char reason[FURROW_PLAN_REASON_SIZE];
    read_words(&request, plan_words, cells[REQUEST]);
    read_words(&known, fact_words, cells[FACTS]);
    conclude(&known);
    memset(&plan, 1, sizeof plan);
    EXPECT_EQUAL(furrow_plan_choose(&plan, &request, &known.facts), FURROW_OK);
    EXPECT_EQUAL(plan.threads, int_of(cells[THREADS]));
    EXPECT_TEXT(furrow_backend_name(plan.backend), cells[BACKEND]);
    EXPECT_TEXT(furrow_schedule_name(plan.schedule), cells[SCHEDULE]);
    EXPECT_EQUAL(plan.chunk, size_of(cells[CHUNK]));
    EXPECT_TEXT(sharings[plan.reason.sharing], cells[SHARING]);
    EXPECT_CONTAINS(furrow_plan_reason(reason, &plan), cells[REASON]);
    double predicted = strtod(cells[PREDICTED], NULL);
    if (predicted > 0)
        EXPECT_NEAR(plan.reason.predicted, predicted, 1e-9 * predicted);
}

TEST(every_row_of_the_table_is_planned_as_it_says)
{
    EXPECT(csv_for_each_row("plan/choices.csv", 10, chooses) >= 100);
}

static bool is_explained[COUNT(causes)];

static void explains(char cells[CSV_COLUMNS][256])
{
    furrow_plan plan = {0};
    char text[FURROW_PLAN_REASON_SIZE];
    read_words(&plan, plan_words, cells[0]);
    read_words(&plan, plan_words, cells[1]);
    EXPECT(furrow_plan_reason(text, &plan) == text);
    EXPECT_TEXT(text, cells[2]);
    is_explained[plan.reason.cause] = true;
}

TEST(every_cause_has_its_sentence)
{
    EXPECT(csv_for_each_row("plan/reasons.csv", 3, explains) >= 40);
    for (int cause = 0; cause <= FURROW_CAUSE_POOL; cause++) {
        harness_case("cause %s", causes[cause]);
        EXPECT(is_explained[cause]);
    }
}

TEST(the_longest_numbers_fit_into_a_reason)
{
    furrow_plan plan = {INT_MAX,
                        FURROW_BACKEND_FOR,
                        FURROW_SCHEDULE_GUIDED,
                        SIZE_MAX,
                        {.environment = true,
                         .cpus = INT_MAX,
                         .asked = INT_MAX,
                         .items = SIZE_MAX,
                         .item = -1.234567e-300,
                         .region = 1.234567e300,
                         .serial = 1.234567e300,
                         .predicted = 1.234567e300}};
    for (int i = 2 * FURROW_CAUSE_SERIAL; i < 2 * FURROW_CAUSE_VARIANT; i++) {
        char text[FURROW_PLAN_REASON_SIZE];
        plan.reason.cause = (furrow_cause)(i / 2);
        plan.reason.calls = i % 2 ? SIZE_MAX : 0;
        plan.reason.took = i % 2 ? 0 : 1;
        harness_case("cause %s", causes[i / 2]);
        EXPECT_CONTAINS(furrow_plan_reason(text, &plan),
                        "; guided, at least 18446744073709551615 items at a time, as OMP_SCHEDULE "
                        "says");
    }
}

/* ---- facts that decide whether to share ---- */

TEST(items_wait_that_give_up_their_cpu_for_most_of_the_time)
{
    static const struct {
        furrow_usage usage;
        bool waits;
    } table[] = {
        {{0}, false},
        {{.items = 10, .wall = 1, .cpu = 0.4, .waits = 5}, true},
        {{.items = 10, .wall = 1, .cpu = 0.4, .waits = 4}, false},
        {{.items = 10, .wall = 1, .cpu = 0.5, .waits = 9}, false},
        {{.wall = 1, .cpu = 0.1, .waits = 9}, false},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        const furrow_usage *usage = &table[i].usage;
        const furrow_plan_history known = {.on_cpu = usage->cpu,
                                           .waits = usage->items ? (double)usage->waits / 10 : 0};
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow_plan_waits(usage), table[i].waits);
        EXPECT_EQUAL(furrow_plan_history_waits(&known), table[i].waits);
    }
}

TEST(sharing_gains_what_other_threads_do_of_the_work)
{
    const furrow_plan_history known = {.alone = 1e-6};
    EXPECT_NEAR(furrow_plan_gain(&known, 100, 4), 75e-6, 1e-12);
    EXPECT(furrow_plan_gain(&known, 100, 1) == 0 && furrow_plan_gain(&known, 100, 0) == 0);
    EXPECT(furrow_plan_gain(&(furrow_plan_history){0}, 100, 4) == 0);
}

TEST(clocks_are_read_in_first_calls_and_long_ones)
{
    static const struct {
        furrow_plan_history known;
        bool worth;
    } table[] = {
        {{0}, true},
        {{.calls = 1}, false},
        {{.calls = 1, .alone = 1e-6}, false},
        {{.calls = 1, .alone = 1.01e-6}, true},
        {{.calls = 1, .shared = 1e-6}, false},
        {{.calls = 1, .shared = 1.01e-6}, true},
        {{.calls = 1, .alone = 1e-6, .shared = 1}, false},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow_plan_is_worth_timing(&table[i].known, 100), table[i].worth);
    }
}

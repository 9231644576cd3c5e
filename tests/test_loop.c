/* Claims on chunks, and chunks that fail. */
#include "harness.h"

#include <string.h>

#include <furrow/parallel.h>
#include <furrow/pool.h>

#include "loop/loop.h"
#include "pool_helpers.h"

enum { ITEMS = 40, FIRST = 100 };

/* ---- a claim that nobody else looks at ---- */

TEST(an_owner_begins_all_items_one_by_one_or_in_stretches)
{
    furrow__loop loop;
    furrow__loop_init(&loop, 0, ITEMS, NULL);
    furrow_claim claim;
    furrow__claim_init(&claim, &loop, 0);
    EXPECT(!furrow__claim_items(&claim, 0, 1));
    furrow__claim_open(&claim, 5, 12, false);
    EXPECT(furrow__claim_items(&claim, 5, 6) && furrow__claim_items(&claim, 6, 11));
    EXPECT(!furrow__claim_items(&claim, 11, 13));
    EXPECT(furrow__claim_items(&claim, 11, 12));
    EXPECT(!furrow__claim_items(&claim, 12, 13));
}

TEST(a_tail_is_what_has_not_begun)
{
    furrow__loop loop;
    furrow__loop_init(&loop, 0, ITEMS, NULL);
    furrow_claim claim;
    size_t begin, end;
    furrow__claim_init(&claim, &loop, 0);
    EXPECT(!furrow__claim_take_tail(&claim, &begin, &end));
    furrow__claim_open(&claim, 5, 12, false);
    EXPECT(furrow__claim_items(&claim, 5, 8));
    EXPECT(furrow__claim_take_tail(&claim, &begin, &end));
    EXPECT(begin == 8 && end == 12);
    EXPECT(!furrow__claim_take_tail(&claim, &begin, &end));
    EXPECT(!furrow__claim_items(&claim, 8, 9));
}

TEST(of_a_whole_chunk_there_is_a_tail_once_its_items_are_asked_for)
{
    furrow__loop loop;
    furrow__loop_init(&loop, 0, ITEMS, NULL);
    furrow_claim claim;
    size_t begin, end;
    furrow__claim_init(&claim, &loop, 0);
    furrow__claim_open(&claim, 5, 12, true);
    EXPECT(!furrow__claim_take_tail(&claim, &begin, &end));
    EXPECT(furrow__claim_items(&claim, 5, 6));
    EXPECT(furrow__claim_take_tail(&claim, &begin, &end));
    EXPECT(begin == 6 && end == 12);
}

TEST(what_is_skipped_counts_as_begun_as_far_as_it_is_the_owners)
{
    furrow__loop loop;
    furrow__loop_init(&loop, 0, ITEMS, NULL);
    furrow_claim claim;
    size_t begin, end;
    furrow__claim_init(&claim, &loop, 0);
    furrow__claim_open(&claim, 0, 12, false);
    EXPECT_EQUAL(furrow__claim_skip(&claim, 4), 4);
    EXPECT_EQUAL(furrow__claim_skip(&claim, 2), 4);
    EXPECT(furrow__claim_take_tail(&claim, &begin, &end) && begin == 4);
    EXPECT_EQUAL(furrow__claim_skip(&claim, 12), 4);
}

TEST(what_is_dropped_is_nobodys)
{
    furrow__loop loop;
    furrow__loop_init(&loop, 0, ITEMS, NULL);
    furrow_claim claim;
    size_t begin, end;
    furrow__claim_init(&claim, &loop, 0);
    furrow__claim_open(&claim, 0, 12, false);
    EXPECT(furrow__claim_items(&claim, 0, 4));
    furrow__claim_drop(&claim);
    EXPECT_EQUAL(claim.next, 4);
    EXPECT_EQUAL(claim.dropped, 12);
    EXPECT(!furrow__claim_take_tail(&claim, &begin, &end) && !furrow__claim_items(&claim, 4, 5));
    furrow__claim_open(&claim, 0, 12, false);
    EXPECT_EQUAL(claim.dropped, 0);
}

TEST(after_a_stop_nothing_above_it_begins)
{
    furrow__loop loop;
    furrow__loop_init(&loop, 0, ITEMS, NULL);
    furrow_claim claim;
    furrow__claim_init(&claim, &loop, 0);
    furrow__claim_open(&claim, 0, 12, false);
    furrow__loop_fail(&loop, 5, 99, true);
    EXPECT(furrow__claim_items(&claim, 0, 5) && furrow__claim_items(&claim, 5, 6));
    EXPECT(!furrow__claim_items(&claim, 6, 7));
    EXPECT_EQUAL(claim.dropped, 12);
    EXPECT_EQUAL(loop.failed_at, 5);
    EXPECT_EQUAL(loop.status, 99);
}

TEST(a_cancel_stops_at_the_item_that_would_have_begun)
{
    furrow_cancel outer = {0}, inner = {.others = {&outer, NULL}};
    furrow__loop loop;
    furrow__loop_init(&loop, 0, ITEMS, &inner);
    furrow_claim claim;
    furrow__claim_init(&claim, &loop, 0);
    furrow__claim_open(&claim, 0, 12, false);
    EXPECT(furrow__claim_items(&claim, 0, 5));
    furrow_cancel_request(&outer);
    EXPECT(!furrow__claim_items(&claim, 5, 6));
    EXPECT_EQUAL(loop.failed_at, 5);
    EXPECT_EQUAL(loop.status, FURROW_ECANCELED);
    EXPECT_EQUAL(claim.next, 5);
}

/* ---- bodies that fail half-way ---- */

/* Fails at item `at`. A body that claims has not begun the items behind. */
struct fall {
    size_t at;
    bool claims, told;
    size_t begun[ITEMS];
};

static int fall(const furrow_range *range, const void *context)
{
    struct fall *self = (struct fall *)context;
    for (size_t i = range->begin; i < range->end; i++) {
        if (self->claims && !furrow_range_claim(range, i))
            return 0;
        self->begun[i - FIRST]++;
        if (i == FIRST + self->at)
            return self->told ? furrow_fail(range, i, 77, "item %zu fell", i) : 77;
    }
    return 0;
}

/* Three chunks of ten items in order; item 15, in the second, fails. */
static const struct falling {
    bool claims, told, collect;
    size_t item;      /* of the error, */
    const char *text; /* and in it */
} falls[] = {
    {false, false, false, 110, "item 110: "}, {false, true, false, 115, "item 115 fell"},
    {false, false, true, 110, "item 110: "},  {false, true, true, 115, "item 115 fell"},
    {true, false, false, 115, "item 115: "},  {true, true, false, 115, "item 115 fell"},
    {true, false, true, 110, "item 110: "},   {true, true, true, 115, "item 115 fell"},
};

static void falls_as(const struct falling *row)
{
    struct fall state = {.at = 15, .claims = row->claims, .told = row->told};
    int statuses[30];
    furrow_error error = {0};
    furrow__loop loop;
    furrow__loop_init(&loop, FIRST, 30, NULL);
    loop.body = fall;
    loop.context = &state;
    loop.statuses = statuses;
    loop.collect = row->collect;
    for (size_t begin = 0; begin < 30; begin += 10)
        furrow__loop_run_alone(&loop, begin, begin + 10, 0);
    EXPECT_EQUAL(furrow__loop_settle(&loop, row->collect ? 30 : 20, &error), 77);
    EXPECT_EQUAL(error.code, 77);
    EXPECT_EQUAL(error.item, row->item);
    EXPECT_CONTAINS(error.text, row->text);
    EXPECT_EQUAL(loop.progress.failed, 10);
    EXPECT_EQUAL(loop.usage.items, 0);
    for (size_t i = 0; i < 30; i++) {
        int last = row->collect ? FURROW_OK : FURROW_ECANCELED;
        EXPECT_EQUAL(statuses[i], i < 10 ? FURROW_OK : i < 20 ? 77 : last);
        EXPECT_EQUAL(state.begun[i], i < 16 || (i >= 20 && row->collect));
    }
}

TEST(a_range_that_fails_half_way_is_a_failure_of_all_its_items)
{
    for (size_t i = 0; i < COUNT(falls); i++) {
        harness_case("row %zu", i);
        falls_as(&falls[i]);
    }
}

TEST(an_item_that_was_named_as_a_fault_has_its_code_as_a_status)
{
    static const size_t items[] = {FIRST - 1, FIRST, FIRST + 29, FIRST + 30};
    int statuses[30] = {0};
    furrow__loop loop;
    furrow_faults *faults;
    furrow__loop_init(&loop, FIRST, 30, NULL);
    REQUIRE_EQUAL(furrow_faults_new(&faults), FURROW_OK);
    for (size_t i = 0; i < COUNT(items); i++)
        furrow_faults_add(faults, &(furrow_error){.code = (int)i + 1, .item = items[i]});
    loop.body = fall;
    loop.faults = faults;
    loop.statuses = statuses;
    EXPECT_EQUAL(furrow__loop_settle(&loop, 30, NULL), FURROW_OK);
    for (int i = 0; i < 30; i++)
        EXPECT_EQUAL(statuses[i], i == 0 ? 2 : i == 29 ? 3 : 0);
    furrow_faults_free(faults);
}

static int cancel_at_six(const furrow_range *range, const void *context)
{
    for (size_t i = range->begin; furrow_range_claim(range, i); i++)
        if (i == FIRST + 6)
            furrow_cancel_request((furrow_cancel *)context);
    return 0;
}

TEST(the_span_of_a_cancelled_chunk_ends_behind_the_last_item_that_ran)
{
    size_t count;
    furrow_cancel cancel = {0};
    furrow__loop loop;
    furrow__loop_init(&loop, FIRST, ITEMS, &cancel);
    loop.body = cancel_at_six;
    loop.context = &cancel;
    REQUIRE_EQUAL(furrow_trace_new(&loop.trace), FURROW_OK);
    REQUIRE_EQUAL(furrow__loop_reserve(&loop, 1), FURROW_OK);
    furrow__loop_run_alone(&loop, 0, 12, 0);
    const furrow_span *spans = furrow_trace_spans(loop.trace, &count);
    EXPECT(count == 1 && spans[0].begin == FIRST && spans[0].end == FIRST + 7);
    furrow_trace_free(loop.trace);
}

/* Whichever worker ran it, in chunks of any size. */
TEST(each_item_of_a_pools_loop_has_a_status_after_a_failure)
{
    for (int variant = 0; variant < 32; variant++) {
        int workers = 1 + variant % 2;
        furrow_pool *pool = new_pool(workers);
        struct fall state = {.at = 15, .claims = variant & 2};
        int statuses[ITEMS];
        furrow_map_options options = {.first = FIRST,
                                      .chunk = variant & 8 ? 10 : 0,
                                      .statuses = statuses,
                                      .collect = variant & 4};
        harness_case("%d workers, variant %d", workers, variant);
        memset(statuses, 0x55, sizeof statuses);
        EXPECT_EQUAL(furrow_pool_for(pool, &options, ITEMS, fall, &state), 77);
        EXPECT_EQUAL(statuses[15], 77);
        for (size_t i = 0; i < ITEMS; i++) {
            bool cancelled = statuses[i] == FURROW_ECANCELED;
            EXPECT(statuses[i] == 77 || cancelled || (statuses[i] == 0 && state.begun[i] == 1));
            EXPECT(!cancelled || (state.begun[i] == 0 && i > 15 && !options.collect));
        }
        furrow_pool_free(pool);
    }
}

TEST(a_failure_says_where_and_why_on_every_backend)
{
    for (int backend = FURROW_BACKEND_AUTO; backend < FURROW_BACKENDS; backend++) {
        struct fall state = {.at = 15, .told = true};
        furrow_error error = {0};
        furrow_parallel_options options = {
            .plan = {.threads = 2, .backend = (furrow_backend)backend, .chunk = 10},
            .first = FIRST,
            .error = &error};
        harness_case("%s", furrow_backend_name((furrow_backend)backend));
        EXPECT_EQUAL(furrow_parallel_for(&options, 30, fall, &state), 77);
        EXPECT_EQUAL(error.item, 115);
        EXPECT_TEXT(error.text, "item 115 fell");
        options.error = NULL;
        EXPECT_EQUAL(furrow_parallel_for(&options, 30, fall, &state), 77);
    }
}

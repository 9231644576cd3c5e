#include "harness.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>

#include "plan/history.h"
#include "pool_helpers.h"

static furrow__histories histories;

static void learn_alone(furrow_history *history, double seconds)
{
    const furrow__observation seen = {.alone = seconds};
    furrow__history_learn(history, &seen);
}

/* ---- which history ---- */

TEST(loops_of_one_function_over_about_as_many_items_have_one_history)
{
    static const struct {
        size_t items, other;
        bool same;
    } table[] = {
        {64, 64, true},
        {64, 127, true},
        {64, 128, false},
        {64, 63, false},
        {0, 1, false},
        {1, 2, false},
        {2, 3, true},
        {3, 4, false},
        {0, 1, false},
        {SIZE_MAX, 1, false},
        {SIZE_MAX, SIZE_MAX / 2 + 1, true},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        histories = (furrow__histories){0};
        harness_case("%zu and %zu items", table[i].items, table[i].other);
        learn_alone(furrow__histories_of(&histories, 4096, table[i].items), 1);
        furrow_plan_history known =
            furrow__history_read(furrow__histories_of(&histories, 4096, table[i].other));
        EXPECT_EQUAL(known.calls, table[i].same);
        EXPECT(known.alone == table[i].same);
        furrow_site site = {0};
        learn_alone(furrow__site_history(&site, table[i].items), 1);
        known = furrow__history_read(furrow__site_history(&site, table[i].other));
        EXPECT_EQUAL(known.calls, table[i].same);
    }
}

/* A history that takes another's place begins with nothing, and so does the first when it comes
 * back. */
TEST(functions_with_one_place_forget_each_other_and_all_others_are_apart)
{
    histories = (furrow__histories){0};
    furrow_history *first = furrow__histories_of(&histories, 4096, 100);
    int shared = 0;
    for (uintptr_t function = 4097; function < 4096 + 1000; function++) {
        learn_alone(furrow__histories_of(&histories, 4096, 100), 1);
        furrow_history *other = furrow__histories_of(&histories, function, 100);
        harness_case("function %zu", (size_t)function);
        EXPECT(furrow__history_read(other).alone == 0);
        furrow_history *again = furrow__histories_of(&histories, 4096, 100);
        EXPECT(again == first);
        EXPECT((furrow__history_read(again).alone == 0) == (other == first));
        shared += other == first;
    }
    EXPECT(shared > 0 && shared < 100);
}

TEST(a_site_keeps_four_neighbouring_sizes_whatever_the_function)
{
    static const size_t sizes[] = {1000, 2000, 4000, 8000};
    furrow_site site = {0};
    for (int round = 0; round < 3; round++)
        for (size_t i = 0; i < 4; i++)
            learn_alone(furrow__site_history(&site, sizes[i]), (double)(i + 1));
    for (size_t i = 0; i < 4; i++) {
        furrow_plan_history known = furrow__history_read(furrow__site_history(&site, sizes[i]));
        EXPECT_EQUAL(known.calls, 3);
        EXPECT_NEAR(known.alone, (double)(i + 1), 1e-6);
    }
    learn_alone(furrow__site_history(&site, 16000), 5);
    EXPECT_EQUAL(furrow__history_read(furrow__site_history(&site, 2000)).calls, 3);
    EXPECT_EQUAL(furrow__history_read(furrow__site_history(&site, 1000)).calls, 0);
    EXPECT_EQUAL(furrow__history_read(furrow__site_history(&site, 16000)).calls, 0);
}

/* ---- what is learned ---- */

TEST(a_history_begins_with_nothing)
{
    furrow_site site = {0};
    furrow_plan_history known = furrow__history_read(furrow__site_history(&site, 100));
    EXPECT(known.calls == 0 && known.loss == 0 && known.alone == 0 && known.shared == 0);
    EXPECT(known.on_cpu == 0 && known.waits == 0);
}

/* A slower call adds a quarter of the difference: 1 + (2 - 1) / 4, then 3 / 16 more. */
TEST(a_quicker_call_is_believed_at_once_and_a_slower_one_by_and_by)
{
    static const struct {
        double seen, known;
    } table[] = {{4, 4}, {1, 1}, {2, 1.25}, {2, 1.4375}, {0, 1.4375}, {1.5, 1.453125}, {1, 1}};
    furrow_history history = {0};
    for (size_t i = 0; i < COUNT(table); i++) {
        const furrow__observation seen = {.alone = table[i].seen, .shared = table[i].seen / 2};
        furrow__history_learn(&history, &seen);
        furrow_plan_history known = furrow__history_read(&history);
        harness_case("call %zu", i);
        EXPECT_NEAR(known.alone, table[i].known, 1e-6);
        EXPECT_NEAR(known.shared, table[i].known / 2, 1e-6);
        EXPECT_EQUAL(known.calls, i + 1);
    }
}

TEST(what_is_no_longer_so_is_unlearned_within_forty_calls)
{
    furrow_history history = {0};
    learn_alone(&history, 1e-6);
    for (int i = 0; i < 40; i++)
        learn_alone(&history, 1e-3);
    EXPECT_NEAR(furrow__history_read(&history).alone, 1e-3, 1e-4);
}

TEST(what_was_not_seen_is_left_as_it_was)
{
    furrow_history history = {0};
    const furrow__observation all = {.alone = 1, .shared = 2, .on_cpu = 0.5, .waits = 3};
    const furrow__observation nothing = {.waits = 9};
    furrow__history_learn(&history, &all);
    furrow__history_learn(&history, &nothing);
    furrow_plan_history known = furrow__history_read(&history);
    EXPECT(known.alone == 1 && known.shared == 2 && known.on_cpu == 0.5 && known.waits == 3);
    EXPECT_EQUAL(known.calls, 2);
}

/* The part of time that items wait may rise and fall; a disturbance does not explain it. */
TEST(the_part_on_a_cpu_is_learned_by_and_by_in_both_directions)
{
    furrow_history history = {0};
    static const double seen[] = {0.5, 0.1, 0.8}, known[] = {0.5, 0.4, 0.5};
    for (size_t i = 0; i < 3; i++) {
        const furrow__observation call = {.on_cpu = seen[i], .waits = (double)i};
        furrow__history_learn(&history, &call);
        EXPECT_NEAR(furrow__history_read(&history).on_cpu, known[i], 1e-6);
        EXPECT_NEAR(furrow__history_read(&history).waits, (double)i, 1e-6);
    }
}

TEST(losses_are_counted_in_a_row)
{
    furrow_history history = {0};
    static const bool losses[] = {true, true, false, true};
    static const unsigned counts[] = {1, 2, 0, 1};
    for (size_t i = 0; i < 4; i++) {
        const furrow__observation call = {.alone = 1, .loss = losses[i]};
        furrow__history_learn(&history, &call);
        EXPECT_EQUAL(furrow__history_read(&history).loss, counts[i]);
    }
}

TEST(times_that_cannot_be_are_not_learned)
{
    static const double table[] = {NAN, -1, -INFINITY};
    furrow_history history = {0};
    learn_alone(&history, 1);
    for (size_t i = 0; i < 3; i++)
        learn_alone(&history, table[i]);
    EXPECT(furrow__history_read(&history).alone == 1);
    learn_alone(&history, INFINITY);
    learn_alone(&history, 1e-300);
    double alone = furrow__history_read(&history).alone;
    EXPECT(alone > 0 && alone < 1e-9);
}

/* ---- many at once ---- */

static void *learn_often(void *context)
{
    furrow_site *site = context;
    unsigned random = 1;
    for (int i = 0; i < 100000 / SLOWNESS; i++) {
        size_t items = 1 + next_random(&random) % 10000;
        furrow_history *history = furrow__site_history(site, items);
        const furrow__observation seen = {
            .alone = 1, .shared = 2, .on_cpu = 0.5, .waits = 1, .loss = i % 3};
        furrow__history_learn(history, &seen);
        furrow_plan_history known = furrow__history_read(history);
        bool possible =
            (known.alone == 0 || known.alone == 1) && (known.shared == 0 || known.shared == 2);
        if (!possible)
            return site;
    }
    return NULL;
}

TEST(threads_may_share_a_site_and_read_nothing_that_nobody_wrote)
{
    furrow_site site = {0};
    pthread_t threads[3];
    void *failed;
    for (int i = 0; i < 3; i++)
        REQUIRE(pthread_create(&threads[i], NULL, learn_often, &site) == 0);
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], &failed);
        EXPECT(failed == NULL);
    }
}

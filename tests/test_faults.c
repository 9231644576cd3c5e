#include "harness.h"

#include <stdint.h>
#include <string.h>

#include <furrow/clock.h>
#include <furrow/range.h>

static void add(furrow_faults *faults, size_t item, int code, const char *text)
{
    furrow_error fault = {.code = code, .item = item};
    strncpy(fault.text, text, sizeof fault.text - 1);
    EXPECT_EQUAL(furrow_faults_add(faults, &fault), FURROW_OK);
}

TEST(faults_come_in_item_order_and_the_first_of_an_item_stays)
{
    static const size_t items[] = {7, 3, 9, 3, 0, SIZE_MAX - 1, 7};
    static const size_t sorted[] = {0, 3, 7, 9, SIZE_MAX - 1};
    furrow_faults *faults;
    furrow_error fault;
    REQUIRE_EQUAL(furrow_faults_new(&faults), FURROW_OK);
    for (size_t i = 0; i < COUNT(items); i++)
        add(faults, items[i], (int)i + 1, "it");
    REQUIRE_EQUAL(furrow_faults_count(faults), 5);
    for (size_t i = 0; i < 5; i++) {
        EXPECT(furrow_faults_at(faults, i, &fault) && fault.item == sorted[i]);
        EXPECT(furrow_faults_find(faults, sorted[i], NULL));
    }
    EXPECT(furrow_faults_find(faults, 3, &fault) && fault.code == 2);
    EXPECT(furrow_faults_find(faults, 7, &fault) && fault.code == 1);
    EXPECT(!furrow_faults_find(faults, 4, &fault) && fault.code == 1);
    EXPECT(furrow_faults_at(faults, 0, NULL));
    EXPECT(!furrow_faults_at(faults, 5, &fault));
    furrow_faults_clear(faults);
    EXPECT_EQUAL(furrow_faults_count(faults), 0);
    EXPECT(!furrow_faults_at(faults, 0, NULL) && !furrow_faults_find(faults, 3, NULL));
    add(faults, 3, -5, "again");
    EXPECT(furrow_faults_at(faults, 0, &fault) && fault.code == -5);
    EXPECT_TEXT(fault.text, "again");
    furrow_faults_free(faults);
}

TEST(the_first_fault_of_an_item_counts_however_many_are_new)
{
    furrow_faults *faults;
    furrow_error fault;
    REQUIRE_EQUAL(furrow_faults_new(&faults), FURROW_OK);
    for (size_t i = 0; i < 100; i++)
        add(faults, i % 50, (int)i + 1, "it");
    EXPECT_EQUAL(furrow_faults_count(faults), 50);
    for (size_t i = 0; i < 50; i++)
        EXPECT(furrow_faults_find(faults, i, &fault) && fault.code == (int)i + 1);
    furrow_faults_free(faults);
}

TEST(no_collection_has_no_faults)
{
    EXPECT_EQUAL(furrow_faults_count(NULL), 0);
    EXPECT(!furrow_faults_at(NULL, 0, NULL));
    EXPECT(!furrow_faults_find(NULL, 0, NULL));
    furrow_faults_clear(NULL);
    furrow_faults_free(NULL);
}

TEST(failing_an_item_records_it_or_stops)
{
    furrow_faults *faults;
    furrow_error fault;
    char longest[600];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    REQUIRE_EQUAL(furrow_faults_new(&faults), FURROW_OK);
    furrow_range range = {.begin = 4, .end = 8, .faults = faults};
    EXPECT_EQUAL(furrow_fail(&range, 5, FURROW_EIO, "%s: %d", "a.png", 17), FURROW_OK);
    EXPECT(furrow_faults_find(faults, 5, &fault) && fault.code == FURROW_EIO && fault.item == 5);
    EXPECT_TEXT(fault.text, "a.png: 17");
    EXPECT_EQUAL(furrow_fail(&range, 6, 17, "%s", longest), FURROW_OK);
    EXPECT(furrow_faults_find(faults, 6, &fault) && fault.code == 17);
    EXPECT_EQUAL(strlen(fault.text), FURROW_ERROR_TEXT_SIZE - 1);
    range.faults = NULL;
    EXPECT_EQUAL(furrow_fail(&range, 7, FURROW_EIO, "nowhere"), FURROW_EIO);
    EXPECT_EQUAL(furrow_fail(&range, 7, 17, "nowhere"), 17);
    furrow_faults_free(faults);
}

TEST(many_threads_add_at_once)
{
    enum { FAULTS = 5000 };
    furrow_faults *faults;
    int wrong = 0;
    REQUIRE_EQUAL(furrow_faults_new(&faults), FURROW_OK);
#pragma omp parallel for schedule(dynamic, 1) default(none) shared(faults)                         \
    reduction(+ : wrong) num_threads(8)
    for (size_t i = 0; i < 2 * FAULTS; i++) {
        size_t item = (i * 7919) % FAULTS;
        const furrow_range range = {.begin = item, .end = item + 1, .faults = faults};
        furrow_error fault;
        wrong += furrow_fail(&range, item, (int)item + 1, "item %zu", item) != FURROW_OK;
        wrong += !furrow_faults_find(faults, item, &fault) || fault.code != (int)item + 1;
        wrong += !furrow_faults_at(faults, 0, &fault);
    }
    EXPECT_EQUAL(wrong, 0);
    EXPECT_EQUAL(furrow_faults_count(faults), FAULTS);
    for (size_t i = 0; i < FAULTS; i++) {
        furrow_error fault;
        EXPECT(furrow_faults_at(faults, i, &fault) && fault.item == i);
    }
    furrow_faults_free(faults);
}

/* Two workers with one half each: each fault of the first worker belongs before all faults of the
 * second. Sorting them together takes n log n; inserting each in its place takes a minute. */
TEST(two_hundred_thousand_faults_take_no_minute)
{
    enum { FAULTS = 200000 };
    furrow_faults *faults;
    furrow_error fault;
    int wrong = 0;
    REQUIRE_EQUAL(furrow_faults_new(&faults), FURROW_OK);
    double start = furrow_clock_wall();
    for (size_t i = 0; i < FAULTS; i++) {
        size_t item = i % 2 ? i / 2 : FAULTS / 2 + i / 2;
        const furrow_range range = {.begin = item, .end = item + 1, .faults = faults};
        wrong += furrow_fail(&range, item, FURROW_EIO, "it") != FURROW_OK;
    }
    EXPECT_EQUAL(furrow_faults_count(faults), FAULTS);
    for (size_t i = 0; i < FAULTS; i++)
        wrong += !furrow_faults_at(faults, i, &fault) || fault.item != i;
    EXPECT_EQUAL(wrong, 0);
    EXPECT(furrow_clock_wall() - start < 20);
    furrow_faults_free(faults);
}

TEST(each_failed_allocation_is_reported_and_adds_nothing)
{
    furrow_faults *faults;
    harness_fail_allocation(1);
    EXPECT_EQUAL(furrow_faults_new(&faults), FURROW_ENOMEM);
    REQUIRE_EQUAL(furrow_faults_new(&faults), FURROW_OK);
    for (size_t i = 0; i < 100; i++) {
        const furrow_range range = {.begin = i, .end = i + 1, .faults = faults};
        harness_fail_allocation(1);
        int status = furrow_fail(&range, i, FURROW_EIO, "it");
        bool failed = harness_fail_allocation(0) > 0;
        EXPECT_EQUAL(status, failed ? FURROW_ENOMEM : FURROW_OK);
        EXPECT_EQUAL(furrow_faults_count(faults), failed ? i : i + 1);
        if (failed)
            EXPECT_EQUAL(furrow_fail(&range, i, FURROW_EIO, "it"), FURROW_OK);
    }
    furrow_faults_free(faults);
}

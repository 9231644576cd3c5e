#include "harness.h"
#include "run/feed.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static furrow_faults *faults;

static furrow_feed *new_feed(size_t first, size_t capacity)
{
    furrow_feed *feed = NULL;
    EXPECT_EQUAL(furrow_faults_new(&faults), FURROW_OK);
    EXPECT_EQUAL(furrow__feed_new(&feed, faults), FURROW_OK);
    furrow__feed_open(feed, first, capacity);
    return feed;
}

static void free_feed(furrow_feed *feed)
{
    furrow__feed_free(feed);
    furrow_faults_free(faults);
}

TEST(items_are_copied_and_aligned_for_types_of_their_size)
{
    static const size_t sizes[] = {1, 2, 3, 4, 7, 8, 12, 16, 24, 31, 48, 100000};
    enum { COUNT = 600, SIZES = COUNT(sizes) };
    furrow_feed *feed = new_feed(0, COUNT);
    unsigned char *bytes = malloc(100000);
    REQUIRE(feed && bytes);
    for (int round = 0; round < 3; round++) {
        furrow__feed_open(feed, 0, COUNT);
        for (size_t i = 0; i < COUNT; i++) {
            memset(bytes, (int)i, sizes[i % SIZES]);
            EXPECT_EQUAL(furrow_feed_add(feed, bytes, sizes[i % SIZES], NULL), FURROW_OK);
        }
        const furrow_item *items = furrow__feed_items(feed);
        for (size_t i = 0; i < COUNT; i++) {
            size_t size = sizes[i % SIZES];
            size_t step = size % 16 == 0 ? 16 : size % 8 == 0 ? 8 : size % 4 == 0 ? 4 : 1;
            const unsigned char *own = items[i].bytes;
            harness_case("item %zu of %zu bytes", i, size);
            EXPECT_EQUAL(items[i].size, size);
            EXPECT((uintptr_t)own % step == 0);
            EXPECT(own[0] == i % 256 && own[size - 1] == i % 256);
        }
    }
    free(bytes);
    free_feed(feed);
}

TEST(a_feed_is_full_of_items_or_of_bytes)
{
    furrow_feed *feed = new_feed(0, 3);
    char *bytes = calloc(FURROW_FEED_BYTES, 1);
    REQUIRE(feed && bytes);
    for (size_t i = 0; i < 3; i++) {
        EXPECT(!furrow_feed_full(feed));
        EXPECT_EQUAL(furrow_feed_add(feed, NULL, 0, NULL), FURROW_OK);
    }
    EXPECT(furrow_feed_full(feed));
    EXPECT_EQUAL(furrow_feed_add(feed, NULL, 0, NULL), FURROW_ERANGE);
    EXPECT_EQUAL(furrow_feed_count(feed), 3);
    EXPECT(furrow__feed_items(feed) == NULL);
    furrow__feed_open(feed, 3, 100);
    EXPECT_EQUAL(furrow_feed_add(feed, "a", 2, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_feed_add(feed, bytes, FURROW_FEED_BYTES, NULL), FURROW_OK);
    EXPECT(furrow_feed_full(feed));
    EXPECT_EQUAL(furrow_feed_count(feed), 2);
    free(bytes);
    free_feed(feed);
}

static void is_called(const furrow_feed *feed, size_t item, const char *expected)
{
    char text[64];
    furrow__feed_label(feed, item, text, sizeof text);
    EXPECT_TEXT(text, expected);
}

TEST(an_item_is_called_by_its_label_or_by_its_bytes_if_they_are_text)
{
    furrow_feed *feed = new_feed(10, 9);
    EXPECT_EQUAL(furrow_feed_add(feed, "a/b.png", 8, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_feed_add(feed, "12345678", 8, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_feed_add(feed, "12345678", 8, "Juan"), FURROW_OK);
    EXPECT_EQUAL(furrow_feed_add(feed, NULL, 0, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_feed_add(feed, NULL, 0, "Anna"), FURROW_OK);
    is_called(feed, 10, "a/b.png");
    is_called(feed, 11, "");
    is_called(feed, 12, "Juan");
    is_called(feed, 13, "");
    is_called(feed, 14, "Anna");
    free_feed(feed);
}

TEST(items_that_have_failed_are_faults_of_their_numbers)
{
    furrow_feed *feed = new_feed(100, 10);
    const furrow_error gone = {.code = FURROW_EIO, .text = "gone"};
    furrow_error fault;
    for (size_t i = 0; i < 10; i++)
        EXPECT_EQUAL(i % 4 == 1 ? furrow_feed_fail(feed, "x", 2, NULL, &gone)
                                : furrow_feed_add(feed, "y", 2, NULL),
                     FURROW_OK);
    EXPECT_EQUAL(furrow_feed_fail(feed, "x", 2, NULL, &gone), FURROW_ERANGE);
    EXPECT_EQUAL(furrow_faults_count(faults), 3);
    EXPECT(furrow_faults_find(faults, 105, &fault));
    EXPECT_TEXT(fault.text, "gone");
    EXPECT_EQUAL(furrow__feed_failed(feed, 100, 110), 101);
    EXPECT_EQUAL(furrow__feed_failed(feed, 102, 110), 105);
    EXPECT_EQUAL(furrow__feed_failed(feed, 102, 105), 105);
    EXPECT_EQUAL(furrow__feed_failed(feed, 106, 109), 109);
    furrow__feed_open(feed, 110, 10);
    EXPECT_EQUAL(furrow__feed_failed(feed, 110, 120), 120);
    free_feed(feed);
}

TEST(what_there_is_no_memory_for_was_not_fed)
{
    for (size_t n = 1; n < 100; n++) {
        furrow_feed *feed = new_feed(0, 200);
        const furrow_error gone = {.code = FURROW_EIO, .text = "gone"};
        size_t fed = 0;
        harness_case("allocation %zu", n);
        harness_fail_allocation(n);
        for (size_t i = 0; i < 200; i++) {
            char label[16];
            snprintf(label, sizeof label, "%zu", i);
            int status = i % 50 == 7 ? furrow_feed_fail(feed, &i, sizeof i, NULL, &gone)
                                     : furrow_feed_add(feed, &i, sizeof i, i > 99 ? label : NULL);
            fed += status == FURROW_OK;
            EXPECT(status == FURROW_OK || status == FURROW_ENOMEM);
            EXPECT_EQUAL(furrow_feed_count(feed), fed);
        }
        bool failed = harness_fail_allocation(0) >= n;
        EXPECT(failed || fed == 200);
        free_feed(feed);
        if (!failed)
            break;
    }
}

#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/progress.h>
#include <furrow/status.h>

static double now;

static double read_clock(void)
{
    return now;
}

/* A progress bar that writes into memory, with a clock that the test sets. */
struct screen {
    char *text;
    size_t size;
    FILE *stream;
    furrow_bar *bar;
};

static void open_screen(struct screen *screen, furrow_bar_style style, const char *label)
{
    now = 100;
    screen->stream = open_memstream(&screen->text, &screen->size);
    furrow_bar_options options = {
        .label = label, .style = style, .columns = 80, .clock = read_clock};
    EXPECT_EQUAL(furrow_bar_new(&screen->bar, screen->stream, &options), 0);
}

static void close_screen(struct screen *screen)
{
    furrow_bar_free(screen->bar);
    fclose(screen->stream);
    free(screen->text);
}

static size_t count(const char *text, char letter)
{
    size_t found = 0;
    for (; *text; text++)
        found += *text == letter;
    return found;
}

static void show(struct screen *screen, size_t done, size_t total, size_t failed, bool ended)
{
    furrow_progress progress = {done, failed, total, ended};
    furrow_bar_show(&progress, screen->bar);
    fflush(screen->stream);
}

TEST(a_bar_shows_part_count_rate_and_time_left)
{
    struct screen screen;
    open_screen(&screen, FURROW_BAR_IN_PLACE, "squares");
    now += 2;
    show(&screen, 40, 100, 1, false);
    EXPECT_CONTAINS(screen.text, "\rsquares:  40%|");
    EXPECT_CONTAINS(screen.text, "| 40/100 [00:02<00:03, 20.0 items/s, 1 failed]");
    EXPECT_EQUAL(strlen(screen.text), 80); /* the return, and one column less than there are */
    now += 3;
    show(&screen, 100, 100, 1, true);
    EXPECT_CONTAINS(screen.text, "squares: 100%|");
    EXPECT_CONTAINS(screen.text, "100/100 [00:05<00:00, 20.0 items/s, 1 failed]\n");
    EXPECT_EQUAL(count(screen.text, '\n'), 1);
    close_screen(&screen);
}

TEST(a_bar_is_drawn_no_more_often_than_its_interval_and_ends_once)
{
    struct screen screen;
    open_screen(&screen, FURROW_BAR_IN_PLACE, NULL);
    for (size_t i = 1; i <= 1000; i++) {
        now += 0.001;
        show(&screen, i, 1000, 0, false);
    }
    show(&screen, 1000, 1000, 0, true);
    show(&screen, 1000, 1000, 0, true);
    size_t drawn = count(screen.text, '\r');
    EXPECT(drawn >= 9 && drawn <= 12);
    EXPECT_EQUAL(count(screen.text, '\n'), 1);
    EXPECT(!strchr(screen.text, '\033'));
    close_screen(&screen);
}

TEST(off_a_terminal_there_is_a_line_each_tenth)
{
    struct screen screen;
    open_screen(&screen, FURROW_BAR_LINES, "job");
    for (size_t i = 1; i <= 1000; i++) {
        now += 0.001;
        show(&screen, i, 1000, 0, false);
    }
    show(&screen, 1000, 1000, 0, true);
    EXPECT_EQUAL(count(screen.text, '\n'), 10);
    EXPECT(!strchr(screen.text, '\r'));
    EXPECT_CONTAINS(screen.text, "job:  10% 100/1000 [00:00<00:01, 1000.0 items/s]\n");
    close_screen(&screen);
}

TEST(a_stream_in_memory_is_no_terminal)
{
    struct screen screen;
    open_screen(&screen, FURROW_BAR_AUTO, NULL);
    show(&screen, 5, 5, 0, true);
    EXPECT(!strchr(screen.text, '\r'));
    close_screen(&screen);
}

TEST(an_unknown_total_has_a_count_and_a_rate)
{
    struct screen screen;
    open_screen(&screen, FURROW_BAR_LINES, NULL);
    now += 10;
    for (size_t i = 1; i <= 100; i++)
        show(&screen, i, 0, 0, false);
    show(&screen, 100, 0, 0, true);
    EXPECT_CONTAINS(screen.text, "64 [00:10, 6.4 items/s]\n");
    EXPECT_EQUAL(count(screen.text, '\n'), 8);
    close_screen(&screen);
    open_screen(&screen, FURROW_BAR_IN_PLACE, NULL);
    now += 30;
    show(&screen, 10, 0, 0, false);
    EXPECT_CONTAINS(screen.text, "\r10 [00:30, 3.0 s/items]");
    close_screen(&screen);
}

TEST(a_bar_given_up_half_way_still_ends_its_line)
{
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    furrow_bar *bar;
    furrow_bar_options options = {.style = FURROW_BAR_IN_PLACE, .columns = 12};
    EXPECT_EQUAL(furrow_bar_new(&bar, stream, &options), 0);
    furrow_bar_show(&(furrow_progress){.done = 1, .total = 3}, bar);
    furrow_bar_free(bar);
    fclose(stream);
    EXPECT_EQUAL(text[size - 1], '\n');
    EXPECT_EQUAL(size, 13);
    free(text);
    furrow_bar_free(NULL);
}

TEST(a_bar_that_cannot_be_is_refused)
{
    furrow_bar *bar;
    EXPECT_EQUAL(furrow_bar_new(&bar, NULL, NULL), FURROW_EINVAL);
    EXPECT(!bar);
    furrow_bar_options options = {.columns = -1};
    EXPECT_EQUAL(furrow_bar_new(&bar, stderr, &options), FURROW_EINVAL);
    options = (furrow_bar_options){.interval = -1};
    EXPECT_EQUAL(furrow_bar_new(&bar, stderr, &options), FURROW_EINVAL);
    options = (furrow_bar_options){.style = (furrow_bar_style)9};
    EXPECT_EQUAL(furrow_bar_new(&bar, stderr, &options), FURROW_EINVAL);
    harness_fail_allocation(1);
    EXPECT_EQUAL(furrow_bar_new(&bar, stderr, NULL), FURROW_ENOMEM);
    harness_fail_allocation(0);
}

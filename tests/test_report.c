#include "harness.h"

#include <string.h>

#include <furrow/report.h>

/* Two ways and a third, with figures that are easy to follow. */
static double serial_wall[] = {0.010, 0.011, 0.012};
static double one_wall[] = {0.011, 0.012, 0.013};
static double two_wall[] = {0.005, 0.0055, 0.006};
static double cpu[] = {0.01, 0.01, 0.01};

static furrow_measurement way(const char *name, double *wall, int threads, furrow_backend backend)
{
    furrow_measurement way = {.count = 3, .wall = wall, .cpu = cpu};
    strcpy(way.name, name);
    way.plan = (furrow_plan){
        threads, backend, FURROW_SCHEDULE_DYNAMIC, 16, {.cause = FURROW_CAUSE_REQUEST}};
    furrow_stats_summarise(&way.wall_time, wall, 3);
    furrow_stats_summarise(&way.cpu_time, cpu, 3);
    furrow_stats_ratio(&way.speedup[0], serial_wall, wall, 3);
    furrow_stats_ratio(&way.speedup[1], one_wall, wall, 3);
    way.work.items = 1000;
    return way;
}

static furrow_measurements example(furrow_measurement ways[3])
{
    ways[0] = way("serial", serial_wall, 1, FURROW_BACKEND_SERIAL);
    ways[1] = way("1 thread", one_wall, 1, FURROW_BACKEND_FOR);
    ways[2] = way("planned", two_wall, 2, FURROW_BACKEND_FOR);
    return (furrow_measurements){.count = 3, .ways = ways, .rounds = 3};
}

/* A sink into text. */
struct page {
    char text[8192];
    size_t size;
};

static int print(const char *bytes, size_t size, void *context)
{
    struct page *page = context;
    if (page->size + size >= sizeof page->text)
        return FURROW_EFBIG;
    memcpy(page->text + page->size, bytes, size);
    page->size += size;
    page->text[page->size] = '\0';
    return FURROW_OK;
}

static int refuse(const char *bytes, size_t size, void *context)
{
    (void)context;
    (void)bytes;
    (void)size;
    return FURROW_EIO;
}

TEST(the_table_shows_times_both_speedups_reasons_and_doubts)
{
    furrow_measurement ways[3];
    furrow_measurements measurements = example(ways);
    struct page page = {.size = 0};
    REQUIRE_EQUAL(furrow_report_table(&measurements, "An example", 1, print, &page), 0);
    EXPECT_TEXT(
        page.text,
        "An example\n"
        "3 rounds, ways interleaved; medians with exact 95 % intervals; speedups from pairs\n"
        "way                 plan     time                95 %  over serial          95 %"
        "  over 1 thread          95 %      CPU           rate\n"
        "serial            serial  11.0 ms  [10.0 ms, 12.0 ms]        1.00x  [1.00, 1.00]"
        "          1.09x  [1.08, 1.10]  10.0 ms  90.9 kitems/s\n"
        "1 thread  1 x dynamic,16  12.0 ms  [11.0 ms, 13.0 ms]        0.92x  [0.91, 0.92]"
        "          1.00x  [1.00, 1.00]  10.0 ms  83.3 kitems/s\n"
        "planned   2 x dynamic,16  5.50 ms  [5.00 ms, 6.00 ms]        2.00x  [2.00, 2.00]"
        "          2.18x  [2.17, 2.20]  10.0 ms   182 kitems/s\n"
        "planned: 2 threads, as asked; dynamic, 16 items at a time\n"
        "Doubt: 3 rounds give intervals of 75 % only; try --rounds 10 or more\n"
        "Doubt: 3 of 3 times scatter by more than 10 %; try more --rounds on a quieter machine\n"
        "Note: 1 way used more threads than the 1 usable CPUs, which helps only items that wait\n");
}

TEST(a_way_that_lost_to_one_thread_is_doubted)
{
    furrow_measurement ways[3];
    furrow_measurements measurements = example(ways);
    furrow_stats_ratio(&ways[2].speedup[0], two_wall, serial_wall, 3);
    struct page page = {.size = 0};
    REQUIRE_EQUAL(furrow_report_table(&measurements, "An example", 2, print, &page), 0);
    EXPECT_CONTAINS(page.text, "Doubt: 1 way lost to one thread; where other programs hold the "
                               "CPUs, OMP_WAIT_POLICY=passive may help\n");
}

TEST(a_measurement_without_rounds_says_so)
{
    furrow_measurements nothing = {0};
    struct page page = {.size = 0};
    REQUIRE_EQUAL(furrow_report_table(&nothing, "Empty", 0, print, &page), 0);
    EXPECT_TEXT(page.text, "Empty: nothing was measured\n");
}

TEST(a_record_has_every_sample)
{
    furrow_measurement ways[3];
    furrow_measurements measurements = example(ways);
    measurements.count = 1;
    struct page page = {.size = 0};
    furrow_writer *writer;
    REQUIRE_EQUAL(furrow_writer_new(&writer, FURROW_FORMAT_JSONL, NULL, print, &page), 0);
    EXPECT_EQUAL(furrow_report_records(&measurements, writer), 0);
    EXPECT_EQUAL(furrow_writer_finish(writer), 0);
    furrow_writer_free(writer);
    EXPECT_TEXT(page.text,
                "{\"way\": \"serial\", \"threads\": 1, \"backend\": \"serial\", \"schedule\": "
                "\"dynamic\", \"chunk\": 16, \"rounds\": 3, \"median\": 0.011000000, \"low\": "
                "0.010000000, \"high\": 0.012000000, \"coverage\": 0.750000, \"minimum\": "
                "0.010000000, \"maximum\": 0.012000000, \"cpu\": 0.010000000, \"speedup_serial\": "
                "1.000000, \"speedup_serial_low\": 1.000000, \"speedup_serial_high\": 1.000000, "
                "\"speedup_one\": 1.090909, \"speedup_one_low\": 1.083333, \"speedup_one_high\": "
                "1.100000, \"reason\": \"1 thread, as asked\", "
                "\"samples\": [0.010000000, 0.011000000, "
                "0.012000000]}\n");
}

TEST(a_sink_that_fails_ends_the_report)
{
    furrow_measurement ways[3];
    furrow_measurements measurements = example(ways);
    EXPECT_EQUAL(furrow_report_table(&measurements, "An example", 1, refuse, NULL), FURROW_EIO);
}

TEST(a_report_without_memory_says_so)
{
    furrow_measurement ways[3];
    furrow_measurements measurements = example(ways);
    struct page page = {.size = 0};
    harness_fail_allocation(1);
    EXPECT_EQUAL(furrow_report_table(&measurements, "An example", 1, print, &page), FURROW_ENOMEM);
}

TEST(seconds_read_well_at_every_size)
{
    const struct {
        double seconds;
        int digits;
        const char *text;
    } table[] = {
        {0, 3, "0.00 ns"},        {1.5e-9, 3, "1.50 ns"},   {999.4e-9, 3, "999 ns"},
        {999.6e-9, 3, "1.00 us"}, {1.234e-6, 3, "1.23 us"}, {12.34e-6, 3, "12.3 us"},
        {123.4e-6, 3, "123 us"},  {0.05, 3, "50.0 ms"},     {0.9996, 3, "1.00 s"},
        {1.2345, 4, "1.234 s"},   {59.96, 3, "60.0 s"},     {3600, 3, "3600 s"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        char text[32];
        EXPECT_TEXT(furrow_report_seconds(text, table[i].seconds, table[i].digits), table[i].text);
    }
}

#include "plan_choice.h"

/*
 * By hand, of FURROW_PLAN_TYPICAL_COSTS. 10000 items on 4 threads make 64 chunks each of 39: of 3
 * us items 117 us, more than 100 dispatches of 0.1 us, but less than 100 of 2 us, which are 1 % of
 * 67 items. Of items without end 3333 take 10 ms; 7 of 1 ms take less. At most one item a thread
 * leaves nothing to hand out.
 *
 * 100 items of 0.1 us on 4 threads: 2.5 us and a region of 4.4 us; guided, they come in
 * 8 (1 + ln(100 / 8)) = 28 pieces, which costs 0.7 us more, and 0.2 us for handing out at all;
 * blocks a quarter longer cost 0.6 us more. Of 0.2 us on 8 threads, 45 pieces: 13 * 0.2 + 0.57 +
 * 0.2 + 5.2 = 8.57 us, blocks 1.25 * 13 * 0.2 + 5.2 = 8.45 us; on 16, blocks take 1.25 * 7 * 0.2
 * + 6.8 = 8.55 us; on 4, pieces take 25 * 0.2 + 0.7 + 0.2 + 4.4 = 10.3 us. Were handing out free,
 * the pieces on 8 would take 8.37 us.
 */
TEST(plans_are_those_made_by_hand)
{
    static const struct choice table[] = {
        {"no items", {0}, {.cpus = 4}, 1, SERIAL, DYNAMIC, 0, "nothing to do"},
        {"one item",
         {0},
         {.items = 1, .cpus = 4},
         1,
         SERIAL,
         DYNAMIC,
         0,
         "1 thread: there is one item"},
        {"one CPU",
         {0},
         {.items = 99, .usage = COMPUTE(1)},
         1,
         SERIAL,
         DYNAMIC,
         0,
         "one usable CPU"},
        {"one item less than CPUs, not tried",
         {0},
         {.items = 3, .cpus = 4},
         3,
         FOR,
         STATIC,
         0,
         "3 items are too few to try one first"},
        {"one item less than CPUs",
         {0},
         {.items = 7, .cpus = 8, .usage = COMPUTE(1)},
         7,
         FOR,
         STATIC,
         0,
         "7 s of work"},
        {"as many items as CPUs",
         {0},
         {.items = 4, .cpus = 4, .usage = COMPUTE(1)},
         4,
         FOR,
         STATIC,
         0,
         "4 threads for 4 CPUs: 4 s of work in items of 1 s"},
        {"one item more than CPUs",
         {0},
         {.items = 9, .cpus = 8, .usage = COMPUTE(1)},
         8,
         FOR,
         GUIDED,
         1,
         "9 s of work"},
        {"items that none but all CPUs even out",
         {0},
         {.items = 3, .cpus = 3, .usage = COMPUTE(1)},
         3,
         FOR,
         STATIC,
         0,
         "3 threads for 3 CPUs"},
        {"items of 3 us",
         {0},
         {.items = 10000, .cpus = 4, .usage = COMPUTE(3e-6)},
         4,
         FOR,
         DYNAMIC,
         39,
         "30 ms of work in items of 3 us; dynamic, 39 items at a time"},
        {"items of 3 us, dear to hand out",
         {0},
         {.items = 10000, .cpus = 4, .usage = COMPUTE(3e-6), .costs = {.dispatch = 2e-6}},
         4,
         FOR,
         GUIDED,
         67,
         "guided, at least 67 items at a time"},
        {"a chunk that would leave the last uneven",
         {0},
         {.items = 320, .cpus = 4, .usage = COMPUTE(3e-7)},
         4,
         FOR,
         GUIDED,
         5,
         "items of 300 ns"},
        {"half of all the items that there can be",
         {0},
         {.items = SIZE_MAX / 2 + 1, .cpus = 4, .usage = COMPUTE(3e-6)},
         4,
         FOR,
         DYNAMIC,
         3333,
         "4 threads for 4 CPUs"},
        {"all of them",
         {0},
         {.items = SIZE_MAX, .cpus = 4, .usage = COMPUTE(3e-6)},
         4,
         FOR,
         DYNAMIC,
         3333,
         "4 threads for 4 CPUs"},
        {"more CPUs than can be",
         {0},
         {.items = SIZE_MAX, .cpus = INT_MAX, .usage = COMPUTE(1)},
         INT_MAX,
         FOR,
         GUIDED,
         1,
         "2147483647 threads"},
        {"enormous items",
         {0},
         {.items = 100, .cpus = 8, .usage = COMPUTE(1e6)},
         8,
         FOR,
         GUIDED,
         1,
         "1e+08 s of work"},
        {"less work than a region costs",
         {0},
         {.items = 100, .cpus = 4, .usage = COMPUTE(1e-8)},
         1,
         SERIAL,
         DYNAMIC,
         0,
         "1 us of work would gain less than the 4 us that a parallel region costs"},
        {"more work than a region costs, but no more than it saves",
         {0},
         {.items = 100, .cpus = 4, .usage = COMPUTE(6e-8)},
         1,
         SERIAL,
         DYNAMIC,
         0,
         "6 us of work would gain less"},
        {"little work, dear to hand out piece by piece",
         {0},
         {.items = 100, .cpus = 4, .usage = COMPUTE(1e-7)},
         4,
         FOR,
         STATIC,
         0,
         "10 us of work in items of 100 ns; static, one block each"},
        {"the same in pieces, as asked",
         {.chunk = 3},
         {.items = 100, .cpus = 4, .usage = COMPUTE(1e-7)},
         4,
         FOR,
         GUIDED,
         3,
         "guided, at least 3 items at a time, as asked"},
        {"fewer threads than CPUs",
         {0},
         {.items = 100, .cpus = 128, .usage = COMPUTE(2e-7)},
         8,
         FOR,
         STATIC,
         0,
         "8 threads for 128 CPUs: 20 us of work"},
        {"fewer threads than CPUs, free to hand out",
         {0},
         {.items = 100, .cpus = 128, .usage = COMPUTE(2e-7), .costs = {.share = 1e-9}},
         8,
         FOR,
         GUIDED,
         1,
         "8 threads for 128 CPUs: 20 us of work"},
        {"items that cost nothing",
         {0},
         {.items = 1000, .cpus = 4, .usage = COMPUTE(0)},
         1,
         SERIAL,
         DYNAMIC,
         0,
         "0 ns of work would gain less"},
        {"all items there can be, that cost nothing",
         {0},
         {.items = SIZE_MAX, .cpus = 4, .usage = COMPUTE(0)},
         1,
         SERIAL,
         DYNAMIC,
         0,
         "0 ns of work would gain less"},
        {"times that cannot be",
         {0},
         {.items = 1000, .cpus = 4, .usage = {.items = 10, .wall = -1, .cpu = -1}},
         1,
         SERIAL,
         DYNAMIC,
         0,
         "0 ns of work"},
        {"times that are no numbers",
         {0},
         {.items = 1000, .cpus = 4, .usage = {.items = 10, .wall = NAN, .cpu = NAN}},
         1,
         SERIAL,
         DYNAMIC,
         0,
         "0 ns of work"},
        {"late, but by no fault of their own",
         {0},
         {.items = 1000, .cpus = 2, .usage = {.items = 10, .wall = 0.1, .cpu = 0.01, .waits = 4}},
         2,
         FOR,
         DYNAMIC,
         7,
         "1 s of work in items of 1 ms"},
        {"computing items under a thread limit",
         {0},
         {.items = 1000, .cpus = 8, .thread_limit = 3, .usage = COMPUTE(1)},
         3,
         FOR,
         DYNAMIC,
         1,
         "3 threads for 8 CPUs"},
        {"a thread limit of one",
         {0},
         {.items = 1000, .cpus = 8, .thread_limit = 1, .usage = COMPUTE(1)},
         1,
         SERIAL,
         DYNAMIC,
         0,
         "OMP_THREAD_LIMIT is 1"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        chooses(&table[i]);
}

TEST(no_request_is_a_request_for_everything)
{
    const furrow_plan_facts facts = {.items = 1000, .cpus = 4, .usage = COMPUTE(1)};
    const furrow_plan everything = {0};
    furrow_plan plan, asked;
    EXPECT_EQUAL(furrow_plan_choose(&plan, NULL, &facts), FURROW_OK);
    EXPECT_EQUAL(furrow_plan_choose(&asked, &everything, &facts), FURROW_OK);
    EXPECT_EQUAL(plan.grounds.cause, asked.grounds.cause);
}

/* Whatever the items cost: dispatch at most 1 % of a chunk, or sixteen chunks for each thread. */
TEST(chunks_are_the_smallest_that_are_cheap_to_hand_out)
{
    for (double item = 1e-9; item < 1; item *= 1.7)
        for (size_t items = 2; items < 1000000000; items = items * 3 + 1) {
            const furrow_plan request = {.threads = 3, .schedule = GUIDED};
            const furrow_plan_facts facts = {.items = items, .cpus = 3, .usage = COMPUTE(item)};
            furrow_plan plan;
            harness_case("%zu items of %g s", items, item);
            EXPECT_EQUAL(furrow_plan_choose(&plan, &request, &facts), FURROW_OK);
            size_t most = items / 48 ? items / 48 : 1;
            double budget = 0.01 * item * (1 + 1e-9);
            EXPECT(plan.chunk >= 1 && plan.chunk <= most);
            EXPECT(plan.chunk == most || 1e-7 <= budget * (double)plan.chunk);
            EXPECT(plan.chunk == 1 || 1e-7 > 0.01 * item * (double)(plan.chunk - 1) * (1 - 1e-9));
        }
}

TEST(what_cannot_be_planned_is_refused)
{
    static const struct {
        furrow_plan request;
        furrow_plan_facts facts;
    } table[] = {
        {{.threads = -1}, {0}},
        {{.threads = INT_MIN}, {.items = 1000}},
        {{.backend = (furrow_backend)4}, {0}},
        {{.backend = (furrow_backend)-1}, {0}},
        {{.schedule = (furrow_schedule)4}, {0}},
        {{.schedule = (furrow_schedule)-1}, {0}},
        {{0}, {.cpus = -1}},
        {{0}, {.thread_limit = -1}},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        furrow_plan plan;
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow_plan_choose(&plan, &table[i].request, &table[i].facts), FURROW_EINVAL);
        EXPECT(!furrow_plan_needs_pilot(&table[i].request, &table[i].facts));
    }
}

TEST(backends_have_names)
{
    static const char *const names[] = {"auto", "serial", "for", "taskloop", "unknown"};
    for (int i = 0; i < 5; i++)
        EXPECT_TEXT(furrow_backend_name((furrow_backend)i), names[i]);
    EXPECT_TEXT(furrow_backend_name((furrow_backend)-1), "unknown");
}

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
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow_plan_waits(&table[i].usage), table[i].waits);
    }
}

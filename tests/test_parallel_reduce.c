#include "every_plan.h"

#include <pthread.h>
#include <stdint.h>

#include <furrow/cpu.h>

/* One partial: a sum whose rounding depends on the order, and the item after the last. */
struct partial {
    double sum;
    size_t next;
    bool gap;
};

static double term(size_t i)
{
    return 1.0 / (1.0 + (double)i * 0.37) - 0.3;
}

static int sum_terms(const furrow_range *range, const void *context)
{
    (void)context;
    struct partial *partial = range->results;
    if (partial->next != 0)
        return 97;
    for (size_t i = range->begin; i < range->end; i++)
        partial->sum += term(i);
    partial->next = range->end;
    partial->gap = false;
    return FURROW_OK;
}

static int fold_sum(void *into, const void *from, const void *context)
{
    struct partial *total = into;
    const struct partial *partial = from;
    (void)context;
    total->sum += partial->sum;
    total->gap |= partial->next <= total->next;
    total->next = partial->next;
    return FURROW_OK;
}

static struct partial expected_sum;

static void sums_the_same(const furrow_plan *plan, size_t n)
{
    struct partial total = {0};
    furrow_parallel_outcome outcome = {0};
    const furrow_parallel_options options = {.plan = *plan, .outcome = &outcome};
    EXPECT_EQUAL(
        furrow_parallel_reduce(&total, sizeof total, &options, n, sum_terms, fold_sum, NULL),
        FURROW_OK);
    EXPECT(memcmp(&total.sum, &expected_sum.sum, sizeof total.sum) == 0);
    EXPECT_EQUAL(total.next, n);
    EXPECT(!total.gap);
    EXPECT_EQUAL(outcome.usage.items, n);
    EXPECT(outcome.plan.threads >= 1 && outcome.plan.reason.cause);
}

TEST(a_sum_is_the_same_to_the_last_bit_however_it_is_run)
{
    static const size_t sizes[] = {0, 1, 2, 1023, 1024, 1025, 2048, 10007, 1000003};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        const furrow_parallel_options serial = {.plan = {.backend = FURROW_BACKEND_SERIAL}};
        double sum = 0;
        expected_sum = (struct partial){0};
        REQUIRE_EQUAL(furrow_parallel_reduce(&expected_sum, sizeof expected_sum, &serial, sizes[i],
                                             sum_terms, fold_sum, NULL),
                      FURROW_OK);
        for (size_t item = 0; item < sizes[i]; item++)
            sum += term(item);
        EXPECT_NEAR(expected_sum.sum, sum, 1e-6);
        if (sizes[i] <= MOST) {
            for_each_plan(sizes[i], sums_the_same);
            continue;
        }
        for (int threads = 0; threads <= 8; threads++) {
            const furrow_plan plan = {.threads = threads};
            harness_case("%d threads", threads);
            sums_the_same(&plan, sizes[i]);
        }
    }
}

/* Costs are per item: 1000000 items make 1024 blocks of 977, so with items of 0.9 ns a dispatch of
 * 100 ns is 1 % of 11.4 blocks. */
TEST(costs_of_items_are_those_of_blocks_a_thousandfold)
{
    struct partial total = {0};
    furrow_parallel_outcome outcome = {0};
    const furrow_parallel_options options = {
        .plan = {.threads = 2, .backend = FURROW_BACKEND_FOR},
        .facts = {.usage = {.items = 1000, .wall = 0.9e-6, .cpu = 0.9e-6},
                  .costs = {.dispatch = 1e-7}},
        .outcome = &outcome};
    EXPECT_EQUAL(
        furrow_parallel_reduce(&total, sizeof total, &options, 1000000, sum_terms, fold_sum, NULL),
        FURROW_OK);
    if (outcome.plan.threads == 2 && !outcome.plan.reason.environment)
        EXPECT_EQUAL(outcome.plan.chunk, 12);
    EXPECT_EQUAL(outcome.usage.items, 1000000);
}

static int stop_sum(const furrow_range *range, const void *context)
{
    const size_t *failing = context;
    for (int f = 0; f < 2; f++)
        if (range->begin <= failing[f] && failing[f] < range->end)
            return 1 + f;
    return sum_terms(range, context);
}

static int stop_fold(void *into, const void *partial, const void *context)
{
    fold_sum(into, partial, context);
    return ((struct partial *)into)->next >= 300 ? 66 : FURROW_OK;
}

static void stops_reducing(const furrow_plan *plan, size_t n)
{
    const size_t failing[] = {n - 1, n / 2};
    struct partial total = {0};
    const furrow_parallel_options options = {.plan = *plan};
    EXPECT_EQUAL(
        furrow_parallel_reduce(&total, sizeof total, &options, n, stop_sum, fold_sum, failing), 2);
    EXPECT_EQUAL(total.next, 0);
    EXPECT_EQUAL(
        furrow_parallel_reduce(&total, sizeof total, &options, n, sum_terms, stop_fold, NULL), 66);
    EXPECT(total.next >= 300 && total.next < 305);
}

TEST(a_reduction_stops_with_the_code_of_the_serial_loop)
{
    for_each_plan(4001, stops_reducing);
}

TEST(a_reduction_without_its_functions_is_refused)
{
    struct partial total = {0};
    EXPECT_EQUAL(furrow_parallel_reduce(&total, sizeof total, NULL, 9, NULL, fold_sum, NULL),
                 FURROW_EINVAL);
    EXPECT_EQUAL(furrow_parallel_reduce(&total, sizeof total, NULL, 9, sum_terms, NULL, NULL),
                 FURROW_EINVAL);
    EXPECT_EQUAL(furrow_parallel_reduce(&total, 0, NULL, 9, sum_terms, fold_sum, NULL),
                 FURROW_EINVAL);
}

static void *call_from_thread(void *context)
{
    int *wrong = context;
    for (int round = 0; round < 20; round++) {
        struct partial total = {0};
        const furrow_parallel_options options = {
            .plan = {.threads = 2, .backend = FURROW_BACKEND_FOR}};
        *wrong += furrow_parallel_reduce(&total, sizeof total, &options, 5000, sum_terms, fold_sum,
                                         NULL) != FURROW_OK;
        *wrong += memcmp(&total.sum, &expected_sum.sum, sizeof total.sum) != 0;
        const size_t failing[] = {4000, 2000};
        *wrong += furrow_parallel_reduce(&total, sizeof total, &options, 5000, stop_sum, fold_sum,
                                         failing) != 2;
    }
    return NULL;
}

TEST(several_threads_of_a_program_call_at_once)
{
    enum { CALLERS = 4 };
    pthread_t callers[CALLERS];
    int wrong[CALLERS] = {0};
    expected_sum = (struct partial){0};
    REQUIRE_EQUAL(furrow_parallel_reduce(&expected_sum, sizeof expected_sum, NULL, 5000, sum_terms,
                                         fold_sum, NULL),
                  FURROW_OK);
    for (int i = 0; i < CALLERS; i++)
        REQUIRE_EQUAL(pthread_create(&callers[i], NULL, call_from_thread, &wrong[i]), 0);
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(callers[i], NULL);
        EXPECT_EQUAL(wrong[i], 0);
    }
}

TEST(each_failed_allocation_of_a_reduction_is_reported_or_does_no_harm)
{
    furrow_cpu_count(); /* the first call allocates, and its result is kept */
    for (size_t n = 1;; n++) {
        struct partial total = {0};
        harness_case("allocation %zu", n);
        harness_fail_allocation(n);
        int status =
            furrow_parallel_reduce(&total, sizeof total, NULL, 2000, sum_terms, fold_sum, NULL);
        if (harness_fail_allocation(0) < n)
            break;
        EXPECT(status == FURROW_ENOMEM || status == FURROW_OK);
        EXPECT(status || total.next == 2000);
    }
}

TEST(a_reduction_of_items_numbered_beyond_the_last_size_is_refused)
{
    struct partial total = {0};
    const furrow_parallel_options options = {.first = SIZE_MAX - 1};
    EXPECT_EQUAL(
        furrow_parallel_reduce(&total, sizeof total, &options, 3, sum_terms, fold_sum, NULL),
        FURROW_EINVAL);
    EXPECT_EQUAL(total.next, 0);
}

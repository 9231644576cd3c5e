/*
 * squares: maps 1 ... n to their squares and reduces the squares to their sum.
 *
 * The smallest map and reduce: the result of item i is (i + 1)^2, and partial sums are added up. An
 * item costs less than a nanosecond, so that this kernel measures the cost of a schedule. With one
 * item per chunk the threads wait for each other, and below some ten thousand items no chunk size
 * makes a second thread pay.
 *
 * The variant `plain` is the same work without Furrow. The others leave out the map and sum by
 * OpenMP alone, in three ways: one shared total that all threads update (`atomic`), recursive
 * halves as tasks (`tasks`), and the reduction clause (`reduction`). All are exact, since integers
 * may be added in any order.
 *
 * Verified by n (n + 1) (2 n + 1) / 6 (Archimedes, On Spirals, proposition 10).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <furrow/kernel.h>

/* The largest n whose sum of squares is below 2^64. */
#define MAX_ITEMS 3810777u

static const furrow_param params[] = {
    {
        .name = "n",
        .type = FURROW_PARAM_COUNT,
        .value = "5",
        .help = "squares of 1 ... N",
        .argument = "N",
        .positional = true,
    },
    {0},
};

struct squares {
    uint64_t n;
    uint64_t sum;
};

static int setup(void **state, const furrow_args *args, furrow_error *error)
{
    uint64_t n = furrow_args_count(args, "n");
    if (n > MAX_ITEMS)
        return furrow_error_set(
            error, FURROW_EOVERFLOW,
            "N: expected at most %u, so that the sum is below 2^64, got %" PRIu64, MAX_ITEMS, n);
    struct squares *squares = calloc(1, sizeof *squares);
    if (!squares)
        return FURROW_ENOMEM;
    squares->n = n;
    *state = squares;
    return FURROW_OK;
}

static int begin(void *state, size_t round, furrow_error *error)
{
    struct squares *squares = state;
    (void)round, (void)error;
    squares->sum = 0;
    return FURROW_OK;
}

static furrow_shape shape(const void *state)
{
    const struct squares *squares = state;
    return (furrow_shape){
        .items = (size_t)squares->n,
        .result_size = sizeof(uint64_t),
        .work.items = (double)squares->n,
    };
}

static int body(const furrow_range *range, const void *state)
{
    const furrow_range own = *range; /* a local copy, which no store to a slot can change */
    (void)state;
    for (uint64_t i = own.begin; i < own.end; i++)
        FURROW_RESULT(&own, uint64_t, i) = (i + 1) * (i + 1);
    return FURROW_OK;
}

/* Adds up a block of squares, on the thread that finished the block. */
static int add(void *partial, const furrow_batch *batch, const void *state)
{
    uint64_t sum = 0;
    (void)state;
    for (size_t i = batch->begin; i < batch->end; i++)
        sum += FURROW_BATCH_RESULT(batch, uint64_t, i);
    *(uint64_t *)partial = sum;
    return FURROW_OK;
}

static int fold(void *state, const void *partial)
{
    struct squares *squares = state;
    squares->sum += *(const uint64_t *)partial;
    return FURROW_OK;
}

static const furrow_partial partial_sum = {sizeof(uint64_t), add, fold};

static int emit(const void *state, const furrow_record *record, furrow_writer *writer)
{
    (void)state;
    furrow_writer_begin(writer);
    furrow_writer_count(writer, "square", *(const uint64_t *)record->result);
    return furrow_writer_end(writer);
}

static int tell(void *state, furrow_moment moment, FILE *log, furrow_error *error)
{
    const struct squares *squares = state;
    (void)error;
    if (log && moment == FURROW_AFTER)
        fprintf(log, "sum %" PRIu64 "\n", squares->sum);
    return FURROW_OK;
}

static int verify(const void *state, furrow_error *error)
{
    const struct squares *squares = state;
    uint64_t n = squares->n;
    /* Divides as early as possible, so that no product is larger than the sum. */
    uint64_t expected = n * (n + 1) / 2;
    expected = expected % 3 ? expected * ((2 * n + 1) / 3) : expected / 3 * (2 * n + 1);
    if (squares->sum == expected)
        return FURROW_OK;
    return furrow_error_set(error, FURROW_EVERIFY,
                            "sum of the squares of 1 ... %" PRIu64 ": expected %" PRIu64
                            ", got %" PRIu64,
                            n, expected, squares->sum);
}

/* As a program without Furrow would do it: writes a block of squares that stays in a cache, and
 * adds up the block. */
static int sum_plainly(void *state, const furrow_plan *plan)
{
    enum { BLOCK = 8192 };
    static uint64_t square[BLOCK];
    struct squares *squares = state;
    uint64_t sum = 0;
    (void)plan;
    for (uint64_t begin = 1; begin <= squares->n; begin += BLOCK) {
        uint64_t left = squares->n - begin + 1, count = left < BLOCK ? left : BLOCK;
        for (uint64_t i = 0; i < count; i++)
            square[i] = (begin + i) * (begin + i);
        for (uint64_t i = 0; i < count; i++)
            sum += square[i];
    }
    squares->sum = sum;
    return FURROW_OK;
}

/* Each thread adds up its own share, and OpenMP adds the sums of the threads. */
static int sum_by_reduction(void *state, const furrow_plan *plan)
{
    struct squares *squares = state;
    uint64_t n = squares->n, sum = 0;
    int threads = plan->threads;
    (void)threads;
#pragma omp parallel for num_threads(threads) schedule(static) default(none) shared(n)             \
    reduction(+ : sum)
    for (uint64_t i = 1; i <= n; i++)
        sum += i * i;
    squares->sum = sum;
    return FURROW_OK;
}

/* The sum over [begin, end). Left halves become tasks, down to leaves that are still larger than
 * the cost of a task. Any idle thread takes a task, whatever the number of threads. */
static uint64_t sum_by_halves(uint64_t begin, uint64_t end)
{
    const uint64_t leaf = 4096;
    uint64_t left = 0, right;
    if (end - begin <= leaf) {
        for (uint64_t i = begin; i < end; i++)
            left += i * i;
        return left;
    }
    uint64_t middle = begin + (end - begin) / 2;
#pragma omp task default(none) firstprivate(begin, middle) shared(left)
    left = sum_by_halves(begin, middle);
    right = sum_by_halves(middle, end);
#pragma omp taskwait
    return left + right;
}

static int sum_by_tasks(void *state, const furrow_plan *plan)
{
    struct squares *squares = state;
    int threads = plan->threads;
    (void)threads;
#pragma omp parallel num_threads(threads) default(none) shared(squares)
#pragma omp single
    squares->sum = sum_by_halves(1, squares->n + 1);
    return FURROW_OK;
}

/* One total for all threads: correct, but its cache line moves to another core for each item. */
static int sum_by_atomic(void *state, const furrow_plan *plan)
{
    struct squares *squares = state;
    uint64_t n = squares->n, sum = 0;
    int threads = plan->threads;
    (void)threads;
#pragma omp parallel for num_threads(threads) schedule(static) default(none) shared(n, sum)
    for (uint64_t i = 1; i <= n; i++) {
#pragma omp atomic update
        sum += i * i;
    }
    squares->sum = sum;
    return FURROW_OK;
}

static const furrow_variant variants[] = {
    {"plain", "the same work as a plain C loop on one thread", sum_plainly},
    {"atomic", "one shared total, updated atomically: correct but slow", sum_by_atomic},
    {"tasks", "recursive halves as OpenMP tasks", sum_by_tasks},
    {"reduction", "omp parallel for reduction: one total per thread", sum_by_reduction},
    {0},
};

const furrow_kernel furrow_kernel_squares = {
    .abi = FURROW_KERNEL_ABI,
    .flags = FURROW_KERNEL_FILLS,
    .name = "squares",
    .summary = "map 1 ... N to their squares, reduce to the sum",
    .help = "Examples:\n"
            "  furrow squares 5\n"
            "  furrow squares 5 --format list\n"
            "  furrow bench squares 3000000",
    .params = params,
    .setup = setup,
    .teardown = free,
    .begin = begin,
    .shape = shape,
    .body = body,
    .partial = &partial_sum,
    .formats = (const furrow_kernel_format[]){{.emit = emit}, {0}},
    .verify = verify,
    .tell = tell,
    .variants = variants,
};

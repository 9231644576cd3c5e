/*
 * sigmoid: 1 / (1 + e^-x) of each number in the arguments or on the input.
 *
 * A kernel that reads its items: `setup` takes all numbers from the arguments, or from the stream
 * that "-" names, and checks them before anything runs; `next` feeds them to the bodies. For
 * negative x the formula is e^x / (1 + e^x), so that the exponent is never above 0: nothing
 * overflows, and tiny results keep their digits. Both formulas are within 3 units in the last place
 * of the true value.
 *
 * Verified by (1 + tanh(x / 2)) / 2, another formula for the same function.
 */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <furrow/kernel.h>

static const furrow_param params[] = {
    {
        .name = "numbers",
        .type = FURROW_PARAM_LIST,
        .help = "the numbers; none or -: read numbers from the input, one or more per line",
        .argument = "X",
        .positional = true,
    },
    {0},
};

struct sigmoid {
    size_t count, room;
    double *x, *y; /* count each; y is written by combine */
    size_t fed;
};

static double logistic(double x)
{
    double power = exp(-fabs(x));
    return x < 0 ? power / (1 + power) : 1 / (1 + power);
}

static bool parse(double *x, const char *text)
{
    char *end;
    *x = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*x);
}

static int append(struct sigmoid *sigmoid, double x)
{
    if (sigmoid->count == sigmoid->room) {
        size_t room = sigmoid->room ? 2 * sigmoid->room : 16;
        double *grown = realloc(sigmoid->x, room * sizeof *grown);
        if (!grown)
            return FURROW_ENOMEM;
        sigmoid->x = grown;
        sigmoid->room = room;
    }
    sigmoid->x[sigmoid->count++] = x;
    return FURROW_OK;
}

static int read_arguments(struct sigmoid *sigmoid, const char *const *numbers, size_t count,
                          furrow_error *error)
{
    for (size_t i = 0; i < count; i++) {
        double x;
        if (!parse(&x, numbers[i]))
            return furrow_error_set(error, FURROW_EINVAL,
                                    "argument %zu: expected a finite number, got '%s'", i + 1,
                                    numbers[i]);
        int status = append(sigmoid, x);
        if (status)
            return status;
    }
    return FURROW_OK;
}

static int read_line(struct sigmoid *sigmoid, char *line, size_t number, furrow_error *error)
{
    char *rest = NULL;
    for (char *word = strtok_r(line, " \t\r\n", &rest); word;
         word = strtok_r(NULL, " \t\r\n", &rest)) {
        double x;
        if (!parse(&x, word))
            return furrow_error_set(error, FURROW_EINVAL,
                                    "line %zu: expected a finite number, got '%s'", number, word);
        int status = append(sigmoid, x);
        if (status)
            return status;
    }
    return FURROW_OK;
}

static int read_input(struct sigmoid *sigmoid, FILE *input, furrow_error *error)
{
    if (!input)
        return furrow_error_set(error, FURROW_EINVAL,
                                "expected numbers as arguments, since there is no input to read");
    char *line = NULL;
    size_t size = 0;
    int status = FURROW_OK;
    ssize_t length;
    for (size_t number = 1; !status && (length = getline(&line, &size, input)) >= 0; number++)
        status = strlen(line) == (size_t)length
                     ? read_line(sigmoid, line, number, error)
                     : furrow_error_set(error, FURROW_EINVAL,
                                        "line %zu: expected numbers, got a zero byte", number);
    if (!status && ferror(input))
        status = furrow_error_set(error, FURROW_EIO, "input: %s", strerror(errno));
    free(line);
    return status;
}

static int read_numbers(struct sigmoid *sigmoid, const furrow_args *args, furrow_error *error)
{
    const char *const *numbers;
    size_t count = furrow_args_list(args, "numbers", &numbers);
    if (count == 0 || (count == 1 && strcmp(numbers[0], "-") == 0))
        return read_input(sigmoid, furrow_args_input(args), error);
    return read_arguments(sigmoid, numbers, count, error);
}

static void teardown(void *state)
{
    struct sigmoid *sigmoid = state;
    free(sigmoid->x);
    free(sigmoid->y);
    free(sigmoid);
}

static int setup(void **state, const furrow_args *args, furrow_error *error)
{
    struct sigmoid *sigmoid = calloc(1, sizeof *sigmoid);
    if (!sigmoid)
        return FURROW_ENOMEM;
    int status = read_numbers(sigmoid, args, error);
    if (!status && sigmoid->count > 0) {
        sigmoid->y = calloc(sigmoid->count, sizeof *sigmoid->y);
        if (!sigmoid->y)
            status = FURROW_ENOMEM;
    }
    if (status) {
        teardown(sigmoid);
        return status;
    }
    *state = sigmoid;
    return FURROW_OK;
}

/* The numbers are kept, since the input cannot be read twice. */
static int begin(void *state, size_t round, furrow_error *error)
{
    struct sigmoid *sigmoid = state;
    (void)round, (void)error;
    sigmoid->fed = 0;
    return FURROW_OK;
}

static furrow_shape shape(const void *state)
{
    const struct sigmoid *sigmoid = state;
    double count = (double)sigmoid->count;
    return (furrow_shape){
        .items = sigmoid->count,
        .result_size = sizeof(double),
        .work = {.items = count, .bytes = 2 * sizeof(double) * count},
    };
}

static int next(void *state, furrow_feed *feed, size_t capacity, furrow_error *error)
{
    struct sigmoid *sigmoid = state;
    int status = FURROW_OK;
    (void)capacity, (void)error;
    while (!status && sigmoid->fed < sigmoid->count && !furrow_feed_full(feed))
        status = furrow_feed_add(feed, &sigmoid->x[sigmoid->fed++], sizeof *sigmoid->x, NULL);
    return status;
}

static int body(const furrow_range *range, const void *state)
{
    (void)state;
    for (size_t i = range->begin; i < range->end; i++) {
        const double *x = furrow_range_item(range, i).bytes;
        FURROW_RESULT(range, double, i) = logistic(*x);
    }
    return FURROW_OK;
}

static int combine(void *state, const furrow_batch *batch)
{
    struct sigmoid *sigmoid = state;
    size_t count = batch->end - batch->begin;
    memcpy(sigmoid->y + batch->begin, batch->results, count * sizeof *sigmoid->y);
    return FURROW_OK;
}

static int emit(const void *state, const furrow_record *record, furrow_writer *writer)
{
    (void)state;
    furrow_writer_begin(writer);
    furrow_writer_real(writer, "x", *(const double *)record->item.bytes, 17);
    furrow_writer_real(writer, "sigmoid", *(const double *)record->result, 17);
    return furrow_writer_end(writer);
}

static int verify(const void *state, furrow_error *error)
{
    const struct sigmoid *sigmoid = state;
    for (size_t i = 0; i < sigmoid->count; i++) {
        double expected = 0.5 * (1 + tanh(0.5 * sigmoid->x[i]));
        if (!(fabs(sigmoid->y[i] - expected) <= 1e-15))
            return furrow_error_set(error, FURROW_EVERIFY,
                                    "sigmoid of %.17g: expected %.17g, got %.17g", sigmoid->x[i],
                                    expected, sigmoid->y[i]);
    }
    return FURROW_OK;
}

const furrow_kernel furrow_kernel_sigmoid = {
    .abi = FURROW_KERNEL_ABI,
    .name = "sigmoid",
    .summary = "1 / (1 + e^-x) of each number in the arguments or on the input",
    .help = "Examples:\n"
            "  furrow sigmoid 0.1 0.2 0.3\n"
            "  furrow sigmoid -- -1.5 2      (negative numbers follow --)\n"
            "  seq 0.1 0.1 0.9 | furrow sigmoid",
    .params = params,
    .setup = setup,
    .teardown = teardown,
    .begin = begin,
    .shape = shape,
    .next = next,
    .body = body,
    .combine = combine,
    .formats = (const furrow_kernel_format[]){{.field = "sigmoid", .emit = emit}, {0}},
    .verify = verify,
};

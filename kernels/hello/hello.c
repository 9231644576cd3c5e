/*
 * hello: greets the guests of a party, and counts handshakes.
 *
 * The kernel to copy: its parts stand in the order in which they are called. Guest i shakes hands
 * with the i guests who came before. An item is a guest. Items are independent, so that `body` may
 * run for any of them, on any thread, at any time; this file starts no threads.
 * include/furrow/kernel.h has the rules.
 */
#include <stdlib.h>

#include <furrow/kernel.h>

/* The parameters. A positional one needs no name: `furrow hello 8` is `furrow hello --guests 8`. */
static const furrow_param params[] = {
    {.name = "guests",
     .type = FURROW_PARAM_COUNT,
     .value = "3",
     .maximum = 1e9,
     .help = "the number of guests",
     .argument = "N",
     .positional = true},
    {0},
};

/* The state of a run. All functions get it as `void *`; `body` must not change it. */
struct party {
    size_t guests;
    size_t shakes; /* all handshakes, added up by combine */
};

/* Makes the state from the arguments, which have been checked against `params`. */
static int setup(void **state, const furrow_args *args, furrow_error *error)
{
    (void)error;
    struct party *party = *state = calloc(1, sizeof *party);
    if (party)
        party->guests = (size_t)furrow_args_count(args, "guests");
    return party ? FURROW_OK : FURROW_ENOMEM;
}

/* Called before each run: a benchmark runs the same state many times. */
static int begin(void *state, size_t round, furrow_error *error)
{
    (void)round, (void)error;
    ((struct party *)state)->shakes = 0;
    return FURROW_OK;
}

/* The number of items, and the size of a result in bytes. */
static furrow_shape shape(const void *state)
{
    const struct party *party = state;
    return (furrow_shape){.items = party->guests, .result_size = sizeof(size_t)};
}

/* The work, for many ranges at once. A body writes only to the result slots of its range. */
static int body(const furrow_range *range, const void *state)
{
    (void)state;
    for (size_t guest = range->begin; guest < range->end; guest++)
        FURROW_RESULT(range, size_t, guest) = guest;
    return FURROW_OK;
}

/* Takes finished items in order, on one thread, so that it may change the state. */
static int combine(void *state, const furrow_batch *batch)
{
    for (size_t guest = batch->begin; guest < batch->end; guest++)
        ((struct party *)state)->shakes += FURROW_BATCH_RESULT(batch, size_t, guest);
    return FURROW_OK;
}

/* Writes one item. Calls come in item order. The writer makes text, CSV or JSON of the record. */
static int emit(const void *state, const furrow_record *record, furrow_writer *writer)
{
    char greeting[80];
    (void)state;
    snprintf(greeting, sizeof greeting, "hello from guest %zu, who shook %zu hands", record->number,
             *(const size_t *)record->result);
    furrow_writer_begin(writer);
    furrow_writer_text(writer, "greeting", greeting);
    return furrow_writer_end(writer);
}

/* Checks the sum by another algorithm: n guests shake n - 1 hands each, and two make a handshake.
 */
static int verify(const void *state, furrow_error *error)
{
    const struct party *party = state;
    size_t n = party->guests, expected = n > 0 ? n * (n - 1) / 2 : 0;
    if (party->shakes == expected)
        return FURROW_OK;
    return furrow_error_set(error, FURROW_EVERIFY, "expected %zu handshakes, got %zu", expected,
                            party->shakes);
}

/* Tells the user about the run, on stderr. */
static int tell(void *state, furrow_moment moment, FILE *log, furrow_error *error)
{
    const struct party *party = state;
    (void)error;
    if (log && moment == FURROW_AFTER)
        fprintf(log, "%zu guests, %zu handshakes\n", party->guests, party->shakes);
    return FURROW_OK;
}

/* The kernel itself. All fields that are missing here are optional. */
const furrow_kernel furrow_kernel_hello = {
    .abi = FURROW_KERNEL_ABI,
    .name = "hello",
    .summary = "greet from every item; the kernel to copy",
    .help = "Examples:\n"
            "  furrow hello 8 --threads 2 --format json",
    .params = params,
    .setup = setup,
    .teardown = free,
    .begin = begin,
    .shape = shape,
    .body = body,
    .combine = combine,
    .formats = (const furrow_kernel_format[]){{.emit = emit}, {0}},
    .verify = verify,
    .tell = tell,
};

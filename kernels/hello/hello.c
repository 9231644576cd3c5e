/*
 * hello: greets everybody at a party, and counts the hands that were shaken.
 *
 *     $ furrow hello 3
 *     hello from guest 0, who shook 0 hands
 *     hello from guest 1, who shook 1 hands
 *     hello from guest 2, who shook 2 hands
 *
 * The kernel to copy: the smallest that has every part. Guest i comes as number i and shakes hands
 * with the i guests who are there. That is one item, and items are all alike and independent: so
 * `body` may run for any of them, on any thread, at any time, and everything else about running
 * them (how many threads, which items where, what to do when one fails) is not in this file.
 *
 * The parts stand in the order in which they are called; include/furrow/kernel.h has the rules.
 */
#include <stdio.h>
#include <stdlib.h>

#include <furrow/kernel.h>

/* What the user may set. Positional: `furrow hello 8` is `furrow hello --guests 8`. */
static const furrow_param params[] = {
    {
        .name = "guests",
        .type = FURROW_PARAM_COUNT,
        .value = "3",
        .maximum = 1e9,
        .help = "guests who come",
        .argument = "N",
        .positional = true,
    },
    {0},
};

/* Everything about one run. The functions get it as `void *`; only `body` gets it constant. */
struct party {
    size_t guests;
    uint64_t shakes; /* hands shaken, added up by combine */
};

/* Makes the state from the arguments, which the driver has checked against `params`. What can be
 * wrong beyond that is found here, before anything runs, and said in `error`. */
static int setup(void **state, const furrow_args *args, furrow_error *error)
{
    (void)error;
    struct party *party = calloc(1, sizeof *party);
    if (!party)
        return FURROW_ENOMEM;
    party->guests = (size_t)furrow_args_count(args, "guests");
    *state = party;
    return FURROW_OK;
}

/* How many items there are. (A kernel that learns it only on the way has `next` instead.) */
static size_t items(const void *state)
{
    const struct party *party = state;
    return party->guests;
}

/* Every item has a slot of this many bytes for its result. */
static size_t result_size(const void *state)
{
    (void)state;
    return sizeof(uint64_t);
}

/* The work: the items [begin, end). Many of these run at once, so a body writes to its own slots
 * and nothing else. It writes no threads. */
static int body(const furrow_range *range, const void *state)
{
    (void)state;
    for (size_t guest = range->begin; guest < range->end; guest++)
        FURROW_RESULT(range, uint64_t, guest) = guest;
    return FURROW_OK;
}

/* After a batch, on one thread, in item order: here results may change the state. */
static int combine(void *state, const furrow_batch *batch)
{
    struct party *party = state;
    const uint64_t *hands = batch->results;
    for (size_t i = 0; i < batch->end - batch->begin; i++)
        party->shakes += hands[i];
    return FURROW_OK;
}

/* Writes one record for each item, in item order, however the items ran. The writer makes text,
 * CSV or JSON of it, as the user asked. */
static int emit(const void *state, const furrow_batch *batch, furrow_writer *writer)
{
    const uint64_t *hands = batch->results;
    (void)state;
    for (size_t i = 0; i < batch->end - batch->begin; i++) {
        char greeting[80];
        snprintf(greeting, sizeof greeting, "hello from guest %zu, who shook %llu hands",
                 batch->begin + i, (unsigned long long)hands[i]);
        furrow_writer_begin(writer);
        furrow_writer_text(writer, "greeting", greeting);
        int status = furrow_writer_end(writer);
        if (status)
            return status;
    }
    return FURROW_OK;
}

/* One line on what came out. */
static void conclude(const void *state, char *text, size_t size)
{
    const struct party *party = state;
    snprintf(text, size, "%zu guests, %llu handshakes", party->guests,
             (unsigned long long)party->shakes);
}

/* Is it right? By another algorithm than the body's: each of n guests shakes n - 1 hands, and
 * every handshake takes two of them. */
static int verify(const void *state, furrow_error *error)
{
    const struct party *party = state;
    uint64_t n = party->guests;
    uint64_t expected = n == 0 ? 0 : n * (n - 1) / 2;
    if (party->shakes == expected)
        return FURROW_OK;
    return furrow_error_set(error, FURROW_EVERIFY, "%zu guests: expected %llu handshakes, got %llu",
                            party->guests, (unsigned long long)expected,
                            (unsigned long long)party->shakes);
}

/* Back to how setup left it: benchmarks run the same state again and again. */
static int reset(void *state)
{
    struct party *party = state;
    party->shakes = 0;
    return FURROW_OK;
}

/* Frees what setup made. */
static void teardown(void *state)
{
    free(state);
}

/* The kernel itself. What is not named here is optional and absent. */
const furrow_kernel furrow_kernel_hello = {
    .abi = FURROW_KERNEL_ABI,
    .name = "hello",
    .summary = "greet from every item; the kernel to copy",
    .help = "furrow hello 8\nfurrow hello 8 --threads 2 --format json",
    .params = params,
    .setup = setup,
    .teardown = teardown,
    .reset = reset,
    .conclude = conclude,
    .items = items,
    .result_size = result_size,
    .body = body,
    .combine = combine,
    .emit = emit,
    .verify = verify,
};

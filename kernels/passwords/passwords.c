/*
 * passwords: random passwords of A-Z and 0-9, from the system's secure source.
 *
 *     $ furrow passwords
 *     MQ8ZP
 *     ... to 12 characters, eight of them
 *
 * Each character comes from a byte of getrandom(2), which is also the source of Python's
 * SystemRandom. A generator of our own could be guessed, and a generator that workers share would
 * need a lock. There are 36 characters and 256 values of a byte. Values from 252 on are drawn
 * again; otherwise the first four characters would be more frequent than the others.
 *
 * Every run makes other passwords. Verified: their number, lengths and characters; and in runs of
 * 720 characters or more, by the chi-squared test (K. Pearson, 1900), that all characters are
 * equally likely. A fair source fails this test once in 10^9 runs.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <furrow/kernel.h>

static const char characters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

enum {
    CHARACTERS = sizeof characters - 1,
    FAIR = 256 - 256 % CHARACTERS, /* values below it give all characters equally often */
    SUPPLY = 256,                  /* bytes that getrandom gives without interruption */
    LONGEST = 256
};

static const furrow_param params[] = {
    {
        .name = "count",
        .type = FURROW_PARAM_COUNT,
        .value = "8",
        .maximum = 1e9,
        .help = "the number of passwords",
        .argument = "N",
        .positional = true,
    },
    {
        .name = "shortest",
        .type = FURROW_PARAM_COUNT,
        .value = "5",
        .minimum = 1,
        .maximum = LONGEST,
        .help = "characters of the first password; each following one has one more",
        .argument = "LENGTH",
    },
    {
        .name = "longest",
        .type = FURROW_PARAM_COUNT,
        .value = "12",
        .minimum = 1,
        .maximum = LONGEST,
        .help = "characters of the longest; then lengths begin again with the shortest",
        .argument = "LENGTH",
    },
    {0},
};

struct passwords {
    size_t count;
    size_t shortest, longest;

    /* The counts that combine makes. */
    size_t made, wrong; /* wrong: of another length, or with other characters */
    uint64_t frequency[CHARACTERS];
};

static int setup(void **state, const furrow_args *args, furrow_error *error)
{
    size_t shortest = (size_t)furrow_args_count(args, "shortest");
    size_t longest = (size_t)furrow_args_count(args, "longest");
    if (longest < shortest)
        return furrow_error_set(error, FURROW_EINVAL,
                                "--longest: expected %zu (--shortest) or more, got %zu", shortest,
                                longest);
    struct passwords *passwords = calloc(1, sizeof *passwords);
    if (!passwords)
        return FURROW_ENOMEM;
    passwords->count = (size_t)furrow_args_count(args, "count");
    passwords->shortest = shortest;
    passwords->longest = longest;
    *state = passwords;
    return FURROW_OK;
}

static int begin(void *state, size_t round, furrow_error *error)
{
    struct passwords *passwords = state;
    (void)round, (void)error;
    passwords->made = passwords->wrong = 0;
    memset(passwords->frequency, 0, sizeof passwords->frequency);
    return FURROW_OK;
}

/* A zero byte ends a result. */
static furrow_shape shape(const void *state)
{
    const struct passwords *passwords = state;
    return (furrow_shape){
        .items = passwords->count,
        .result_size = passwords->longest + 1,
        .work.items = (double)passwords->count,
    };
}

static size_t length_of(const struct passwords *passwords, size_t item)
{
    return passwords->shortest + item % (passwords->longest - passwords->shortest + 1);
}

/* Random bytes of one worker, drawn many at a time: one system call per password would take longer
 * than the password itself. */
struct supply {
    unsigned char bytes[SUPPLY];
    size_t left; /* the unused bytes, at the beginning */
};

static int worker_new(void **scratch, const void *state)
{
    (void)state;
    *scratch = calloc(1, sizeof(struct supply));
    return *scratch ? FURROW_OK : FURROW_ENOMEM;
}

static void worker_free(void *scratch)
{
    if (scratch)
        explicit_bzero(scratch, sizeof(struct supply)); /* unused bytes would give passwords away */
    free(scratch);
}

static int draw(unsigned char *byte, struct supply *supply)
{
    while (supply->left == 0) {
        ssize_t got = getrandom(supply->bytes, SUPPLY, 0);
        if (got < 0 && errno != EINTR)
            return -errno;
        supply->left = got > 0 ? (size_t)got : 0;
    }
    *byte = supply->bytes[--supply->left];
    return FURROW_OK;
}

static int make_password(char *password, size_t length, struct supply *supply)
{
    for (size_t made = 0; made < length;) {
        unsigned char byte = 0;
        int status = draw(&byte, supply);
        if (status)
            return status;
        if (byte < FAIR)
            password[made++] = characters[byte % CHARACTERS];
    }
    password[length] = '\0';
    return FURROW_OK;
}

static int body(const furrow_range *range, const void *state)
{
    const struct passwords *passwords = state;
    for (size_t i = range->begin; i < range->end; i++) {
        int status =
            make_password(furrow_range_slot(range, i), length_of(passwords, i), range->scratch);
        if (status)
            return status;
    }
    return FURROW_OK;
}

static int combine(void *state, const furrow_batch *batch)
{
    struct passwords *passwords = state;
    for (size_t i = batch->begin; i < batch->end; i++) {
        const char *password = furrow_batch_slot(batch, i);
        passwords->made++;
        size_t length = strspn(password, characters);
        passwords->wrong += password[length] != '\0' || length != length_of(passwords, i);
        for (size_t j = 0; j < length; j++)
            passwords->frequency[strchr(characters, password[j]) - characters]++;
    }
    return FURROW_OK;
}

static int emit(const void *state, const furrow_record *record, furrow_writer *writer)
{
    (void)state;
    furrow_writer_begin(writer);
    furrow_writer_text(writer, "password", record->result);
    return furrow_writer_end(writer);
}

/* A chi-squared above 111.6 has a probability of 10^-9, by the approximation of E. B. Wilson and
 * M. M. Hilferty (1931) for 35 degrees of freedom and 6 standard deviations. */
static int verify_evenness(const struct passwords *passwords, furrow_error *error)
{
    double all = 0, chi_squared = 0;
    for (size_t i = 0; i < CHARACTERS; i++)
        all += (double)passwords->frequency[i];
    double expected = all / CHARACTERS;
    if (expected < 20) /* too few for the test */
        return FURROW_OK;
    for (size_t i = 0; i < CHARACTERS; i++) {
        double off = (double)passwords->frequency[i] - expected;
        chi_squared += off * off / expected;
    }
    if (chi_squared <= 111.6)
        return FURROW_OK;
    return furrow_error_set(error, FURROW_EVERIFY,
                            "expected each character about %.0f times (chi-squared at most 111.6), "
                            "got a chi-squared of %.1f",
                            expected, chi_squared);
}

static int verify(const void *state, furrow_error *error)
{
    const struct passwords *passwords = state;
    if (passwords->made != passwords->count)
        return furrow_error_set(error, FURROW_EVERIFY, "expected %zu passwords, got %zu",
                                passwords->count, passwords->made);
    if (passwords->wrong > 0)
        return furrow_error_set(
            error, FURROW_EVERIFY,
            "expected passwords of A-Z and 0-9 in the right lengths; %zu are not",
            passwords->wrong);
    return verify_evenness(passwords, error);
}

static int tell(void *state, furrow_moment moment, FILE *log, furrow_error *error)
{
    const struct passwords *passwords = state;
    double bits = log2(CHARACTERS);
    (void)error;
    if (log && moment == FURROW_BEFORE)
        fprintf(log, "%zu passwords of %zu to %zu characters: %.0f to %.0f random bits\n",
                passwords->count, passwords->shortest, passwords->longest,
                floor((double)passwords->shortest * bits),
                floor((double)passwords->longest * bits));
    return FURROW_OK;
}

const furrow_kernel furrow_kernel_passwords = {
    .abi = FURROW_KERNEL_ABI,
    .flags = FURROW_KERNEL_VARIES,
    .name = "passwords",
    .summary = "random passwords from the system's secure source",
    .help = "Examples:\n"
            "  furrow passwords\n"
            "  furrow passwords 1000 --shortest 20 --longest 20 -o passwords.txt",
    .params = params,
    .setup = setup,
    .teardown = free,
    .begin = begin,
    .shape = shape,
    .body = body,
    .worker_new = worker_new,
    .worker_free = worker_free,
    .combine = combine,
    .formats = (const furrow_kernel_format[]){{.emit = emit}, {0}},
    .verify = verify,
    .tell = tell,
};

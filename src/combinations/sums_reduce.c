#include <stdlib.h>
#include <string.h>

#include <furrow/status.h>

#include "internal.h"

/* Fewer rows are not worth a thread. */
static const uint64_t min_share = 65536;

/* Adds the sums table[i] + offset of some rows to `into`. */
typedef void reducer(void *into, const int32_t *table, size_t count, int32_t offset,
                     const furrow_combinations_sums *sums, const void *context);

/* The position of a walk over prefixes. */
struct sums_position {
    const furrow_combinations_sums *sums;
    uint32_t *row; /* k elements, of which the first `length` are the prefix */
    uint32_t length;
    uint64_t past;  /* rows of the prefix that are done */
    int32_t offset; /* the sum of the prefix */
};

static uint64_t tail_of(const struct sums_position *place)
{
    uint32_t after = place->length ? place->row[place->length - 1] + 1 : 0;
    return place->sums->tails[place->sums->selection.n - after];
}

static void add_up(struct sums_position *place)
{
    place->offset = 0;
    for (uint32_t i = 0; i < place->length; i++)
        place->offset += place->sums->weights[place->row[i]];
}

static void begin(struct sums_position *place, furrow__u128 from)
{
    const furrow_combinations_sums *sums = place->sums;
    place->length = sums->selection.k - sums->depth;
    furrow_selection_unrank(place->row, &sums->selection, furrow__wide_of(from));
    furrow_selection suffixes = {.n = sums->selection.n - place->length, .k = sums->depth};
    for (uint32_t i = place->length; i < sums->selection.k; i++)
        place->row[i] -= place->length;
    furrow_wide rank;
    furrow_selection_rank(&rank, &suffixes, place->row + place->length);
    place->past = rank.low - (sums->table_rows - tail_of(place));
    add_up(place);
}

/* Goes to the next prefix, a `length`-subset that leaves room for a suffix. */
static void step(struct sums_position *place)
{
    const furrow_selection *selection = &place->sums->selection;
    furrow_selection prefixes = {.n = selection->n - (selection->k - place->length),
                                 .k = place->length};
    place->past = 0;
    if (prefixes.k > 0 && place->row[prefixes.k - 1] + 1 < prefixes.n) { /* nearly always */
        uint32_t element = place->row[prefixes.k - 1]++;
        place->offset += place->sums->weights[element + 1] - place->sums->weights[element];
        return;
    }
    furrow_selection_next(place->row, &prefixes);
    add_up(place);
}

static void walk(void *into, struct sums_position *place, furrow__u128 from, uint64_t count,
                 reducer *reduce, const void *context)
{
    const furrow_combinations_sums *sums = place->sums;
    begin(place, from);
    while (count > 0) {
        uint64_t tail = tail_of(place) - place->past, taken = tail < count ? tail : count;
        reduce(into, sums->table + sums->table_rows - tail, taken, place->offset, sums, context);
        place->past += taken;
        count -= taken;
        if (taken == tail)
            step(place);
    }
}

/* A reduction by several threads. */
struct sums_call {
    const furrow_combinations_sums *sums;
    furrow__u128 from;
    furrow__shares shares;
    reducer *reduce;
    void (*fold)(void *into, const void *partial);
    const void *context;
    const void *initial; /* of `size` bytes */
    size_t size;
    void *into;
};

static int reduce_range(const struct sums_call *call, void *partial, furrow__u128 from,
                        uint64_t count)
{
    struct sums_position place = {.sums = call->sums};
    place.row = malloc(((size_t)call->sums->selection.k + 1) * sizeof *place.row);
    if (!place.row)
        return FURROW_ENOMEM;
    memcpy(partial, call->initial, call->size);
    if (count > 0)
        walk(partial, &place, from, count, call->reduce, call->context);
    free(place.row);
    return FURROW_OK;
}

static int reduce_shares(const furrow_range *range, const void *context)
{
    const struct sums_call *call = context;
    uint64_t first = furrow__share_begin(&call->shares, range->begin);
    uint64_t end = furrow__share_begin(&call->shares, range->end);
    void *partial = malloc(call->size);
    int status = partial ? FURROW_OK : FURROW_ENOMEM;
    if (status == FURROW_OK)
        status = reduce_range(call, partial, call->from + first, end - first);
    if (status == FURROW_OK) {
#pragma omp critical(furrow_combinations_sums)
        call->fold(call->into, partial);
    }
    free(partial);
    return status;
}

static int run(struct sums_call *call, furrow_wide from, uint64_t count, const furrow_plan *plan)
{
    furrow__u128 first = furrow__u128_of(from);
    if (first > call->sums->rows || count > call->sums->rows - first)
        return FURROW_ERANGE;
    int threads = furrow__threads_of(plan);
    call->from = first;
    if (threads == 1 || count < 2 * min_share)
        return reduce_range(call, call->into, first, count);
    memcpy(call->into, call->initial, call->size);
    call->shares = furrow__shares_of(count, 0, min_share, threads);
    return furrow__shares_run(&call->shares, plan, reduce_shares, call);
}

static void count_tail(void *into, const int32_t *table, size_t count, int32_t offset,
                       const furrow_combinations_sums *sums, const void *context)
{
    const int32_t *limit = context;
    uint64_t *found = into;
    int64_t left = (int64_t)*limit - offset; /* beyond 32 bits is beyond all sums */
    bool narrow = sums->narrow && left >= INT16_MIN && left < INT16_MAX;
    if (left > INT32_MAX)
        *found += count;
    else if (narrow)
        *found +=
            sums->isa->count_up_to_16(sums->narrow + (table - sums->table), count, (int16_t)left);
    else if (left >= INT32_MIN)
        *found += sums->isa->count_up_to(table, count, (int32_t)left);
}

static void add_counts(void *into, const void *partial)
{
    *(uint64_t *)into += *(const uint64_t *)partial;
}

int furrow_combinations_sums_count(uint64_t *found, const furrow_combinations_sums *sums,
                                   furrow_wide from, uint64_t count, int32_t limit,
                                   const furrow_plan *plan)
{
    static const uint64_t none = 0;
    struct sums_call call = {.sums = sums,
                             .reduce = count_tail,
                             .fold = add_counts,
                             .context = &limit,
                             .initial = &none,
                             .size = sizeof *found,
                             .into = found};
    return run(&call, from, count, plan);
}

struct extremes {
    int32_t least, greatest;
};

static void take_extremes(void *into, const int32_t *table, size_t count, int32_t offset,
                          const furrow_combinations_sums *sums, const void *context)
{
    struct extremes *extremes = into;
    int32_t least = table[0], greatest = table[0];
    (void)sums, (void)context;
#pragma omp simd reduction(min : least) reduction(max : greatest)
    for (size_t i = 0; i < count; i++) {
        least = table[i] < least ? table[i] : least;
        greatest = table[i] > greatest ? table[i] : greatest;
    }
    least += offset;
    greatest += offset;
    extremes->least = least < extremes->least ? least : extremes->least;
    extremes->greatest = greatest > extremes->greatest ? greatest : extremes->greatest;
}

static void add_extremes(void *into, const void *partial)
{
    struct extremes *all = into;
    const struct extremes *some = partial;
    all->least = some->least < all->least ? some->least : all->least;
    all->greatest = some->greatest > all->greatest ? some->greatest : all->greatest;
}

int furrow_combinations_sums_extremes(int32_t *least, int32_t *greatest,
                                      const furrow_combinations_sums *sums, furrow_wide from,
                                      uint64_t count, const furrow_plan *plan)
{
    static const struct extremes none = {INT32_MAX, INT32_MIN};
    struct extremes extremes = none;
    struct sums_call call = {.sums = sums,
                             .reduce = take_extremes,
                             .fold = add_extremes,
                             .initial = &none,
                             .size = sizeof extremes,
                             .into = &extremes};
    int status = run(&call, from, count, plan);
    if (status == FURROW_OK) {
        *least = extremes.least;
        *greatest = extremes.greatest;
    }
    return status;
}

/* The counts of a histogram follow their number. */
struct bins {
    size_t count;
    int32_t low;
    uint32_t width;
};

static void count_bins(void *into, const int32_t *table, size_t count, int32_t offset,
                       const furrow_combinations_sums *sums, const void *context)
{
    const struct bins *bins = context;
    uint64_t *found = (uint64_t *)into + 1;
    (void)sums;
    for (size_t i = 0; i < count; i++) {
        int64_t above = (int64_t)table[i] + offset - bins->low;
        uint64_t bin = above < 0 ? 0 : (uint64_t)above / bins->width;
        found[bin < bins->count ? bin : bins->count - 1]++;
    }
}

static void add_bins(void *into, const void *partial)
{
    uint64_t *all = into;
    const uint64_t *some = partial;
    for (uint64_t i = 1; i <= all[0]; i++)
        all[i] += some[i];
}

int furrow_combinations_sums_histogram(uint64_t *bins, size_t bin_count, int32_t low,
                                       uint32_t width, const furrow_combinations_sums *sums,
                                       furrow_wide from, uint64_t count, const furrow_plan *plan)
{
    if (bin_count == 0 || width == 0 || bin_count > SIZE_MAX / sizeof *bins / 4)
        return FURROW_EINVAL;
    struct bins shape = {bin_count, low, width};
    uint64_t *memory = calloc(2 * (bin_count + 1), sizeof *memory);
    if (!memory)
        return FURROW_ENOMEM;
    uint64_t *initial = memory + bin_count + 1;
    initial[0] = bin_count;
    struct sums_call call = {.sums = sums,
                             .reduce = count_bins,
                             .fold = add_bins,
                             .context = &shape,
                             .initial = initial,
                             .size = (bin_count + 1) * sizeof *memory,
                             .into = memory};
    int status = run(&call, from, count, plan);
    if (status == FURROW_OK)
        memcpy(bins, memory + 1, bin_count * sizeof *bins);
    free(memory);
    return status;
}

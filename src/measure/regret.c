#include <furrow/measure.h>

#include <stdlib.h>

/* Copies every other sample, beginning with round `from`; returns the number of copies. */
static size_t take_half(double *half, const double *samples, size_t rounds, size_t from)
{
    size_t count = 0;
    for (size_t round = from; round < rounds; round += 2)
        half[count++] = samples[round];
    return count;
}

int furrow_measure_best(size_t *best, const furrow_measurements *measurements, size_t count)
{
    *best = 0;
    size_t rounds = measurements->rounds;
    if (count == 0 || count > measurements->count || rounds == 0)
        return FURROW_EINVAL;
    double *even = calloc(rounds, sizeof *even);
    if (!even)
        return FURROW_ENOMEM;
    int status = FURROW_OK;
    double least = 0;
    for (size_t i = 0; i < count && status == FURROW_OK; i++) {
        furrow_summary time;
        size_t taken = take_half(even, measurements->ways[i].wall, rounds, 0);
        status = furrow_stats_summarise(&time, even, taken);
        if (status == FURROW_OK && (i == 0 || time.median < least)) {
            least = time.median;
            *best = i;
        }
    }
    free(even);
    return status;
}

int furrow_measure_regret(furrow_summary *regret, const furrow_measurements *measurements,
                          size_t way, size_t best)
{
    *regret = (furrow_summary){0};
    size_t rounds = measurements->rounds;
    if (way >= measurements->count || best >= measurements->count || rounds < 2)
        return FURROW_EINVAL;
    double *odd = calloc(2 * rounds, sizeof *odd);
    if (!odd)
        return FURROW_ENOMEM;
    take_half(odd, measurements->ways[way].wall, rounds, 1);
    size_t count = take_half(odd + rounds, measurements->ways[best].wall, rounds, 1);
    int status = furrow_stats_ratio(regret, odd, odd + rounds, count);
    free(odd);
    return status;
}

/*
 * bench-digits: how many images a second one core classifies, and what part that is of the fused
 * multiply-adds that it could do, measured in the same run, turn by turn.
 *
 *     $ bench-digits [MODEL]
 *
 * A multiplication and an addition per weight and pixel are counted, nothing else: not the padding
 * of channels, nor pooling and softmax. Medians of 15 rounds with 95 % intervals.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/clock.h>
#include <furrow/digits.h>
#include <furrow/stats.h>

#include "peak.h"

enum { ROUNDS = 15, IMAGES = 1024 };

/* Rates of one instruction set, a sample per round. */
struct rates {
    double images[ROUNDS], flops[ROUNDS], peak[ROUNDS];
};

static double time_of_classify(const furrow_digits_model *model, furrow_digits_scratch *scratch,
                               const unsigned char *images, furrow_digits_answer *answers)
{
    double start = furrow_clock_thread_cpu();
    furrow_digits_classify(model, scratch, images, IMAGES, answers);
    return furrow_clock_thread_cpu() - start;
}

/* Flops a second of one loop that does nothing but fused multiply-adds. */
static double peak_rate(const struct peak *peak)
{
    const size_t rounds = 400000;
    double start = furrow_clock_thread_cpu();
    float sum;
    double flops = peak->run(rounds, &sum);
    return flops / (furrow_clock_thread_cpu() - start);
}

static int measure(struct rates *rates, const furrow_digits_model *model, const struct peak *peak,
                   const unsigned char *images, furrow_digits_answer *answers)
{
    furrow_digits_scratch *scratch;
    int status = furrow_digits_scratch_new(&scratch, model, peak->level);
    if (status)
        return status;
    double flops = 2.0 * IMAGES * (double)furrow_digits_model_multiplications(model);
    time_of_classify(model, scratch, images, answers);
    for (int i = 0; i < ROUNDS; i++) {
        rates->peak[i] = peak_rate(peak);
        double seconds = time_of_classify(model, scratch, images, answers);
        rates->images[i] = IMAGES / seconds;
        rates->flops[i] = flops / seconds;
    }
    furrow_digits_scratch_free(scratch);
    return FURROW_OK;
}

static void report(const char *level, const struct rates *rates)
{
    furrow_summary images, flops, peak, share;
    furrow_stats_summarise(&images, rates->images, ROUNDS);
    furrow_stats_summarise(&flops, rates->flops, ROUNDS);
    furrow_stats_summarise(&peak, rates->peak, ROUNDS);
    furrow_stats_ratio(&share, rates->flops, rates->peak, ROUNDS);
    printf("%-8s %9.0f %7.1f %7.1f %7.1f %% [%.1f, %.1f]\n", level, images.median,
           flops.median / 1e9, peak.median / 1e9, 100 * share.median, 100 * share.low,
           100 * share.high);
}

static int run(const furrow_digits_model *model)
{
    unsigned char *images = malloc((size_t)IMAGES * FURROW_DIGITS_PIXELS);
    furrow_digits_answer *answers = calloc(IMAGES, sizeof *answers);
    int status = images && answers ? FURROW_OK : FURROW_ENOMEM;
    for (size_t i = 0; i < (size_t)IMAGES * FURROW_DIGITS_PIXELS && !status; i++)
        images[i] = (unsigned char)(i * 2654435761u >> 13);
    printf("%s, %zu multiplications an image, one core\n", furrow_digits_model_layers(model),
           furrow_digits_model_multiplications(model));
    printf("level     images/s GFLOP/s    peak   share [95 %% interval]\n");
    for (size_t i = 0; !status && i < peak_count && furrow_digits_level(i); i++) {
        struct rates rates;
        status = measure(&rates, model, &peaks[i], images, answers);
        if (!status)
            report(peaks[i].level, &rates);
    }
    free(images);
    free(answers);
    return status;
}

int main(int argc, char **argv)
{
    furrow_digits_model *model;
    furrow_error error = {0};
    int status = argc > 1 ? furrow_digits_model_load(&model, argv[1], &error)
                          : furrow_digits_model_default(&model, &error);
    if (status) {
        fprintf(stderr, "bench-digits: %s\n", error.text);
        return 1;
    }
    status = run(model);
    if (status)
        fprintf(stderr, "bench-digits: %s\n", furrow_status_text(status));
    furrow_digits_model_free(model);
    return status ? 1 : 0;
}

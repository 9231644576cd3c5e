/*
 * training.c: how many images a second the built-in nets learn from, distortion included, and the
 * share of the multiply-adds that the same cores did a moment before.
 *
 * The count is that of textbook back-propagation: a classification on the way forward, as many
 * again for the gradient of the weights, and as many, without the first stage, for that of the
 * inputs. Multiplications by zero count even if they are skipped; distortion does not count.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/clock.h>
#include <furrow/measure.h>
#include <furrow/parallel.h>

#include "peak.h"
#include "sections.h"

enum { ROUNDS = 15, IMAGES = 2048, MAX_BLOCKS = 64, PEAK_ROUNDS = 1000000 };

static const struct {
    const char *name, *layers;
    double first; /* multiplications of the first stage */
} nets[] = {
    {"fast net", "conv5x8 pool conv3x16 conv3x24 pool dense36 dense10", 24 * 24 * 25 * 8},
    {"later net", "conv5x16 pool conv3x32 conv3x48 pool dense64 dense10", 24 * 24 * 25 * 16},
};

static int train_blocks(const furrow_range *range, const void *context)
{
    const furrow_digits_trainer *trainer = context;
    size_t size = furrow_digits_trainer_outcome_size(trainer);
    char *outcome = range->results;
    memset(outcome, 0, (range->end - range->begin) * size);
    for (size_t i = range->begin; i < range->end; i++, outcome += size)
        furrow_digits_trainer_block(trainer, range->scratch, i, outcome);
    return FURROW_OK;
}

static int make_scratch(void **scratch, const void *trainer)
{
    return furrow_digits_trainer_scratch_new(scratch, trainer);
}

struct course {
    furrow_digits_trainer *trainer;
    furrow_parallel_options options;
};

/* An epoch. */
static void train_work(int member, void *context)
{
    struct course *course = context;
    (void)member;
    do {
        size_t count = furrow_digits_trainer_next(course->trainer, MAX_BLOCKS);
        bench_require(furrow_parallel_for(&course->options, count, train_blocks, course->trainer),
                      "training");
        furrow_digits_trainer_combine(course->trainer, course->options.results,
                                      course->options.result_size, count);
    } while (!furrow_digits_trainer_epoch(course->trainer));
}

static void peak_work(int member, void *context)
{
    float sum;
    (void)member;
    ((const struct peak *)context)->run(PEAK_ROUNDS, &sum);
}

static void show_share(struct course *course, const struct peak *peak, int threads, double each)
{
    double images[ROUNDS], flops[ROUNDS], limits[ROUNDS];
    float sum;
    double peak_flops = peak->run(PEAK_ROUNDS, &sum);
    course->options.plan = (furrow_plan){.threads = threads, .chunk = 1};
    train_work(0, course);
    for (int i = 0; i < ROUNDS; i++) {
        limits[i] = threads * peak_flops / team_run(threads, peak_work, (void *)peak);
        double begin = furrow_clock_wall();
        train_work(0, course);
        images[i] = IMAGES / (furrow_clock_wall() - begin);
        flops[i] = images[i] * each;
    }
    furrow_summary rate, share;
    furrow_stats_summarise(&rate, images, ROUNDS);
    furrow_stats_ratio(&share, flops, limits, ROUNDS);
    printf("  %-8s %d %10.0f images/s  an epoch of 60000 in %5.2f s  %5.1f %% [%.1f, %.1f] of the "
           "peak\n",
           peak->isa, threads, rate.median, 60000 / rate.median, 100 * share.median,
           100 * share.low, 100 * share.high);
    fflush(stdout);
}

/* The peak of the instruction set that a trainer uses. */
static const struct peak *best_peak(void)
{
    size_t best = 0;
    while (best + 1 < peak_count && furrow_digits_isa(best + 1))
        best++;
    return &peaks[best];
}

static void show_net(size_t net, const furrow_digits_samples *samples)
{
    struct course course = {0};
    furrow_digits_recipe recipe = {.layers = nets[net].layers, .epochs = {1000000}};
    bench_require(furrow_digits_trainer_new(&course.trainer, &recipe, samples, NULL, NULL),
                  nets[net].name);
    furrow_parallel_options *options = &course.options;
    options->result_size = furrow_digits_trainer_outcome_size(course.trainer);
    options->results = malloc(MAX_BLOCKS * options->result_size);
    bench_require(options->results ? FURROW_OK : FURROW_ENOMEM, nets[net].name);
    bench_require(furrow_scratch_new(&options->scratch, make_scratch,
                                     furrow_digits_trainer_scratch_free, course.trainer),
                  nets[net].name);
    furrow_digits_model *model = net_new(nets[net].layers);
    double once = (double)furrow_digits_model_multiplications(model);
    double each = 2 * (3 * once - nets[net].first);
    printf("training the %s: %s, %.0f multiplications an image; by threads\n", nets[net].name,
           nets[net].layers, each / 2);
    for (int threads = 1; threads <= MAX_TEAM; threads++)
        show_share(&course, best_peak(), threads, each);
    furrow_digits_model_free(model);
    furrow_scratch_free(options->scratch);
    free(options->results);
    furrow_digits_trainer_free(course.trainer);
}

void section_training(void)
{
    furrow_digits_samples samples;
    furrow_error error = {0};
    int status =
        furrow_digits_samples_read(&samples, DATA_FOLDER "/mnist/t10k-images-idx3-ubyte.gz",
                                   DATA_FOLDER "/mnist/t10k-labels-idx1-ubyte.gz", &error);
    bench_require(status, error.text);
    samples.count = IMAGES;
    for (size_t net = 0; net < sizeof nets / sizeof *nets; net++)
        show_net(net, &samples);
    furrow_digits_samples_clear(&samples);
}

/* Training: gradients against finite differences, the same bits on any number of threads. */
#include "harness.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/digits/training.h>
#include <furrow/parallel.h>

#include "digits/net/isa.h"

/* The first test images: enough to train on a little. */
static bool read_samples(furrow_digits_samples *samples, size_t count)
{
    furrow_error error = {0};
    bool read = harness_equal_integer(
        furrow_digits_samples_read(samples, DATA_FOLDER "/mnist/t10k-images-idx3-ubyte.gz",
                                   DATA_FOLDER "/mnist/t10k-labels-idx1-ubyte.gz", &error),
        FURROW_OK, error.text, __FILE__, __LINE__);
    if (read)
        samples->count = count;
    return read;
}

/* ---- gradients ---- */

struct slope {
    furrow__net net;
    float *parameters, *forward, *backward, *gradient, *scratch;
    unsigned char images[FURROW__MAX_WIDTH * FURROW_DIGITS_PIXELS];
    unsigned char labels[FURROW__MAX_WIDTH];
    size_t count;
};

static double loss_of(struct slope *slope, const furrow__digits_isa *isa)
{
    furrow__fit score = {0};
    furrow__pass pass = {&slope->net, slope->forward, slope->backward, 0.1};
    furrow__net_pack(&slope->net, slope->parameters, slope->forward);
    furrow__net_pack_backward(&slope->net, slope->parameters, slope->backward);
    memset(slope->gradient, 0, slope->net.parameters * sizeof(float));
    isa->learn(&pass, furrow__aligned(slope->scratch), slope->images, slope->labels, slope->count,
               slope->gradient, &score);
    return score.loss;
}

static bool open_slope(struct slope *slope, const char *layers, const furrow__digits_isa *isa,
                       const furrow_digits_samples *samples, size_t count)
{
    *slope = (struct slope){.count = count};
    if (furrow__net_parse(&slope->net, layers, NULL))
        return false;
    slope->parameters = calloc(slope->net.parameters, sizeof(float));
    slope->gradient = calloc(slope->net.parameters, sizeof(float));
    slope->forward = calloc(slope->net.forward, sizeof(float));
    slope->backward = calloc(slope->net.backward + 1, sizeof(float));
    slope->scratch = calloc(isa->learn_size(&slope->net) + FURROW__ALIGNMENT, sizeof(float));
    for (size_t i = 0; i < slope->net.parameters; i++)
        slope->parameters[i] = (float)sin((double)(i * i % 1009) + 0.5) * 0.15f;
    memcpy(slope->images, samples->images, count * FURROW_DIGITS_PIXELS);
    memcpy(slope->labels, samples->labels, count);
    return slope->parameters && slope->gradient && slope->forward && slope->backward &&
           slope->scratch;
}

static void close_slope(struct slope *slope)
{
    free(slope->parameters);
    free(slope->gradient);
    free(slope->forward);
    free(slope->backward);
    free(slope->scratch);
}

/* The slope of the loss along one parameter, by a small step to both sides. */
static double measured_slope(struct slope *slope, const furrow__digits_isa *isa, size_t parameter)
{
    const float step = 0x1p-11f;
    float before = slope->parameters[parameter];
    slope->parameters[parameter] = before + step;
    double above = loss_of(slope, isa);
    slope->parameters[parameter] = before - step;
    double below = loss_of(slope, isa);
    slope->parameters[parameter] = before;
    return (above - below) / (2 * (double)step);
}

TEST(gradients_are_the_slopes_of_the_loss_for_every_kind_of_layer)
{
    static const char *const nets[] = {
        "dense10",
        "dense7 dense10",
        "conv28x10",
        "conv25x3 dense10",
        "conv3x2 pool dense10",
        "conv4x5 pool conv3x6 conv2x3 pool dense9 dense10",
        "conv5x8 pool conv5x9 pool dense10",
        "conv3x19 conv3x5 pool conv2x17 conv1x3 pool conv3x9 dense10",
    };
    furrow_digits_samples samples;
    REQUIRE(read_samples(&samples, 32));
    for (size_t at = 0; furrow__digits_isa_at(at); at++)
        for (size_t net = 0; net < COUNT(nets); net++) {
            const furrow__digits_isa *isa = furrow__digits_isa_at(at);
            struct slope slope;
            REQUIRE(open_slope(&slope, nets[net], isa, &samples, isa->width - 1));
            loss_of(&slope, isa);
            size_t far = 0, tried = 0;
            for (size_t i = 0; i < slope.net.parameters; i += slope.net.parameters / 31 + 1) {
                loss_of(&slope, isa);
                double got = (double)slope.gradient[i];
                double expected = measured_slope(&slope, isa, i);
                far += !(fabs(got - expected) <= 0.01 + 0.02 * fabs(expected));
                tried++;
            }
            /* A step may cross a corner of max(0, x) or change which of four is the largest. */
            harness_case("%s, %s: %zu of %zu are off", isa->id.name, nets[net], far, tried);
            EXPECT(far <= tried / 20);
            close_slope(&slope);
        }
    furrow_digits_samples_clear(&samples);
}

TEST(lanes_beyond_the_count_add_nothing)
{
    furrow_digits_samples samples;
    REQUIRE(read_samples(&samples, 32));
    for (size_t at = 0; furrow__digits_isa_at(at); at++) {
        const furrow__digits_isa *isa = furrow__digits_isa_at(at);
        struct slope slope;
        REQUIRE(open_slope(&slope, "conv5x4 pool dense10", isa, &samples, 1));
        double alone = loss_of(&slope, isa);
        slope.count = isa->width;
        double all = loss_of(&slope, isa);
        slope.count = 1;
        harness_case("%s", isa->id.name);
        EXPECT(all > alone);
        EXPECT(loss_of(&slope, isa) == alone);
        close_slope(&slope);
    }
    furrow_digits_samples_clear(&samples);
}

/* ---- training ---- */

static int train_block(const furrow_range *range, const void *context)
{
    const furrow_digits_trainer *trainer = context;
    size_t size = furrow_digits_trainer_outcome_size(trainer);
    char *outcome = range->results;
    for (size_t i = range->begin; i < range->end; i++, outcome += size) {
        memset(outcome, 0, size);
        furrow_digits_trainer_block(trainer, range->scratch, i, outcome);
    }
    return FURROW_OK;
}

static int make_scratch(void **scratch, const void *trainer)
{
    return furrow_digits_trainer_scratch_new(scratch, trainer);
}

/* The results of a training. */
struct course {
    double losses[8];
    size_t wrong[8], judged[8], epochs;
    furrow_digits_model *model;
};

/* Trains to the end, `capacity` blocks at a time on `threads` threads. */
static int train(struct course *course, furrow_digits_trainer *trainer, int threads,
                 size_t capacity)
{
    *course = (struct course){0};
    size_t size = furrow_digits_trainer_outcome_size(trainer);
    void *outcomes = malloc(capacity * size);
    furrow_scratch *scratch = NULL;
    int status =
        furrow_scratch_new(&scratch, make_scratch, furrow_digits_trainer_scratch_free, trainer);
    size_t count;
    while (!status && (count = furrow_digits_trainer_next(trainer, capacity)) > 0) {
        furrow_parallel_options options = {
            .plan = {.threads = threads, .chunk = 1},
            .results = outcomes,
            .result_size = size,
            .scratch = scratch,
        };
        status = furrow_parallel_for(&options, count, train_block, trainer);
        furrow_digits_trainer_combine(trainer, outcomes, size, count);
        const furrow_digits_epoch *epoch = furrow_digits_trainer_epoch(trainer);
        if (epoch && course->epochs < COUNT(course->losses)) {
            course->judged[course->epochs] = epoch->held_out;
            course->wrong[course->epochs] = epoch->wrong;
            course->losses[course->epochs++] = epoch->loss;
        }
    }
    furrow_scratch_free(scratch);
    free(outcomes);
    return status ? status : furrow_digits_trainer_model(&course->model, trainer);
}

static const furrow_digits_recipe tiny = {
    .layers = "conv5x4 pool conv5x6 pool dense10", .epochs = {2}, .batch = 40, .seed = 7};

TEST(training_gives_the_same_bits_on_any_number_of_threads)
{
    static const struct {
        int threads;
        size_t capacity;
    } table[] = {{1, 64}, {2, 64}, {3, 64}, {8, 64}, {1, 1}, {2, 2}};
    furrow_digits_samples samples;
    REQUIRE(read_samples(&samples, 512));
    furrow_digits_samples held_out = {samples.images + 512 * FURROW_DIGITS_PIXELS,
                                      samples.labels + 512, 101};
    struct course first, course;
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow_digits_trainer *trainer;
        harness_case("%d threads, %zu blocks at a time", table[i].threads, table[i].capacity);
        REQUIRE_EQUAL(furrow_digits_trainer_new(&trainer, &tiny, &samples, &held_out, NULL),
                      FURROW_OK);
        REQUIRE_EQUAL(train(i ? &course : &first, trainer, table[i].threads, table[i].capacity),
                      FURROW_OK);
        furrow_digits_trainer_free(trainer);
        if (i == 0)
            continue;
        size_t count;
        const float *expected = furrow_digits_model_parameters(first.model, &count);
        const float *got = furrow_digits_model_parameters(course.model, &count);
        EXPECT(memcmp(got, expected, count * sizeof *got) == 0);
        EXPECT_EQUAL(course.epochs, first.epochs);
        EXPECT(memcmp(course.losses, first.losses, sizeof first.losses) == 0);
        EXPECT(memcmp(course.wrong, first.wrong, sizeof first.wrong) == 0);
        furrow_digits_model_free(course.model);
    }
    furrow_digits_model_free(first.model);
    furrow_digits_samples_clear(&samples);
}

TEST(training_lowers_the_loss_and_a_reset_repeats_it)
{
    furrow_digits_samples samples;
    REQUIRE(read_samples(&samples, 512));
    furrow_digits_trainer *trainer;
    furrow_digits_recipe recipe = tiny;
    recipe.epochs[0] = 4;
    REQUIRE_EQUAL(furrow_digits_trainer_new(&trainer, &recipe, &samples, &samples, NULL),
                  FURROW_OK);
    struct course course, again;
    REQUIRE_EQUAL(train(&course, trainer, 2, 64), FURROW_OK);
    EXPECT_EQUAL(course.epochs, 4);
    EXPECT(course.losses[1] < course.losses[0] - 0.2);
    EXPECT(course.losses[3] < course.losses[1]);
    EXPECT(course.wrong[3] < 200);
    EXPECT_EQUAL(furrow_digits_trainer_next(trainer, 64), 0);
    furrow_digits_trainer_reset(trainer);
    REQUIRE_EQUAL(train(&again, trainer, 1, 3), FURROW_OK);
    EXPECT(memcmp(course.losses, again.losses, sizeof course.losses) == 0);
    furrow_digits_model_free(course.model);
    furrow_digits_model_free(again.model);
    furrow_digits_trainer_free(trainer);
    furrow_digits_samples_clear(&samples);
}

TEST(held_out_samples_may_be_looked_at_once_at_the_end)
{
    furrow_digits_samples samples;
    REQUIRE(read_samples(&samples, 33));
    furrow_digits_trainer *trainer;
    furrow_digits_recipe recipe = tiny;
    recipe.judge_at_end = true;
    REQUIRE_EQUAL(furrow_digits_trainer_new(&trainer, &recipe, &samples, &samples, NULL),
                  FURROW_OK);
    struct course course;
    REQUIRE_EQUAL(train(&course, trainer, 2, 64), FURROW_OK);
    EXPECT_EQUAL(course.judged[0], 0);
    EXPECT_EQUAL(course.judged[1], 33);
    furrow_digits_model_free(course.model);
    furrow_digits_trainer_free(trainer);
    furrow_digits_samples_clear(&samples);
}

TEST(other_seeds_give_other_models)
{
    furrow_digits_samples samples;
    REQUIRE(read_samples(&samples, 17));
    double losses[2];
    for (size_t i = 0; i < 2; i++) {
        furrow_digits_trainer *trainer;
        furrow_digits_recipe recipe = tiny;
        recipe.seed = i;
        REQUIRE_EQUAL(furrow_digits_trainer_new(&trainer, &recipe, &samples, NULL, NULL),
                      FURROW_OK);
        struct course course;
        REQUIRE_EQUAL(train(&course, trainer, 1, 64), FURROW_OK);
        EXPECT_EQUAL(course.judged[1], 0);
        losses[i] = course.losses[0];
        furrow_digits_model_free(course.model);
        furrow_digits_trainer_free(trainer);
    }
    EXPECT(losses[0] < losses[1] || losses[0] > losses[1]);
    furrow_digits_samples_clear(&samples);
}

TEST(every_other_net_learns_from_what_other_pens_scanners_and_hands_make)
{
    furrow_digits_samples samples;
    REQUIRE(read_samples(&samples, 200));
    double losses[2][3];
    for (size_t i = 0; i < 2; i++) {
        double share = i ? 1 : -1;
        furrow_digits_recipe recipe = {.layers = "dense10 / dense10 + dense10",
                                       .epochs = {1, 1},
                                       .seed = 7,
                                       .widening = share,
                                       .pens = share,
                                       .coarsening = share,
                                       .handwriting = share};
        furrow_digits_trainer *trainer;
        struct course course;
        REQUIRE_EQUAL(furrow_digits_trainer_new(&trainer, &recipe, &samples, NULL, NULL),
                      FURROW_OK);
        REQUIRE_EQUAL(train(&course, trainer, 1, 64), FURROW_OK);
        REQUIRE_EQUAL(course.epochs, 3);
        memcpy(losses[i], course.losses, sizeof losses[i]);
        furrow_digits_model_free(course.model);
        furrow_digits_trainer_free(trainer);
    }
    EXPECT(fabs(losses[0][0] - losses[1][0]) > 1e-6);
    EXPECT(memcmp(&losses[0][1], &losses[1][1], sizeof(double)) == 0);
    EXPECT(fabs(losses[0][2] - losses[1][2]) > 1e-6);
    furrow_digits_samples_clear(&samples);
}

TEST(recipes_and_samples_that_cannot_be_are_refused)
{
    unsigned char images[FURROW_DIGITS_PIXELS] = {0}, label = 3, bad_label = 10;
    const furrow_digits_samples good = {images, &label, 1}, bad = {images, &bad_label, 1},
                                bare = {images, NULL, 1}, none = {0};
    const struct {
        furrow_digits_recipe recipe;
        const furrow_digits_samples *samples;
        const char *expected;
    } table[] = {
        {{0}, &none, "no samples"},
        {{0}, &bare, "without labels"},
        {{0}, &bad, "label of sample 0: expected 0 to 9, got 10"},
        {{.layers = "dense9"}, &good, "layers"},
        {{.warmup = 1}, &good, "less than 1"},
        {{.smoothing = NAN}, &good, "less than 1"},
        {{.averaging = 1.5}, &good, "less than 1"},
        {{.rate = {INFINITY}}, &good, "not finite"},
        {{.rate = {0, 0, NAN}}, &good, "not finite"},
        {{.rotation = NAN}, &good, "not finite"},
        {{.elasticity = INFINITY}, &good, "not finite"},
        {{.widening = NAN}, &good, "not finite"},
        {{.handwriting = INFINITY}, &good, "not finite"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow_digits_trainer *trainer;
        furrow_error error = {0};
        harness_case("%s", table[i].expected);
        EXPECT_EQUAL(
            furrow_digits_trainer_new(&trainer, &table[i].recipe, table[i].samples, NULL, &error),
            FURROW_EINVAL);
        EXPECT(!trainer);
        EXPECT_CONTAINS(error.text, table[i].expected);
    }
}

TEST(failing_allocations_of_a_trainer_are_reported)
{
    unsigned char images[FURROW_DIGITS_PIXELS] = {0}, label = 3;
    furrow_digits_samples samples = {images, &label, 1};
    furrow_digits_trainer *trainer;
    for (size_t n = 1; n <= 3; n++) {
        harness_fail_allocation(n);
        EXPECT_EQUAL(furrow_digits_trainer_new(&trainer, &tiny, &samples, NULL, NULL),
                     FURROW_ENOMEM);
        EXPECT(!trainer);
    }
    harness_fail_allocation(0);
    REQUIRE_EQUAL(furrow_digits_trainer_new(&trainer, &tiny, &samples, NULL, NULL), FURROW_OK);
    void *scratch;
    furrow_digits_model *model;
    harness_fail_allocation(1);
    EXPECT_EQUAL(furrow_digits_trainer_scratch_new(&scratch, trainer), FURROW_ENOMEM);
    harness_fail_allocation(1);
    EXPECT_EQUAL(furrow_digits_trainer_model(&model, trainer), FURROW_ENOMEM);
    furrow_digits_trainer_free(trainer);
}

/* Cascades: the right stage answers, and its answer is that of its nets alone. */
#include "digits_cascades.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/digits/training.h>

static size_t parameters_of(const furrow_digits_model *model)
{
    size_t count;
    furrow_digits_model_parameters(model, &count);
    return count;
}

/* The made up cascade with a threshold, and a temperature in its second stage. */
static furrow_digits_model *made_up_cascade(float threshold)
{
    const furrow_digits_stage stages[] = {{1, threshold, 1}, {2, 0, 0.5f}};
    furrow_digits_model *model = made_up(cascade, 0), *staged = NULL;
    if (model)
        furrow_digits_model_staged(&staged, model, stages, NULL);
    furrow_digits_model_free(model);
    return staged;
}

/* A threshold that about half of the images stay below. */
static float middle_confidence(const furrow_digits_answer *answers)
{
    float least = 1, most = 0;
    for (size_t i = 0; i < IMAGES; i++) {
        least = fminf(least, answers[i].confidence);
        most = fmaxf(most, answers[i].confidence);
    }
    return (least + most) / 2;
}

TEST(an_image_is_answered_by_the_first_stage_that_is_sure)
{
    static furrow_digits_answer answers[IMAGES], first[IMAGES];
    furrow_digits_samples samples;
    REQUIRE(read_images(&samples));
    furrow_digits_model *alone = made_up(nets[0], 0);
    REQUIRE(classify(alone, NULL, samples.images, IMAGES, first));
    const float threshold = middle_confidence(first);
    furrow_digits_model *model = made_up_cascade(threshold);
    REQUIRE(classify(model, NULL, samples.images, IMAGES, answers));
    size_t passed_on = 0;
    for (size_t i = 0; i < IMAGES; i++) {
        harness_case("image %zu", i);
        bool sure = first[i].confidence >= threshold;
        EXPECT_EQUAL(answers[i].stage, sure ? 0 : 1);
        passed_on += !sure;
        if (sure)
            EXPECT(memcmp(&answers[i], &first[i], sizeof first[i]) == 0);
    }
    EXPECT(passed_on > 16 && passed_on < IMAGES - 16);
    furrow_digits_model_free(alone);
    furrow_digits_model_free(model);
    furrow_digits_samples_clear(&samples);
}

TEST(several_nets_of_a_stage_answer_by_the_mean_of_their_outputs_over_the_temperature)
{
    static furrow_digits_answer answers[IMAGES], parts[2][IMAGES];
    furrow_digits_samples samples;
    REQUIRE(read_images(&samples));
    furrow_digits_model *model = made_up_cascade(2);
    REQUIRE(classify(model, NULL, samples.images, IMAGES, answers));
    furrow_digits_model *first = made_up(nets[0], 0);
    size_t offset = parameters_of(first);
    furrow_digits_model_free(first);
    for (size_t i = 0; i < 2; i++) {
        furrow_digits_model *part = made_up(nets[1 + i], offset);
        REQUIRE(classify(part, NULL, samples.images, IMAGES, parts[i]));
        offset += parameters_of(part);
        furrow_digits_model_free(part);
    }
    for (size_t i = 0; i < IMAGES; i++) {
        double powers[FURROW_DIGITS_CLASSES], sum = 0;
        for (size_t j = 0; j < FURROW_DIGITS_CLASSES; j++)
            sum += powers[j] =
                pow((double)parts[0][i].probabilities[j] * (double)parts[1][i].probabilities[j],
                    0.25); /* half of the sum, over a temperature of 2 */
        harness_case("image %zu", i);
        EXPECT_EQUAL(answers[i].stage, 1);
        for (size_t j = 0; j < FURROW_DIGITS_CLASSES; j++)
            EXPECT_NEAR(answers[i].probabilities[j], powers[j] / sum, 1e-5);
    }
    furrow_digits_model_free(model);
    furrow_digits_samples_clear(&samples);
}

TEST(an_answer_of_a_cascade_depends_on_its_image_alone)
{
    static const size_t sizes[] = {1, 2, 7, 16, 63, 64, 65, 301};
    static furrow_digits_answer all[IMAGES], some[IMAGES];
    furrow_digits_samples samples;
    REQUIRE(read_images(&samples));
    for (size_t isa = 0; furrow_digits_isa(isa); isa++) {
        furrow_digits_model *model = made_up_cascade(0.3f);
        furrow_digits_scratch *scratch;
        REQUIRE(classify(model, furrow_digits_isa(isa), samples.images, IMAGES, all));
        REQUIRE_EQUAL(furrow_digits_scratch_new(&scratch, model, furrow_digits_isa(isa)),
                      FURROW_OK);
        for (size_t i = 0; i < COUNT(sizes); i++) {
            harness_case("%s, %zu at a time", furrow_digits_isa(isa), sizes[i]);
            for (size_t done = 0; done < IMAGES; done += sizes[i]) {
                size_t left = IMAGES - done, count = left < sizes[i] ? left : sizes[i];
                furrow_digits_classify(model, scratch, samples.images + done * FURROW_DIGITS_PIXELS,
                                       count, some + done);
            }
            EXPECT(memcmp(all, some, sizeof all) == 0);
        }
        furrow_digits_scratch_free(scratch);
        furrow_digits_model_free(model);
    }
    furrow_digits_samples_clear(&samples);
}

TEST(the_plain_nets_give_the_same_answers_through_all_stages)
{
    static furrow_digits_answer answers[IMAGES];
    furrow_digits_samples samples;
    REQUIRE(read_images(&samples));
    furrow_digits_model *model = made_up_cascade(0.3f);
    REQUIRE(classify(model, NULL, samples.images, IMAGES, answers));
    for (size_t i = 0; i < IMAGES; i++) {
        furrow_digits_answer plain;
        harness_case("image %zu", i);
        REQUIRE_EQUAL(
            furrow_digits_reference(model, samples.images + i * FURROW_DIGITS_PIXELS, &plain),
            FURROW_OK);
        if (plain.stage != answers[i].stage) {
            EXPECT_NEAR(answers[i].stage == 0 ? answers[i].confidence : plain.confidence, 0.3,
                        FURROW_DIGITS_TOLERANCE);
            continue;
        }
        EXPECT_EQUAL(plain.digit, answers[i].digit);
        EXPECT_NEAR(plain.confidence, answers[i].confidence, FURROW_DIGITS_TOLERANCE);
    }
    furrow_digits_model_free(model);
    furrow_digits_samples_clear(&samples);
}

TEST(thresholds_of_0_and_of_2_keep_all_images_and_none)
{
    static furrow_digits_answer answers[IMAGES];
    furrow_digits_samples samples;
    REQUIRE(read_images(&samples));
    for (unsigned stage = 0; stage < 2; stage++) {
        furrow_digits_model *model = made_up_cascade(stage ? 2 : 0);
        REQUIRE(classify(model, NULL, samples.images, IMAGES, answers));
        for (size_t i = 0; i < IMAGES; i++)
            EXPECT_EQUAL(answers[i].stage, stage);
        furrow_digits_model_free(model);
    }
    furrow_digits_samples_clear(&samples);
}

TEST(where_numbers_overflow_all_digits_are_as_probable)
{
    static furrow_digits_answer answers[IMAGES];
    float parameters[784 * 10 + 10 + 100 + 10];
    furrow_digits_samples samples;
    furrow_digits_model *model;
    for (size_t i = 0; i < COUNT(parameters); i++)
        parameters[i] = i % 3 ? 3e38f : -3e38f;
    REQUIRE(read_images(&samples));
    REQUIRE_EQUAL(
        furrow_digits_model_new(&model, "dense10 dense10", parameters, COUNT(parameters), NULL),
        FURROW_OK);
    for (size_t isa = 0; furrow_digits_isa(isa); isa++) {
        harness_case("%s", furrow_digits_isa(isa));
        EXPECT(classify(model, furrow_digits_isa(isa), samples.images, IMAGES, answers));
        size_t overflowed = 0;
        for (size_t i = 0; i < IMAGES; i++) {
            bool even = answers[i].digit == 0 && answers[i].probabilities[9] == 0.1f;
            EXPECT(even || answers[i].confidence == 1);
            overflowed += even;
        }
        EXPECT(overflowed > 0);
    }
    furrow_digits_model_free(model);
    furrow_digits_samples_clear(&samples);
}

TEST(a_cascade_allocates_nothing_while_it_classifies)
{
    static furrow_digits_answer answers[IMAGES];
    furrow_digits_samples samples;
    REQUIRE(read_images(&samples));
    furrow_digits_model *model = made_up_cascade(0.3f);
    furrow_digits_scratch *scratch;
    REQUIRE(model);
    REQUIRE_EQUAL(furrow_digits_scratch_new(&scratch, model, NULL), FURROW_OK);
    harness_fail_allocation(0);
    furrow_digits_classify(model, scratch, samples.images, IMAGES, answers);
    EXPECT_EQUAL(harness_fail_allocation(0), 0);
    furrow_digits_scratch_free(scratch);
    furrow_digits_model_free(model);
    furrow_digits_samples_clear(&samples);
}

TEST(multiplications_are_those_of_the_stages_by_their_shares)
{
    furrow_digits_model *model = made_up_cascade(0.3f);
    size_t sums[3];
    REQUIRE(model);
    for (size_t i = 0; i < 3; i++) {
        furrow_digits_model *net = made_up(nets[i], 0);
        REQUIRE(net);
        sums[i] = furrow_digits_model_multiplications(net);
        furrow_digits_model_free(net);
    }
    EXPECT_EQUAL(furrow_digits_model_multiplications(model), sums[0] + (sums[1] + sums[2] + 1) / 2);
    furrow_digits_model_free(model);
}

TEST(texts_that_are_no_cascade_are_refused)
{
    static const struct {
        const char *layers, *expected;
    } table[] = {
        {"dense10 / ", "layers"},
        {" / dense10", "layers"},
        {"dense10 /dense10", "not a list of layers"},
        {"dense10 + / dense10", "layers"},
        {"dense10 / dense9", "does not end in 10 values"},
        {"dense10 / dense10 / dense10 / dense10 / dense10", "more stages than"},
        {"dense10 + dense10 + dense10 + dense10 + dense10 + dense10 + dense10 + dense10 + dense10",
         "more nets than"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow_digits_model *model;
        furrow_error error = {0};
        harness_case("%s", table[i].layers);
        EXPECT_EQUAL(furrow_digits_model_new(&model, table[i].layers, NULL, 0, &error),
                     FURROW_EINVAL);
        EXPECT(!model);
        EXPECT_CONTAINS(error.text, table[i].expected);
    }
}

TEST(stages_that_cannot_be_are_refused)
{
    static const furrow_digits_stage table[] = {
        {0, 0.5f, 1}, {-1, 0.5f, 1}, {NAN, 0.5f, 1}, {INFINITY, 0.5f, 1}, {1, -0.1f, 1},
        {1, 2.5f, 1}, {1, NAN, 1},   {1, 0.5f, -1},  {1, 0.5f, 1.5f},     {1, 0.5f, NAN},
    };
    furrow_digits_model *model = made_up("dense10", 0), *staged;
    REQUIRE(model);
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow_error error = {0};
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow_digits_model_staged(&staged, model, &table[i], &error), FURROW_EINVAL);
        EXPECT(!staged);
        EXPECT_CONTAINS(error.text, "stage 0: ");
    }
    const furrow_digits_stage good = {1, 0.5f, 1};
    harness_fail_allocation(1);
    EXPECT_EQUAL(furrow_digits_model_staged(&staged, model, &good, NULL), FURROW_ENOMEM);
    EXPECT(!staged);
    furrow_digits_model_free(model);
}

/* How the stages of a cascade are calibrated. */
#include "digits_cascades.h"

#include <math.h>

static double loss(const furrow_digits_answer *answers, const unsigned char *labels)
{
    double sum = 0;
    for (size_t i = 0; i < IMAGES; i++)
        sum -= log((double)answers[i].probabilities[labels[i]] + 1e-30);
    return sum / IMAGES;
}

TEST(a_calibrated_temperature_makes_the_labels_likelier)
{
    static furrow_digits_answer before[IMAGES], after[IMAGES];
    furrow_digits_samples samples;
    REQUIRE(read_images(&samples));
    furrow_digits_model *model = made_up(nets[0], 0), *calibrated;
    REQUIRE(classify(model, NULL, samples.images, IMAGES, before));
    REQUIRE_EQUAL(furrow_digits_calibrate(&calibrated, model, &samples, 0, NULL), FURROW_OK);
    REQUIRE(classify(calibrated, NULL, samples.images, IMAGES, after));
    EXPECT(loss(after, samples.labels) < loss(before, samples.labels));
    size_t count;
    float found = furrow_digits_model_stages(calibrated, &count)->temperature;
    for (int side = -1; side <= 1; side += 2) {
        furrow_digits_model *other;
        const furrow_digits_stage stage = {found * (1 + 0.2f * (float)side), 0, 1};
        REQUIRE_EQUAL(furrow_digits_model_staged(&other, model, &stage, NULL), FURROW_OK);
        REQUIRE(classify(other, NULL, samples.images, IMAGES, before));
        EXPECT(found > 3.9f || loss(after, samples.labels) <= loss(before, samples.labels));
        furrow_digits_model_free(other);
    }
    for (size_t i = 0; i < IMAGES; i++)
        EXPECT_EQUAL(after[i].digit, before[i].digit);
    furrow_digits_model_free(calibrated);
    furrow_digits_model_free(model);
    furrow_digits_samples_clear(&samples);
}

TEST(thresholds_keep_to_the_budget_and_use_it)
{
    enum { STEPS = 50 };
    static furrow_digits_answer answers[IMAGES];
    furrow_digits_samples samples;
    REQUIRE(read_images(&samples));
    furrow_digits_model *model = made_up(cascade, 0), *first = made_up(nets[0], 0);
    REQUIRE(model && first);
    double cheap = (double)furrow_digits_model_multiplications(first);
    double dear = (double)furrow_digits_model_multiplications(model) - cheap;
    for (int i = 0; i <= STEPS; i++) {
        furrow_digits_model *calibrated;
        double share = (double)i / STEPS, budget = cheap + share * dear + 0.5;
        harness_case("a share of %g", share);
        REQUIRE_EQUAL(furrow_digits_calibrate(&calibrated, model, &samples, budget, NULL),
                      FURROW_OK);
        REQUIRE(classify(calibrated, NULL, samples.images, IMAGES, answers));
        size_t passed_on = 0, count;
        for (size_t j = 0; j < IMAGES; j++)
            passed_on += answers[j].stage == 1;
        const furrow_digits_stage *stages = furrow_digits_model_stages(calibrated, &count);
        EXPECT_NEAR((double)passed_on / IMAGES, share, 1.0 / IMAGES);
        EXPECT((double)furrow_digits_model_multiplications(calibrated) <= budget);
        EXPECT_NEAR(stages[1].share, (double)passed_on / IMAGES, 1.0 / IMAGES);
        furrow_digits_model_free(calibrated);
    }
    furrow_digits_model_free(first);
    furrow_digits_model_free(model);
    furrow_digits_samples_clear(&samples);
}

TEST(calibrating_needs_labelled_samples_and_memory)
{
    unsigned char images[FURROW_DIGITS_PIXELS] = {0}, label = 3;
    const furrow_digits_samples none = {0}, bare = {images, NULL, 1}, one = {images, &label, 1};
    furrow_digits_model *model = made_up(cascade, 0), *calibrated;
    furrow_error error = {0};
    REQUIRE(model);
    EXPECT_EQUAL(furrow_digits_calibrate(&calibrated, model, &none, 0, &error), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_digits_calibrate(&calibrated, model, &bare, 0, &error), FURROW_EINVAL);
    EXPECT_CONTAINS(error.text, "no labelled samples");
    size_t n = 0;
    int status;
    do {
        harness_fail_allocation(++n);
        status = furrow_digits_calibrate(&calibrated, model, &one, 0, NULL);
        EXPECT(status == FURROW_OK || (status == FURROW_ENOMEM && !calibrated));
    } while (status == FURROW_ENOMEM);
    harness_fail_allocation(0);
    EXPECT(n > 6);
    furrow_digits_model_free(calibrated);
    furrow_digits_model_free(model);
}

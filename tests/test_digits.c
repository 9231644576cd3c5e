/* The classifier: the shipped model on real digits, and the lanes against each other and against
 * the plain net. */
#include "digits_fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/digits/digits.h>
#include <furrow/digits/training.h>

/* ---- the shipped model ---- */

TEST(the_shipped_model_names_at_least_99_6_percent_of_the_test_digits)
{
    struct fixture all;
    REQUIRE(open_fixture(&all));
    REQUIRE_EQUAL(all.samples.count, 10000);
    furrow_digits_answer *answers = calloc(all.samples.count, sizeof *answers);
    REQUIRE(answers);
    furrow_digits_classify(all.model, all.scratch, all.samples.images, all.samples.count, answers);
    size_t errors = 0;
    for (size_t i = 0; i < all.samples.count; i++)
        errors += answers[i].digit != all.samples.labels[i];
    printf("%zu of 10000 wrong: %.2f %%\n", errors, 100 - (double)errors / 100);
    EXPECT(errors <= 40);
    free(answers);
    close_fixture(&all);
}

TEST(the_way_through_the_normaliser_costs_no_accuracy)
{
    struct fixture all;
    REQUIRE(open_fixture(&all));
    size_t changed = 0, lost = 0;
    for (size_t i = 0; i < all.samples.count; i++) {
        unsigned char copy[FURROW_DIGITS_PIXELS], pixels[FURROW_DIGITS_PIXELS];
        memcpy(copy, image_at(&all, i), sizeof copy);
        furrow_image image = {.width = 28, .height = 28, .pixels = copy};
        furrow_digits_answer plain, normal;
        REQUIRE_EQUAL(furrow_digits_normalise(pixels, &image, NULL), FURROW_OK);
        if (memcmp(pixels, copy, sizeof copy) == 0)
            continue;
        changed++;
        furrow_digits_classify(all.model, all.scratch, copy, 1, &plain);
        furrow_digits_classify(all.model, all.scratch, pixels, 1, &normal);
        lost += plain.digit == all.samples.labels[i] && normal.digit != all.samples.labels[i];
    }
    EXPECT(changed <= 10);
    EXPECT_EQUAL(lost, 0);
    close_fixture(&all);
}

TEST(the_24_pictures_of_the_seed_have_the_seeds_answers_in_its_order)
{
    static const struct {
        int index, digit;
    } seed[] = {{17, 8}, {18, 3}, {30, 3}, {31, 8},  {32, 3},  {41, 8},  {44, 3},  {46, 8},
                {51, 3}, {55, 8}, {63, 3}, {68, 3},  {76, 3},  {85, 8},  {87, 3},  {90, 3},
                {93, 3}, {94, 8}, {97, 8}, {112, 3}, {125, 8}, {137, 8}, {144, 8}, {146, 8}};
    unsigned char images[COUNT(seed)][FURROW_DIGITS_PIXELS];
    furrow_digits_answer answers[COUNT(seed)];
    furrow_image image = {0};
    struct fixture all;
    REQUIRE(open_fixture(&all));
    for (size_t i = 0; i < COUNT(seed); i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/digits/%d.png", DATA_FOLDER, seed[i].index);
        REQUIRE_EQUAL(furrow_image_read(&image, path, NULL, NULL), FURROW_OK);
        REQUIRE_EQUAL(furrow_digits_normalise(images[i], &image, NULL), FURROW_OK);
    }
    furrow_digits_classify(all.model, all.scratch, images[0], COUNT(seed), answers);
    for (size_t i = 0; i < COUNT(seed); i++) {
        harness_case("%d.png", seed[i].index);
        EXPECT_EQUAL(answers[i].digit, seed[i].digit);
        EXPECT(answers[i].confidence > 0.5f);
    }
    furrow_image_clear(&image);
    close_fixture(&all);
}

/* ---- lanes ---- */

TEST(every_lane_and_every_batch_size_gives_the_same_bits)
{
    enum { MOST = 83 };
    struct fixture all;
    REQUIRE(open_fixture(&all));
    for (size_t isa = 0; furrow_digits_isa(isa); isa++) {
        furrow_digits_scratch *scratch;
        furrow_digits_answer alone[MOST], together[MOST];
        REQUIRE_EQUAL(furrow_digits_scratch_new(&scratch, all.model, furrow_digits_isa(isa)),
                      FURROW_OK);
        for (size_t i = 0; i < MOST; i++)
            furrow_digits_classify(all.model, scratch, image_at(&all, i), 1, &alone[i]);
        for (size_t n = 0; n <= MOST; n++) {
            harness_case("%s, %zu images", furrow_digits_isa(isa), n);
            memset(together, 0, sizeof together);
            furrow_digits_classify(all.model, scratch, all.samples.images, n, together);
            EXPECT(memcmp(alone, together, n * sizeof *alone) == 0);
        }
        furrow_digits_scratch_free(scratch);
    }
    close_fixture(&all);
}

static void expect_near(const furrow_digits_answer *got, const furrow_digits_answer *expected)
{
    EXPECT_EQUAL(got->digit, expected->digit);
    for (int i = 0; i < FURROW_DIGITS_CLASSES; i++)
        EXPECT_NEAR((double)got->probabilities[i], (double)expected->probabilities[i],
                    FURROW_DIGITS_TOLERANCE);
}

TEST(every_instruction_set_agrees_with_the_plain_net)
{
    struct fixture all;
    REQUIRE(open_fixture(&all));
    for (size_t isa = 0; furrow_digits_isa(isa); isa++) {
        furrow_digits_scratch *scratch;
        REQUIRE_EQUAL(furrow_digits_scratch_new(&scratch, all.model, furrow_digits_isa(isa)),
                      FURROW_OK);
        EXPECT_TEXT(furrow_digits_scratch_isa(scratch), furrow_digits_isa(isa));
        furrow_digits_answer fast[64], plain;
        furrow_digits_classify(all.model, scratch, all.samples.images, COUNT(fast), fast);
        for (size_t i = 0; i < COUNT(fast); i++) {
            harness_case("%s, image %zu", furrow_digits_isa(isa), i);
            REQUIRE_EQUAL(furrow_digits_reference(all.model, image_at(&all, i), &plain), FURROW_OK);
            expect_near(&fast[i], &plain);
        }
        furrow_digits_scratch_free(scratch);
    }
    close_fixture(&all);
}

/* A model of `layers` with parameters made up; NULL where there is no such net. */
static furrow_digits_model *make_up(const char *layers)
{
    furrow_digits_model *empty, *model = NULL;
    size_t count;
    if (furrow_digits_model_new(&empty, layers, NULL, 0, NULL) != FURROW_OK)
        return NULL;
    furrow_digits_model_parameters(empty, &count);
    furrow_digits_model_free(empty);
    float *parameters = calloc(count, sizeof *parameters);
    for (size_t i = 0; i < count && parameters; i++)
        parameters[i] = (float)sin((double)i * 0.7) * 0.1f;
    if (parameters)
        furrow_digits_model_new(&model, layers, parameters, count, NULL);
    free(parameters);
    return model;
}

/* With one instruction set answers are near the plain net's, and the same bits for one image as for
 * many at once. */
static void expect_plain(const furrow_digits_model *model, const struct fixture *all,
                         const char *isa)
{
    enum { SOME = 37 };
    furrow_digits_scratch *scratch;
    furrow_digits_answer together[SOME], alone, plain;
    memset(together, 0, sizeof together);
    REQUIRE_EQUAL(furrow_digits_scratch_new(&scratch, model, isa), FURROW_OK);
    furrow_digits_classify(model, scratch, all->samples.images, SOME, together);
    for (size_t i = 0; i < SOME; i++) {
        memset(&alone, 0, sizeof alone);
        furrow_digits_classify(model, scratch, image_at(all, i), 1, &alone);
        REQUIRE_EQUAL(furrow_digits_reference(model, image_at(all, i), &plain), FURROW_OK);
        expect_near(&alone, &plain);
        EXPECT(memcmp(&alone, &together[i], sizeof alone) == 0);
    }
    furrow_digits_scratch_free(scratch);
}

TEST(odd_nets_agree_with_the_plain_net_on_every_instruction_set)
{
    static const char *const nets[] = {
        "dense10",
        "conv28x10",
        "conv3x5 pool conv2x7 conv1x3 pool dense10",
        "conv1x1 pool conv7x9 pool dense5 dense10",
        "conv6x4 conv5x3 pool conv4x13 dense10",
        "conv5x6 pool conv5x16 pool dense120 dense84 dense10",
        "conv3x2 conv3x1 dense25 dense10",
    };
    struct fixture all;
    REQUIRE(open_fixture(&all));
    EXPECT(!make_up("conv4x6 pool pool10"));
    for (size_t net = 0; net < COUNT(nets); net++) {
        furrow_digits_model *model = make_up(nets[net]);
        REQUIRE(model);
        for (size_t isa = 0; furrow_digits_isa(isa); isa++) {
            harness_case("%s, %s", nets[net], furrow_digits_isa(isa));
            expect_plain(model, &all, furrow_digits_isa(isa));
        }
        furrow_digits_model_free(model);
    }
    close_fixture(&all);
}

TEST(an_unknown_instruction_set_is_refused)
{
    struct fixture all;
    REQUIRE(open_fixture(&all));
    furrow_digits_scratch *scratch;
    EXPECT_EQUAL(furrow_digits_scratch_new(&scratch, all.model, "mmx"), FURROW_ENOTSUP);
    EXPECT(!scratch);
    close_fixture(&all);
}

TEST(failed_allocations_are_reported)
{
    struct fixture all;
    REQUIRE(open_fixture(&all));
    furrow_digits_model *model;
    furrow_digits_scratch *scratch;
    furrow_digits_answer answer;
    for (size_t n = 1; n <= 2; n++) {
        harness_fail_allocation(n);
        EXPECT_EQUAL(furrow_digits_model_default(&model, NULL), FURROW_ENOMEM);
        EXPECT(!model);
    }
    harness_fail_allocation(1);
    EXPECT_EQUAL(furrow_digits_scratch_new(&scratch, all.model, NULL), FURROW_ENOMEM);
    harness_fail_allocation(1);
    EXPECT_EQUAL(furrow_digits_reference(all.model, image_at(&all, 0), &answer), FURROW_ENOMEM);
    harness_fail_allocation(0);
    close_fixture(&all);
}

TEST(classifying_and_normalising_allocate_nothing)
{
    struct fixture all;
    REQUIRE(open_fixture(&all));
    unsigned char big[60 * 50], pixels[FURROW_DIGITS_PIXELS];
    memset(big, 255, sizeof big);
    for (size_t y = 10; y < 40; y++)
        memset(big + y * 60 + 20, 30, 5);
    furrow_image image = {.width = 60, .height = 50, .pixels = big};
    furrow_digits_answer answers[20];
    harness_fail_allocation(0);
    EXPECT_EQUAL(furrow_digits_normalise(pixels, &image, NULL), FURROW_OK);
    furrow_digits_classify(all.model, all.scratch, all.samples.images, 20, answers);
    EXPECT_EQUAL(harness_fail_allocation(0), 0);
    close_fixture(&all);
}

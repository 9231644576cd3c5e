/* The classifier: the shipped model on real digits, the lanes against each other and against the
 * plain net, and the road from any picture to MNIST's form. */
#include "harness.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/digits.h>
#include <furrow/digits_training.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const char *const test_images = DATA_FOLDER "/mnist/t10k-images-idx3-ubyte.gz";
static const char *const test_labels = DATA_FOLDER "/mnist/t10k-labels-idx1-ubyte.gz";

/* The shipped model and the real test images; closed at the end of the test. */
struct fixture {
    furrow_digits_model *model;
    furrow_digits_scratch *scratch;
    furrow_digits_samples samples;
};

static bool open_fixture(struct fixture *all)
{
    *all = (struct fixture){0};
    furrow_error error = {0};
    return harness_equal_integer(furrow_digits_model_default(&all->model, &error), FURROW_OK,
                                 error.text, __FILE__, __LINE__) &&
           harness_equal_integer(furrow_digits_scratch_new(&all->scratch, all->model, NULL),
                                 FURROW_OK, "scratch", __FILE__, __LINE__) &&
           harness_equal_integer(
               furrow_digits_samples_read(&all->samples, test_images, test_labels, &error),
               FURROW_OK, error.text, __FILE__, __LINE__);
}

static void close_fixture(struct fixture *all)
{
    furrow_digits_samples_clear(&all->samples);
    furrow_digits_scratch_free(all->scratch);
    furrow_digits_model_free(all->model);
}

static const unsigned char *image_at(const struct fixture *all, size_t index)
{
    return all->samples.images + index * FURROW_DIGITS_PIXELS;
}

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
    for (size_t level = 0; furrow_digits_level(level); level++) {
        furrow_digits_scratch *scratch;
        furrow_digits_answer alone[MOST], together[MOST];
        REQUIRE_EQUAL(furrow_digits_scratch_new(&scratch, all.model, furrow_digits_level(level)),
                      FURROW_OK);
        for (size_t i = 0; i < MOST; i++)
            furrow_digits_classify(all.model, scratch, image_at(&all, i), 1, &alone[i]);
        for (size_t n = 0; n <= MOST; n++) {
            harness_case("%s, %zu images", furrow_digits_level(level), n);
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
    for (size_t level = 0; furrow_digits_level(level); level++) {
        furrow_digits_scratch *scratch;
        REQUIRE_EQUAL(furrow_digits_scratch_new(&scratch, all.model, furrow_digits_level(level)),
                      FURROW_OK);
        EXPECT_TEXT(furrow_digits_scratch_level(scratch), furrow_digits_level(level));
        furrow_digits_answer fast[64], plain;
        furrow_digits_classify(all.model, scratch, all.samples.images, COUNT(fast), fast);
        for (size_t i = 0; i < COUNT(fast); i++) {
            harness_case("%s, image %zu", furrow_digits_level(level), i);
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

/* At one level: near the plain net, and the same bits alone as together. */
static void expect_plain(const furrow_digits_model *model, const struct fixture *all,
                         const char *level)
{
    enum { SOME = 37 };
    furrow_digits_scratch *scratch;
    furrow_digits_answer together[SOME], alone, plain;
    memset(together, 0, sizeof together);
    REQUIRE_EQUAL(furrow_digits_scratch_new(&scratch, model, level), FURROW_OK);
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
        for (size_t level = 0; furrow_digits_level(level); level++) {
            harness_case("%s, %s", nets[net], furrow_digits_level(level));
            expect_plain(model, &all, furrow_digits_level(level));
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

/* ---- the normaliser ---- */

/* A picture of `width` x `height`, to be freed by its owner. */
static furrow_image picture(size_t width, size_t height, int paper)
{
    furrow_image image = {.width = width, .height = height, .pixels = malloc(width * height + 1)};
    if (image.pixels)
        memset(image.pixels, paper, width * height);
    return image;
}

/* An image of 28 x 28, each pixel `scale` x `scale`, in a picture with a margin. */
static furrow_image enlarge(const unsigned char *from, size_t scale, size_t left, size_t top,
                            bool inverted)
{
    size_t side = FURROW_DIGITS_SIDE * scale;
    furrow_image image = picture(side + left + 3, side + top + 5, inverted ? 255 : 0);
    for (size_t y = 0; y < side; y++)
        for (size_t x = 0; x < side; x++) {
            unsigned char ink = from[y / scale * FURROW_DIGITS_SIDE + x / scale];
            image.pixels[(y + top) * image.width + x + left] =
                inverted ? (unsigned char)(255 - ink) : ink;
        }
    return image;
}

TEST(a_digit_is_the_same_inverted_enlarged_or_shifted)
{
    static const struct {
        size_t scale, left, top;
        bool inverted;
        size_t most_changed; /* of 400 labels */
    } table[] = {
        {1, 0, 0, true, 1},  {1, 9, 2, false, 2},   {2, 0, 0, false, 4},
        {3, 40, 7, true, 4}, {7, 1, 100, false, 4},
    };
    enum { SOME = 400 };
    static unsigned char pixels[SOME][FURROW_DIGITS_PIXELS];
    static furrow_digits_answer plain[SOME], normal[SOME];
    struct fixture all;
    REQUIRE(open_fixture(&all));
    furrow_digits_classify(all.model, all.scratch, all.samples.images, SOME, plain);
    for (size_t i = 0; i < COUNT(table); i++) {
        size_t changed = 0;
        harness_case("x%zu, %zu to the right, %zu down", table[i].scale, table[i].left,
                     table[i].top);
        for (size_t j = 0; j < SOME; j++) {
            furrow_image image = enlarge(image_at(&all, j), table[i].scale, table[i].left,
                                         table[i].top, table[i].inverted);
            REQUIRE_EQUAL(furrow_digits_normalise(pixels[j], &image, NULL), FURROW_OK);
            free(image.pixels);
        }
        furrow_digits_classify(all.model, all.scratch, pixels[0], SOME, normal);
        for (size_t j = 0; j < SOME; j++)
            changed += plain[j].digit != normal[j].digit;
        EXPECT(changed <= table[i].most_changed);
    }
    close_fixture(&all);
}

TEST(a_bar_becomes_20_pixels_long_with_its_mass_in_the_middle)
{
    furrow_image image = picture(300, 200, 200);
    REQUIRE(image.pixels);
    for (size_t y = 50; y < 150; y++)
        memset(image.pixels + y * 300 + 20, 100, 10);
    unsigned char pixels[FURROW_DIGITS_PIXELS];
    REQUIRE_EQUAL(furrow_digits_normalise(pixels, &image, NULL), FURROW_OK);
    free(image.pixels);
    double mass = 0, down = 0, right = 0;
    for (size_t y = 0; y < 28; y++)
        for (size_t x = 0; x < 28; x++) {
            double ink = pixels[y * 28 + x];
            mass += ink;
            right += ink * ((double)x + 0.5);
            down += ink * ((double)y + 0.5);
        }
    EXPECT_NEAR(mass / 255, 20 * 2, 0.5); /* 100 x 10, five times smaller */
    EXPECT_NEAR(right / mass, 14.5, 0.05);
    EXPECT_NEAR(down / mass, 14.5, 0.05);
}

TEST(a_picture_without_ink_is_an_error_and_never_a_digit)
{
    static const struct {
        size_t width, height;
        int paper, other; /* of the middle pixel */
    } table[] = {{0, 0, 0, 0},       {1, 1, 0, 0},       {1, 1, 255, 255}, {28, 28, 0, 0},
                 {28, 28, 255, 255}, {28, 28, 128, 143}, {2, 1, 9, 9},     {1000, 3, 77, 70}};
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow_image image = picture(table[i].width, table[i].height, table[i].paper);
        REQUIRE(image.pixels);
        if (table[i].width > 2)
            image.pixels[table[i].height / 2 * table[i].width + table[i].width / 2] =
                (unsigned char)table[i].other;
        unsigned char pixels[FURROW_DIGITS_PIXELS];
        furrow_error error = {0};
        harness_case("%zu x %zu of %d", table[i].width, table[i].height, table[i].paper);
        EXPECT_EQUAL(furrow_digits_normalise(pixels, &image, &error), FURROW_EFORMAT);
        EXPECT_CONTAINS(error.text, "no ink found");
        free(image.pixels);
    }
}

TEST(a_single_pixel_of_ink_is_ink)
{
    furrow_image image = picture(28, 28, 255);
    REQUIRE(image.pixels);
    image.pixels[5 * 28 + 20] = 0;
    unsigned char pixels[FURROW_DIGITS_PIXELS];
    EXPECT_EQUAL(furrow_digits_normalise(pixels, &image, NULL), FURROW_OK);
    EXPECT_EQUAL(pixels[14 * 28 + 14], 255);
    EXPECT(pixels[0] < 64);
    free(image.pixels);
}

TEST(grain_on_the_paper_is_no_ink)
{
    furrow_image image = picture(100, 100, 240);
    REQUIRE(image.pixels);
    for (size_t i = 0; i < 10000; i++)
        image.pixels[i] = (unsigned char)(240 + (int)(i * 2654435761u >> 7 & 7) - 4);
    for (size_t y = 30; y < 70; y++)
        memset(image.pixels + y * 100 + 48, 20, 6);
    unsigned char pixels[FURROW_DIGITS_PIXELS];
    REQUIRE_EQUAL(furrow_digits_normalise(pixels, &image, NULL), FURROW_OK);
    EXPECT(pixels[14 * 28 + 14] > 240);
    for (size_t x = 0; x < 28; x++)
        EXPECT(pixels[x] < 8);
    free(image.pixels);
}

/* Normalising: any picture becomes an image in MNIST's form. */
#include "digits_fixture.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

/* Nearly normal: mean 0, variance 1, from four numbers of a linear congruence. */
static double deviate(unsigned *state)
{
    double sum = 0;
    for (int i = 0; i < 4; i++) {
        *state = *state * 1664525u + 1013904223u;
        sum += (double)(*state >> 8) / (1 << 24) - 0.5;
    }
    return sum * 1.7320508075688772;
}

TEST(grain_of_a_quarter_of_the_contrast_changes_few_labels)
{
    enum { SOME = 400 };
    static unsigned char grainy[FURROW_DIGITS_PIXELS], pixels[SOME][FURROW_DIGITS_PIXELS];
    static furrow_digits_answer plain[SOME], normal[SOME];
    const furrow_image image = {
        .width = FURROW_DIGITS_SIDE, .height = FURROW_DIGITS_SIDE, .pixels = grainy};
    struct fixture all;
    unsigned state = 1;
    size_t changed = 0;
    REQUIRE(open_fixture(&all));
    furrow_digits_classify(all.model, all.scratch, all.samples.images, SOME, plain);
    for (size_t i = 0; i < SOME; i++) {
        for (size_t j = 0; j < FURROW_DIGITS_PIXELS; j++) {
            double gray = image_at(&all, i)[j] + 64 * deviate(&state);
            grainy[j] = (unsigned char)(gray < 0 ? 0 : gray > 255 ? 255 : gray);
        }
        REQUIRE_EQUAL(furrow_digits_normalise(pixels[i], &image, NULL), FURROW_OK);
    }
    furrow_digits_classify(all.model, all.scratch, pixels[0], SOME, normal);
    for (size_t i = 0; i < SOME; i++)
        changed += plain[i].digit != normal[i].digit;
    EXPECT(changed <= 12);
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

/* ---- MNIST's form ---- */

/* As is_normal in normalise.c has it, pixel by pixel. */
static bool is_in_mnists_form(const unsigned char *pixels)
{
    int left = 28, right = 0, top = 28, bottom = 0, most = 0, bright = 0;
    double mass = 0, across = 0, down = 0;
    for (int y = 0; y < 28; y++)
        for (int x = 0; x < 28; x++) {
            int ink = pixels[28 * y + x];
            bright += ((x == 0) + (x == 27) + (y == 0) + (y == 27)) * (ink >= 16);
            if (ink < 32)
                continue;
            most = ink > most ? ink : most;
            left = x < left ? x : left;
            right = x > right ? x : right;
            top = y < top ? y : top;
            bottom = y > bottom ? y : bottom;
            mass += ink;
            across += ink * x;
            down += ink * y;
        }
    int side = (right - left > bottom - top ? right - left : bottom - top) + 1;
    return bright < 12 && most >= 192 && side >= 18 && side <= 20 && fabs(across / mass - 14) < 1 &&
           fabs(down / mass - 14) < 1;
}

/* A stroke of 2 pixels and a dot, of less than full strength. A stroke that was drawn anew would
 * have full strength. */
static void draw_almost_in_form(unsigned char *pixels, size_t seed)
{
    uint64_t state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    int values[7];
    for (int i = 0; i < 7; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        values[i] = (int)(state >> 40);
    }
    int length = 17 + values[0] % 5, start = 3 + values[1] % 4, place = 12 + values[2] % 4;
    int strength = 186 + values[3] % 12, border = 8 + values[4] % 6;
    bool lies = values[5] % 2;
    memset(pixels, 0, FURROW_DIGITS_PIXELS);
    for (int i = 0; i < length; i++)
        for (int j = place; j < place + 2; j++)
            pixels[lies ? 28 * j + start + i : 28 * (start + i) + j] = (unsigned char)strength;
    for (int i = 0; i < border; i++)
        pixels[lies ? 1 + i : 28 * (1 + i)] = (unsigned char)(14 + values[6] % 4);
}

TEST(what_is_in_mnists_form_stays_as_it_is_and_nothing_else)
{
    enum { PICTURES = 5000, LEAST = 100 };
    size_t normal = 0;
    for (size_t seed = 0; seed < PICTURES; seed++) {
        unsigned char pixels[FURROW_DIGITS_PIXELS];
        unsigned char readings[FURROW_DIGITS_READINGS * FURROW_DIGITS_PIXELS];
        const furrow_image image = {.width = 28, .height = 28, .pixels = pixels};
        size_t count;
        harness_case("picture %zu", seed);
        draw_almost_in_form(pixels, seed);
        REQUIRE_EQUAL(furrow_digits_readings(readings, &count, &image, NULL), FURROW_OK);
        bool stays = count == 1 && memcmp(readings, pixels, FURROW_DIGITS_PIXELS) == 0;
        EXPECT_EQUAL(stays, is_in_mnists_form(pixels));
        normal += stays;
    }
    EXPECT(normal > LEAST);
    EXPECT(normal < PICTURES - LEAST);
}

/* Randomly distorted images: an empty recipe changes nothing, and each distortion does what it
 * says. */
#include "harness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "digits/net/isa.h"
#include "digits/train/random.h"
#include "digits/train/trainer.h"

enum { SIDE = FURROW_DIGITS_SIDE, PIXELS = FURROW_DIGITS_PIXELS };

/* A stroke three pixels wide, 20 high, in the middle. */
static void draw_stem(unsigned char *image)
{
    memset(image, 0, PIXELS);
    for (size_t y = 4; y < 24; y++)
        memset(image + y * SIDE + 13, 255, 3);
}

static void draw_noise(unsigned char *image, uint64_t key)
{
    for (size_t i = 0; i < PIXELS; i++)
        image[i] = (unsigned char)furrow__random_next(&key);
}

static long mass_of(const unsigned char *image)
{
    long mass = 0;
    for (size_t i = 0; i < PIXELS; i++)
        mass += image[i];
    return mass;
}

/* In columns [left, right) of rows [top, bottom). */
static long mass_within(const unsigned char *image, int left, int right, int top, int bottom)
{
    long mass = 0;
    for (int y = top; y < bottom; y++)
        for (int x = left; x < right; x++)
            mass += image[y * SIDE + x];
    return mass;
}

static int darkest_column(const unsigned char *image)
{
    int darkest = 0;
    for (int x = 1; x < SIDE; x++)
        if (mass_within(image, x, x + 1, 0, SIDE) >
            mass_within(image, darkest, darkest + 1, 0, SIDE))
            darkest = x;
    return darkest;
}

/* ---- augment ---- */

TEST(an_image_stays_as_it_is_where_no_distortion_is_asked_for)
{
    const furrow_digits_recipe nothing = {0};
    unsigned char from[PIXELS], to[PIXELS];
    draw_noise(from, 1);
    for (size_t i = 0; furrow__digits_isa_at(i); i++) {
        harness_case("%s", furrow__digits_isa_at(i)->id.name);
        for (unsigned char label = 0; label < 10; label++) {
            furrow__digits_isa_at(i)->augment(to, from, label, &nothing, 7);
            EXPECT(memcmp(to, from, PIXELS) == 0);
        }
    }
}

TEST(every_level_distorts_alike)
{
    const furrow_digits_recipe recipe = {.rotation = 10,
                                         .scaling = 0.1,
                                         .shearing = 0.1,
                                         .shifting = 1.5,
                                         .elasticity = 0.4,
                                         .thickening = 0.3,
                                         .grain = 10,
                                         .widening = 0.5,
                                         .pens = 0.5,
                                         .coarsening = 0.5,
                                         .handwriting = 0.5};
    unsigned char from[PIXELS], plain[PIXELS], other[PIXELS];
    for (size_t i = 1; furrow__digits_isa_at(i); i++) {
        int most = 0;
        harness_case("%s", furrow__digits_isa_at(i)->id.name);
        for (uint64_t key = 0; key < 500; key++) {
            unsigned char label = (unsigned char)(key % 10);
            draw_stem(from);
            furrow__digits_isa_at(0)->augment(plain, from, label, &recipe, furrow__random_mix(key));
            furrow__digits_isa_at(i)->augment(other, from, label, &recipe, furrow__random_mix(key));
            for (size_t pixel = 0; pixel < PIXELS; pixel++) {
                int away = abs(plain[pixel] - other[pixel]);
                most = away > most ? away : most;
            }
        }
        EXPECT(most <= 1);
    }
}

TEST(a_coarse_scanner_keeps_areas_and_loses_what_is_finer_than_its_cells)
{
    const furrow_digits_recipe recipe = {.coarsening = 1};
    unsigned char full[PIXELS], stripes[PIXELS], to[PIXELS];
    memset(full, 255, sizeof full);
    for (size_t i = 0; i < PIXELS; i++)
        stripes[i] = i % 2 ? 255 : 0;
    for (uint64_t key = 0; key < 200; key++) {
        int least = 255;
        long changes = 0;
        furrow__digits_isa_find(NULL)->augment(to, full, 0, &recipe, furrow__random_mix(key));
        for (int y = 5; y < SIDE - 5; y++)
            for (int x = 5; x < SIDE - 5; x++)
                least = to[y * SIDE + x] < least ? to[y * SIDE + x] : least;
        EXPECT(least >= 254);
        furrow__digits_isa_find(NULL)->augment(to, stripes, 0, &recipe, furrow__random_mix(key));
        for (int y = 5; y < SIDE - 5; y++)
            for (int x = 5; x < SIDE - 6; x++)
                changes += labs((long)to[y * SIDE + x] - to[y * SIDE + x + 1]);
        EXPECT(changes < 18 * 17 * 255 * 3 / 4);
    }
}

TEST(widening_makes_strokes_wider_and_never_higher)
{
    const furrow_digits_recipe recipe = {.widening = 1};
    unsigned char from[PIXELS], to[PIXELS];
    double widths = 0;
    draw_stem(from);
    for (uint64_t key = 0; key < 200; key++) {
        furrow__digits_isa_find(NULL)->augment(to, from, 1, &recipe, furrow__random_mix(key));
        EXPECT(mass_of(to) >= mass_of(from) - 255 && mass_of(to) <= mass_of(from) * 17 / 10);
        EXPECT_EQUAL(mass_within(to, 0, SIDE, 0, 4) + mass_within(to, 0, SIDE, 24, SIDE), 0);
        widths += (double)mass_of(to) / (double)mass_of(from);
    }
    EXPECT_NEAR(widths / 200, 1.3, 0.05);
}

TEST(other_pens_make_strokes_wider_or_thinner_by_up_to_a_pixel_on_each_side)
{
    const furrow_digits_recipe recipe = {.pens = 1};
    unsigned char from[PIXELS], to[PIXELS];
    int wider = 0;
    draw_stem(from);
    for (uint64_t key = 0; key < 200; key++) {
        furrow__digits_isa_find(NULL)->augment(to, from, 1, &recipe, furrow__random_mix(key));
        double width = (double)mass_within(to, 0, SIDE, 10, 11) / 255;
        EXPECT(width >= 1 && width <= 5 && fabs(width - 3) > 0);
        wider += width > 3;
    }
    EXPECT(wider > 60 && wider < 140);
}

/* ---- hands ---- */

TEST(other_hands_write_1_7_and_9_otherwise_and_nothing_else)
{
    unsigned char from[PIXELS], to[PIXELS];
    draw_stem(from);
    for (unsigned char label = 0; label < 10; label++) {
        uint64_t key = 5, untouched = 5;
        harness_case("%d", label);
        bool other = label == 1 || label == 7 || label == 9;
        EXPECT_EQUAL(furrow__handwriting_add(to, from, label, 1, &key), other);
        EXPECT((key != untouched) == other);
        EXPECT(!furrow__handwriting_add(to, from, label, 0, &key));
    }
}

TEST(a_share_of_the_images_is_written_otherwise)
{
    unsigned char from[PIXELS], to[PIXELS];
    int count = 0;
    draw_stem(from);
    for (uint64_t sample = 0; sample < 10000; sample++) {
        uint64_t key = furrow__random_key(1, 1, sample);
        count += furrow__handwriting_add(to, from, 1, 0.15, &key);
    }
    EXPECT(count > 1350 && count < 1650);
}

TEST(strokes_are_where_hands_put_them)
{
    unsigned char from[PIXELS], to[PIXELS];
    draw_stem(from);
    for (uint64_t sample = 0; sample < 500; sample++) {
        uint64_t key = furrow__random_key(1, 2, sample);
        harness_case("sample %d", (int)sample);
        REQUIRE(furrow__handwriting_add(to, from, 1, 1,
                                        &key)); /* an upstroke, from the head to the left */
        int stem = darkest_column(to);
        EXPECT(mass_within(to, 0, stem, 0, 16) > 255);
        EXPECT_EQUAL(mass_within(to, stem + 3, SIDE, 0, 16), 0);
        REQUIRE(furrow__handwriting_add(to, from, 7, 1, &key)); /* a bar, on both sides */
        EXPECT(mass_within(to, 0, 12, 8, 22) > 255 && mass_within(to, 17, SIDE, 8, 22) > 255);
        REQUIRE(
            furrow__handwriting_add(to, from, 9, 1, &key)); /* a hook, from the end to the left */
        EXPECT(mass_within(to, 0, SIDE, 16, SIDE) > mass_within(from, 0, SIDE, 16, SIDE) + 2 * 255);
    }
}

TEST(strokes_add_ink_and_leave_its_centre_where_it_was)
{
    unsigned char from[PIXELS], to[PIXELS];
    draw_stem(from);
    for (uint64_t sample = 0; sample < 500; sample++) {
        uint64_t key = furrow__random_key(1, 3, sample);
        double x = 0, y = 0;
        REQUIRE(furrow__handwriting_add(to, from, (unsigned char)(1 + sample % 2 * 6), 1, &key));
        EXPECT(mass_of(to) > mass_of(from));
        for (int i = 0; i < PIXELS; i++) {
            x += to[i] * (double)(i % SIDE) / (double)mass_of(to);
            y += to[i] * (double)(i / SIDE) / (double)mass_of(to);
        }
        EXPECT(fabs(x - 14) <= 0.51 && fabs(y - 13.5) <= 0.51);
    }
}

TEST(what_is_no_digit_gets_no_strokes)
{
    unsigned char from[PIXELS] = {0}, to[PIXELS];
    uint64_t key = 1;
    EXPECT(!furrow__handwriting_add(to, from, 1, 1, &key));
    memset(from + 10 * SIDE, 255, 7 * SIDE); /* seven rows: too low */
    EXPECT(!furrow__handwriting_add(to, from, 7, 1, &key));
    memset(from + 17 * SIDE, 255, SIDE);
    EXPECT(furrow__handwriting_add(to, from, 7, 1, &key));
    for (uint64_t sample = 0; sample < 300; sample++) {
        draw_noise(from, sample);
        EXPECT(furrow__handwriting_add(to, from, 9, 1, &key));
    }
}

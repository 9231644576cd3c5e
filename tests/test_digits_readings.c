/* Readings of pictures that are not MNIST's: paper, dirt and doubtful cases. */
#include "harness.h"

#include <stdlib.h>
#include <string.h>

#include <furrow/digits/digits.h>
#include <furrow/digits/training.h>

enum { SIDE = FURROW_DIGITS_SIDE, PIXELS = FURROW_DIGITS_PIXELS, SCALE = 4, LARGE = SCALE * SIDE };

static const char *const test_images = DATA_FOLDER "/mnist/t10k-images-idx3-ubyte.gz";

/* Dark on white, each pixel of MNIST 4 x 4; black on white in {0} is nothing. */
struct page {
    unsigned char pixels[LARGE * LARGE];
};

static bool read_digit(unsigned char *pixels, size_t index)
{
    furrow_digits_samples samples;
    furrow_error error;
    if (!harness_equal_integer(furrow_digits_samples_read(&samples, test_images, NULL, &error), 0,
                               "samples", __FILE__, __LINE__))
        return false;
    memcpy(pixels, samples.images + index * PIXELS, PIXELS);
    furrow_digits_samples_clear(&samples);
    return true;
}

/* The fifth test image, a four of two strokes' weight. */
static void draw(struct page *page)
{
    unsigned char digit[PIXELS];
    if (!read_digit(digit, 4))
        return;
    for (int y = 0; y < LARGE; y++)
        for (int x = 0; x < LARGE; x++)
            page->pixels[y * LARGE + x] =
                (unsigned char)(255 - digit[y / SCALE * SIDE + x / SCALE]);
}

static size_t read_page(unsigned char *readings, struct page *page)
{
    const furrow_image image = {.width = LARGE, .height = LARGE, .pixels = page->pixels};
    size_t count = 0;
    EXPECT_EQUAL(furrow_digits_readings(readings, &count, &image, NULL), FURROW_OK);
    return count;
}

/* The mean difference of two readings, in gray levels. */
static double distance(const unsigned char *a, const unsigned char *b)
{
    double sum = 0;
    for (int i = 0; i < PIXELS; i++)
        sum += abs(a[i] - b[i]);
    return sum / PIXELS;
}

static struct page clean, spoilt;
static unsigned char expected[FURROW_DIGITS_READINGS * PIXELS];
static unsigned char got[FURROW_DIGITS_READINGS * PIXELS];

/* Draws the clean page, and a copy to be spoilt. */
static void begin(void)
{
    draw(&clean);
    spoilt = clean;
    EXPECT_EQUAL(read_page(expected, &clean), 1);
}

static void fill(size_t left, size_t top, size_t width, size_t height, unsigned char gray)
{
    for (size_t y = top; y < top + height; y++)
        memset(spoilt.pixels + y * LARGE + left, gray, width);
}

TEST(dust_is_left_out_and_the_second_reading_has_it)
{
    begin();
    fill(4, 6, 3, 3, 0);
    fill(100, 90, 2, 4, 0);
    EXPECT_EQUAL(read_page(got, &spoilt), 2);
    EXPECT(distance(got, expected) < 1);
    EXPECT(distance(got + PIXELS, expected) > 8);
}

TEST(ruled_lines_are_erased)
{
    begin();
    fill(0, 20, LARGE, 2, 110);
    fill(0, 100, LARGE, 2, 110);
    EXPECT_EQUAL(read_page(got, &spoilt), 1);
    EXPECT_NEAR(distance(got, expected), 0, 6);
}

TEST(lines_as_strong_as_the_pen_may_be_strokes)
{
    begin();
    fill(0, 20, LARGE, 4, 0);
    EXPECT_EQUAL(read_page(got, &spoilt), 2);
    EXPECT_NEAR(distance(got, expected), 0, 6);
    EXPECT(distance(got + PIXELS, expected) > 8);
}

TEST(a_frame_is_no_paper)
{
    begin();
    fill(0, 0, LARGE, 6, 0);
    fill(0, LARGE - 6, LARGE, 6, 0);
    fill(0, 0, 6, LARGE, 0);
    fill(LARGE - 6, 0, 6, LARGE, 0);
    read_page(got, &spoilt);
    EXPECT(distance(got, expected) < 2);
}

TEST(light_that_changes_across_the_page_is_no_ink)
{
    begin();
    for (size_t i = 0; i < LARGE * LARGE; i++)
        spoilt.pixels[i] = (unsigned char)(spoilt.pixels[i] * (LARGE + i % LARGE) / (2 * LARGE));
    EXPECT_EQUAL(read_page(got, &spoilt), 1);
    EXPECT_NEAR(distance(got, expected), 0, 8);
}

TEST(half_of_a_page_may_lie_in_shadow)
{
    begin();
    for (size_t i = 0; i < LARGE * LARGE; i++)
        if (i % LARGE > LARGE / 2)
            spoilt.pixels[i] = (unsigned char)(spoilt.pixels[i] * 2 / 3);
    read_page(got, &spoilt);
    EXPECT_NEAR(distance(got, expected), 0, 8);
}

TEST(faint_ink_becomes_full)
{
    begin();
    for (size_t i = 0; i < LARGE * LARGE; i++)
        spoilt.pixels[i] = (unsigned char)(200 + spoilt.pixels[i] / 8);
    EXPECT_EQUAL(read_page(got, &spoilt), 1);
    EXPECT_NEAR(distance(got, expected), 0, 4);
}

/* A plain ring, cropped to its ink, whichever of its two tones is the ink. */
TEST(ink_may_touch_every_border)
{
    unsigned char ring[16 * 16], turned[16 * 16];
    size_t count;
    for (int i = 0; i < 256; i++) {
        int x = 2 * (i % 16) - 15, y = 2 * (i / 16) - 15, square = x * x + y * y;
        ring[i] = square < 256 && square > 60 ? 255 : 0;
        turned[i] = (unsigned char)(255 - ring[i]);
    }
    furrow_image image = {.width = 16, .height = 16, .pixels = ring};
    EXPECT_EQUAL(furrow_digits_readings(expected, &count, &image, NULL), FURROW_OK);
    image.pixels = turned;
    EXPECT_EQUAL(furrow_digits_readings(got, &count, &image, NULL), FURROW_OK);
    EXPECT(memcmp(got, expected, PIXELS) == 0);
    EXPECT(got[14 * SIDE + 5] > 200);
    EXPECT(got[14 * SIDE + 14] < 50);
}

/* The first reading of a picture of 8 x 8, a digit from 0 to 9 for each pixel. */
static void read_small(unsigned char *to, const char *ninths, bool inverted)
{
    unsigned char small[64];
    unsigned char readings[FURROW_DIGITS_READINGS * PIXELS];
    const furrow_image image = {.width = 8, .height = 8, .pixels = small};
    size_t count = 0;
    for (int i = 0; i < 64; i++) {
        int gray = (ninths[i] - '0') * 255 / 9;
        small[i] = (unsigned char)(inverted ? 255 - gray : gray);
    }
    EXPECT_EQUAL(furrow_digits_readings(readings, &count, &image, NULL), FURROW_OK);
    memcpy(to, readings, PIXELS);
}

TEST(a_ring_that_fills_a_small_picture_is_neither_paper_nor_frame)
{
    static const char ring[] = "00699600"
                               "08999980"
                               "69500596"
                               "99000099"
                               "99000099"
                               "69500596"
                               "08999980"
                               "00699600";
    for (int inverted = 0; inverted < 2; inverted++) {
        harness_case("inverted: %d", inverted);
        read_small(got, ring, inverted);
        EXPECT(got[14 * SIDE + 14] < 16);
        EXPECT(got[14 * SIDE + 6] > 240);
        EXPECT(got[6 * SIDE + 14] > 240);
        EXPECT(got[5 * SIDE + 5] < 64);
    }
}

TEST(strokes_of_a_small_picture_that_nearly_touch_come_apart)
{
    static const char bars[] = "00000000"
                               "09949900"
                               "09949900"
                               "09949900"
                               "09949900"
                               "09949900"
                               "09949900"
                               "00000000";
    int least = 255;
    read_small(got, bars, false);
    for (int x = 12; x < 17; x++)
        least = got[14 * SIDE + x] < least ? got[14 * SIDE + x] : least;
    EXPECT(least < 4 * 255 / 9 / 2);
}

TEST(strokes_broader_than_mnists_are_read_thinner_too)
{
    unsigned char block[PIXELS] = {0};
    size_t count;
    for (int y = 2; y < 26; y++)
        memset(block + y * SIDE + 2, y < 12 ? 255 : 180, y < 12 ? 24 : 12);
    const furrow_image image = {.width = SIDE, .height = SIDE, .pixels = block};
    REQUIRE_EQUAL(furrow_digits_readings(got, &count, &image, NULL), FURROW_OK);
    REQUIRE_EQUAL(count, 2);
    long mass[2] = {0};
    for (int i = 0; i < 2 * PIXELS; i++)
        mass[i / PIXELS] += got[i];
    EXPECT(mass[1] < mass[0]);
    EXPECT(mass[1] > mass[0] / 2);
}

TEST(thin_strokes_of_a_large_picture_come_out_full)
{
    begin();
    memset(spoilt.pixels, 255, sizeof spoilt.pixels);
    for (size_t y = 6; y < 106; y++)
        spoilt.pixels[y * LARGE + 50] = 0;
    EXPECT_EQUAL(read_page(got, &spoilt), 1);
    EXPECT(got[14 * SIDE + 14] >= 125 || got[14 * SIDE + 13] >= 125);
}

TEST(readings_are_the_normalised_picture_and_maybe_another)
{
    unsigned char normal[PIXELS];
    begin();
    fill(4, 6, 6, 6, 0);
    const furrow_image image = {.width = LARGE, .height = LARGE, .pixels = spoilt.pixels};
    EXPECT_EQUAL(read_page(got, &spoilt), 2);
    EXPECT_EQUAL(furrow_digits_normalise(normal, &image, NULL), FURROW_OK);
    EXPECT(memcmp(normal, got, PIXELS) == 0);
}

/* Nothing that a picture holds leads out of its memory: run under AddressSanitizer. */
TEST(pictures_of_any_shape_are_read_or_refused)
{
    static unsigned char pixels[300 * 300];
    const size_t sides[] = {1, 2, 3, 5, 19, 20, 21, 28, 95, 96, 97, 193, 300};
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (unsigned char)(i * 2654435761u >> 13);
    for (size_t i = 0; i < COUNT(sides); i++)
        for (size_t j = 0; j < COUNT(sides); j++)
            for (int flat = 0; flat < 2; flat++) {
                const furrow_image image = {
                    .width = sides[i], .height = sides[j], .pixels = flat ? clean.pixels : pixels};
                furrow_error error = {0};
                size_t count = 7;
                if (flat && sides[i] * sides[j] > sizeof clean.pixels)
                    continue;
                harness_case("%zu x %zu", sides[i], sides[j]);
                int code = furrow_digits_readings(got, &count, &image, &error);
                EXPECT_EQUAL(code, count > 0 ? FURROW_OK : FURROW_EFORMAT);
                EXPECT(count <= 2);
            }
}

TEST(a_sketch_is_14_lines_of_28_characters)
{
    char text[FURROW_DIGITS_SKETCH_SIZE];
    unsigned char pixels[PIXELS] = {0};
    memset(pixels + 2 * SIDE, 255, SIDE);
    memset(pixels + 26 * SIDE, 255, (size_t)2 * SIDE);
    furrow_digits_sketch(text, pixels);
    EXPECT_EQUAL(strlen(text), 14 * 29);
    for (size_t line = 0; line < 14; line++)
        EXPECT_EQUAL(text[line * 29 + 28], '\n');
    EXPECT_EQUAL(text[0], ' ');
    EXPECT_EQUAL(text[29], '=');
    EXPECT_EQUAL(text[13 * 29 + 27], '@');
}

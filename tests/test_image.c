#include "harness.h"

#include <stdlib.h>
#include <string.h>

#include <furrow/digits/image.h>

#include "png_writer.h"

enum { BIGGEST = 13 * 11 * 4 }; /* the most samples of a picture that is made here */

/* A picture with all that its fields point to. */
typedef struct made_picture {
    png_picture picture;
    uint16_t samples[BIGGEST];
    png_color palette[256];
    png_byte palette_alpha[256];
    png_color_16 key;
} made_picture;

/* Bits without a pattern, the same on each run. */
static unsigned scatter(size_t i, int bits)
{
    return (unsigned)((uint32_t)(i + 1) * 2654435761u >> (32 - bits));
}

static void make_palette(made_picture *made, bool transparent)
{
    made->picture.palette = made->palette;
    made->picture.palette_alpha = transparent ? made->palette_alpha : NULL;
    made->picture.palette_size = 1 << made->picture.bit_depth;
    for (size_t i = 0; i < (size_t)made->picture.palette_size; i++) {
        made->palette[i] = (png_color){(png_byte)scatter(3 * i, 8), (png_byte)scatter(3 * i + 1, 8),
                                       (png_byte)scatter(3 * i + 2, 8)};
        made->palette_alpha[i] = (png_byte)(255 - 7 * i);
    }
}

/* The colour of the first pixel is the transparent one. */
static void make_key(made_picture *made)
{
    const uint16_t *first = made->samples;
    made->key = (png_color_16){.gray = first[0]};
    if (made->picture.color_type == PNG_COLOR_TYPE_RGB)
        made->key = (png_color_16){.red = first[0], .green = first[1], .blue = first[2]};
    made->picture.key = &made->key;
}

static void make(made_picture *made, png_picture picture, bool transparent)
{
    *made = (made_picture){.picture = picture};
    made->picture.samples = made->samples;
    size_t channels = (size_t)png_writer_channels(picture.color_type);
    for (size_t i = 0; i < picture.width * picture.height * channels; i++)
        made->samples[i] = (uint16_t)scatter(i, picture.bit_depth);
    if (picture.color_type == PNG_COLOR_TYPE_PALETTE)
        make_palette(made, transparent);
    else if (transparent)
        make_key(made);
}

static int decode(furrow_image *image, const png_file *file, furrow_error *error)
{
    return furrow_image_decode(image, file->bytes, file->size, "a.png", NULL, error);
}

static bool same_picture(const furrow_image *a, const furrow_image *b)
{
    return a->width == b->width && a->height == b->height &&
           memcmp(a->pixels, b->pixels, a->width * a->height) == 0;
}

/* What the pixels mean */

typedef struct color {
    double red, green, blue, alpha; /* 0 to 1 */
} color;

static color palette_color(const made_picture *made, size_t index)
{
    const png_color *entry = &made->palette[index];
    double alpha = made->picture.palette_alpha ? made->palette_alpha[index] / 255.0 : 1;
    return (color){entry->red / 255.0, entry->green / 255.0, entry->blue / 255.0, alpha};
}

static color pixel_color(const made_picture *made, size_t pixel)
{
    const png_picture *picture = &made->picture;
    size_t channels = (size_t)png_writer_channels(picture->color_type);
    const uint16_t *sample = made->samples + pixel * channels;
    if (picture->palette)
        return palette_color(made, sample[0]);
    double full = (1 << picture->bit_depth) - 1;
    size_t green = channels >= 3 ? 1 : 0, blue = 2 * green;
    double alpha = channels % 2 == 0 ? sample[channels - 1] / full : 1;
    if (picture->key && memcmp(sample, made->samples, channels * sizeof *sample) == 0)
        alpha = 0;
    return (color){sample[0] / full, sample[green] / full, sample[blue] / full, alpha};
}

static double expected_gray(const made_picture *made, size_t pixel, double background)
{
    color ink = pixel_color(made, pixel);
    double gray = 255 * (0.212671 * ink.red + 0.715160 * ink.green + 0.072169 * ink.blue);
    return ink.alpha * gray + (1 - ink.alpha) * background;
}

/* Gray is exact; weights and alpha are each rounded on their own. */
static void check_picture(const made_picture *made)
{
    const png_picture *picture = &made->picture;
    harness_case("%u x %u, colour type %d, %d bits, %s, %s", picture->width, picture->height,
                 picture->color_type, picture->bit_depth,
                 picture->interlaced ? "interlaced" : "in order",
                 picture->key || picture->palette_alpha ? "tRNS" : "no tRNS");
    const furrow_image_options options = {.background = FURROW_IMAGE_BACKGROUND(100)};
    furrow_image image = {0};
    furrow_error error = {0};
    png_file file = png_writer_write(picture);
    int code = furrow_image_decode(&image, file.bytes, file.size, NULL, &options, &error);
    free(file.bytes);
    EXPECT_TEXT(error.text, "");
    REQUIRE_EQUAL(code, FURROW_OK);
    EXPECT_EQUAL(image.width, picture->width);
    EXPECT_EQUAL(image.height, picture->height);
    double tolerance = picture->color_type == PNG_COLOR_TYPE_GRAY ? 0.500001 : 1.5;
    for (size_t i = 0; i < image.width * image.height; i++)
        EXPECT_NEAR(image.pixels[i], expected_gray(made, i, 100), tolerance);
    furrow_image_clear(&image);
}

static void check_sizes(int color_type, int bit_depth, bool interlaced, bool transparent)
{
    const unsigned sizes[][2] = {{1, 1}, {3, 1}, {1, 7}, {13, 11}};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        made_picture made;
        make(&made,
             (png_picture){sizes[i][0], sizes[i][1], color_type, bit_depth,
                           .interlaced = interlaced},
             transparent);
        check_picture(&made);
    }
}

TEST(every_kind_of_png_becomes_the_gray_that_its_samples_mean)
{
    const struct {
        int color_type, bit_depth;
    } kinds[] = {
        {PNG_COLOR_TYPE_GRAY, 1},        {PNG_COLOR_TYPE_GRAY, 2},
        {PNG_COLOR_TYPE_GRAY, 4},        {PNG_COLOR_TYPE_GRAY, 8},
        {PNG_COLOR_TYPE_GRAY, 16},       {PNG_COLOR_TYPE_PALETTE, 1},
        {PNG_COLOR_TYPE_PALETTE, 2},     {PNG_COLOR_TYPE_PALETTE, 4},
        {PNG_COLOR_TYPE_PALETTE, 8},     {PNG_COLOR_TYPE_RGB, 8},
        {PNG_COLOR_TYPE_RGB, 16},        {PNG_COLOR_TYPE_GRAY_ALPHA, 8},
        {PNG_COLOR_TYPE_GRAY_ALPHA, 16}, {PNG_COLOR_TYPE_RGB_ALPHA, 8},
        {PNG_COLOR_TYPE_RGB_ALPHA, 16},
    };
    for (size_t i = 0; i < COUNT(kinds); i++)
        for (int interlaced = 0; interlaced < 2; interlaced++) {
            check_sizes(kinds[i].color_type, kinds[i].bit_depth, interlaced, false);
            if (!(kinds[i].color_type & PNG_COLOR_MASK_ALPHA))
                check_sizes(kinds[i].color_type, kinds[i].bit_depth, interlaced, true);
        }
}

static unsigned char decode_pixel(int color_type, int bit_depth, const uint16_t *samples,
                                  int background)
{
    const furrow_image_options options = {.background = background};
    furrow_image image = {0};
    png_file file = png_writer_samples(1, 1, color_type, bit_depth, samples);
    EXPECT_EQUAL(furrow_image_decode(&image, file.bytes, file.size, NULL, &options, NULL), 0);
    unsigned char pixel = image.pixels ? image.pixels[0] : 0;
    furrow_image_clear(&image);
    free(file.bytes);
    return pixel;
}

TEST(known_samples_become_known_grays)
{
    const struct {
        int color_type, bit_depth;
        uint16_t samples[4];
        int background, gray;
    } table[] = {
        {PNG_COLOR_TYPE_GRAY, 1, {1}, 0, 255},
        {PNG_COLOR_TYPE_GRAY, 2, {1}, 0, 85},
        {PNG_COLOR_TYPE_GRAY, 4, {9}, 0, 153},
        {PNG_COLOR_TYPE_GRAY, 16, {0x80ff}, 0, 128},
        {PNG_COLOR_TYPE_GRAY, 16, {0x8101}, 0, 129},
        {PNG_COLOR_TYPE_RGB, 8, {255, 0, 0}, 0, 54},
        {PNG_COLOR_TYPE_RGB, 8, {0, 255, 0}, 0, 182},
        {PNG_COLOR_TYPE_RGB, 8, {0, 0, 255}, 0, 18},
        {PNG_COLOR_TYPE_RGB, 8, {77, 77, 77}, 0, 77},
        {PNG_COLOR_TYPE_GRAY_ALPHA, 8, {200, 255}, FURROW_IMAGE_BACKGROUND(255), 200},
        {PNG_COLOR_TYPE_GRAY_ALPHA, 8, {200, 0}, FURROW_IMAGE_BACKGROUND(0), 0},
        {PNG_COLOR_TYPE_GRAY_ALPHA, 8, {200, 0}, FURROW_IMAGE_BACKGROUND(255), 255},
        {PNG_COLOR_TYPE_GRAY_ALPHA, 8, {200, 51}, FURROW_IMAGE_BACKGROUND(100), 120},
        {PNG_COLOR_TYPE_GRAY_ALPHA, 8, {200, 51}, 0, 40}, /* bright ink: on black */
        {PNG_COLOR_TYPE_GRAY_ALPHA, 8, {50, 51}, 0, 214}, /* dark ink: on white */
        {PNG_COLOR_TYPE_GRAY_ALPHA, 8, {50, 255}, 0, 50}, /* opaque: as it is */
        {PNG_COLOR_TYPE_GRAY_ALPHA, 8, {50, 0}, 0, 0},    /* no ink at all: black */
        {PNG_COLOR_TYPE_RGB_ALPHA, 8, {255, 255, 255, 51}, 0, 51},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        harness_case("row %zu", i);
        EXPECT_EQUAL(decode_pixel(table[i].color_type, table[i].bit_depth, table[i].samples,
                                  table[i].background),
                     table[i].gray);
    }
}

/* Two dark pixels that one can hardly see and a bright one that one can: the ink is bright. */
TEST(the_automatic_background_weighs_the_ink_by_its_alpha)
{
    const uint16_t samples[] = {0, 10, 0, 10, 255, 200, 0, 0};
    furrow_image image = {0};
    png_file file = png_writer_samples(4, 1, PNG_COLOR_TYPE_GRAY_ALPHA, 8, samples);
    REQUIRE_EQUAL(decode(&image, &file, NULL), FURROW_OK);
    EXPECT_EQUAL(image.pixels[0], 0);
    EXPECT_EQUAL(image.pixels[2], 200);
    EXPECT_EQUAL(image.pixels[3], 0);
    furrow_image_clear(&image);
    free(file.bytes);
}

TEST(what_a_file_says_of_its_colours_changes_no_gray)
{
    made_picture made;
    furrow_image plain = {0}, described = {0};
    make(&made, (png_picture){5, 3, PNG_COLOR_TYPE_RGB, 8, .interlaced = false}, false);
    png_file file = png_writer_write(&made.picture);
    REQUIRE_EQUAL(decode(&plain, &file, NULL), FURROW_OK);
    const unsigned char gamma[] = {0, 0, 0x27, 0x10};
    const uint32_t whites_and_primaries[] = {31270, 32900, 90000, 10000, 10000, 80000, 15000, 6000};
    unsigned char chromaticities[32];
    for (size_t i = 0; i < 8; i++)
        png_save_uint_32(chromaticities + 4 * i, whites_and_primaries[i]);
    size_t offset = png_writer_find(&file, "IDAT");
    png_writer_insert(&file, offset, "gAMA", gamma, sizeof gamma);
    png_writer_insert(&file, offset, "cHRM", chromaticities, sizeof chromaticities);
    REQUIRE_EQUAL(decode(&described, &file, NULL), FURROW_OK);
    EXPECT(same_picture(&plain, &described));
    furrow_image_clear(&plain);
    furrow_image_clear(&described);
    free(file.bytes);
}

/* Memory */

TEST(a_second_picture_reuses_the_memory_of_the_first)
{
    furrow_image image = {0};
    made_picture big;
    make(&big, (png_picture){13, 11, PNG_COLOR_TYPE_GRAY, 8, .interlaced = false}, false);
    png_file first = png_writer_write(&big.picture), second = png_writer_small(false);
    REQUIRE_EQUAL(decode(&image, &first, NULL), FURROW_OK);
    const unsigned char *pixels = image.pixels;
    EXPECT_EQUAL(image.capacity, 13 * 11);
    REQUIRE_EQUAL(decode(&image, &second, NULL), FURROW_OK);
    EXPECT(image.pixels == pixels);
    EXPECT_EQUAL(image.capacity, 13 * 11);
    EXPECT_EQUAL(image.width, 5);
    second.size--;
    EXPECT_EQUAL(decode(&image, &second, NULL), FURROW_EFORMAT);
    EXPECT(image.pixels == pixels);
    EXPECT_EQUAL(image.width, 0);
    furrow_image_clear(&image);
    EXPECT(!image.pixels && image.capacity == 0);
    furrow_image_clear(&image);
    free(first.bytes);
    free(second.bytes);
}

TEST(every_allocation_that_fails_is_reported_and_leaks_nothing)
{
    made_picture made;
    make(&made, (png_picture){13, 11, PNG_COLOR_TYPE_PALETTE, 8, .interlaced = true}, true);
    png_file file = png_writer_write(&made.picture);
    const char *path = harness_write(harness_folder(), "a.png", file.bytes, file.size);
    free(file.bytes);
    int code = FURROW_ENOMEM;
    size_t n = 0;
    while (code == FURROW_ENOMEM) {
        furrow_image image = {0};
        furrow_error error = {0};
        harness_case("allocation %zu", ++n);
        harness_fail_allocation(n);
        code = furrow_image_read(&image, path, NULL, &error);
        harness_fail_allocation(0);
        furrow_image_clear(&image);
        if (code != FURROW_OK)
            EXPECT_CONTAINS(error.text, "a.png: no memory");
    }
    EXPECT_EQUAL(code, FURROW_OK);
    EXPECT(n > 6);
}

/* Limits and options */

TEST(limits_can_be_raised_and_lowered)
{
    static const uint16_t samples[5000];
    png_file file = png_writer_samples(5000, 1, PNG_COLOR_TYPE_GRAY, 8, samples);
    const struct {
        furrow_image_options options;
        int code;
    } table[] = {
        {{0}, FURROW_EFBIG},
        {{.max_width = 5000}, FURROW_OK},
        {{.max_width = 4999}, FURROW_EFBIG},
        {{.max_width = (size_t)-1, .max_height = 1}, FURROW_OK},
        {{.max_height = 5000}, FURROW_EFBIG},
        {{.max_width = 5000, .max_file_size = file.size}, FURROW_OK},
        {{.max_width = 5000, .max_file_size = file.size - 1}, FURROW_EFBIG},
    };
    const char *path = harness_write(harness_folder(), "a.png", file.bytes, file.size);
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow_image image = {0};
        const furrow_image_options *options = &table[i].options;
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow_image_decode(&image, file.bytes, file.size, NULL, options, NULL),
                     table[i].code);
        EXPECT_EQUAL(furrow_image_read(&image, path, options, NULL), table[i].code);
        furrow_image_clear(&image);
    }
    free(file.bytes);
}

TEST(a_background_that_is_no_gray_is_refused)
{
    const int wrong[] = {FURROW_IMAGE_BACKGROUND(256), FURROW_IMAGE_BACKGROUND(-2)};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        const furrow_image_options options = {.background = wrong[i]};
        furrow_image image = {0};
        furrow_error error = {0};
        EXPECT_EQUAL(furrow_image_decode(&image, "", 0, NULL, &options, &error), FURROW_EINVAL);
        EXPECT_CONTAINS(error.text, "image: background: expected 0 or");
        EXPECT_EQUAL(furrow_image_read(&image, "a.png", &options, &error), FURROW_EINVAL);
        EXPECT_CONTAINS(error.text, "a.png: background");
    }
}

/* Colours to gray as ink differs from paper. */
#include "harness.h"

#include <stdlib.h>
#include <string.h>

#include <furrow/digits/image.h>

#include "png_writer.h"

enum { SIDE = 6, PIXELS = SIDE * SIDE };

struct color {
    uint16_t red, green, blue;
};

/* A page with a square of ink in its middle. */
static void decode_page(furrow_image *image, struct color paper, struct color ink)
{
    uint16_t samples[PIXELS][3];
    for (size_t i = 0; i < PIXELS; i++) {
        bool is_ink = i % SIDE / 2 == 1 && i / SIDE / 2 == 1;
        const struct color *color = is_ink ? &ink : &paper;
        memcpy(samples[i], (uint16_t[]){color->red, color->green, color->blue}, sizeof *samples);
    }
    const furrow_image_options options = {.gray = FURROW_IMAGE_CONTRAST};
    png_file file = png_writer_samples(SIDE, SIDE, PNG_COLOR_TYPE_RGB, 8, samples[0]);
    EXPECT_EQUAL(furrow_image_decode(image, file.bytes, file.size, NULL, &options, NULL), 0);
    free(file.bytes);
}

TEST(ink_differs_from_paper_as_far_as_their_colors_do)
{
    const struct {
        struct color paper, ink;
        int difference; /* the sum of the squares over the sum of the differences */
    } table[] = {
        {{255, 255, 255}, {255, 255, 0}, 255}, /* yellow on white: 18 by its luma */
        {{255, 255, 255}, {0, 0, 0}, 255},     {{0, 0, 0}, {255, 255, 255}, 255},
        {{0, 255, 0}, {255, 0, 0}, 255},       {{200, 100, 50}, {100, 200, 50}, 100},
        {{240, 240, 230}, {40, 60, 200}, 179}, {{100, 100, 100}, {100, 100, 100}, 0},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow_image image = {0};
        harness_case("row %zu", i);
        decode_page(&image, table[i].paper, table[i].ink);
        EXPECT_NEAR(abs(image.pixels[0] - image.pixels[2 * SIDE + 2]), table[i].difference, 1);
        furrow_image_clear(&image);
    }
}

TEST(ink_that_is_darker_stays_darker)
{
    furrow_image image = {0};
    decode_page(&image, (struct color){230, 230, 210}, (struct color){20, 90, 220});
    EXPECT(image.pixels[0] > image.pixels[2 * SIDE + 2]);
    decode_page(&image, (struct color){20, 90, 220}, (struct color){230, 230, 210});
    EXPECT(image.pixels[0] < image.pixels[2 * SIDE + 2]);
    furrow_image_clear(&image);
}

/* Every encoding of a gray picture is the same picture. */
TEST(what_is_gray_already_stays_as_it_is)
{
    uint16_t gray[256], colors[256][3], with_alpha[256][4];
    for (uint16_t i = 0; i < 256; i++) {
        gray[i] = (uint16_t)(i * 7 % 256);
        for (int channel = 0; channel < 3; channel++)
            colors[i][channel] = with_alpha[i][channel] = gray[i];
        with_alpha[i][3] = 255;
    }
    png_file files[] = {png_writer_samples(16, 16, PNG_COLOR_TYPE_GRAY, 8, gray),
                        png_writer_samples(16, 16, PNG_COLOR_TYPE_RGB, 8, colors[0]),
                        png_writer_samples(16, 16, PNG_COLOR_TYPE_RGB_ALPHA, 8, with_alpha[0])};
    for (int mode = FURROW_IMAGE_LUMA; mode <= FURROW_IMAGE_CONTRAST; mode++)
        for (size_t i = 0; i < COUNT(files); i++) {
            furrow_image image = {0};
            const furrow_image_options options = {.gray = mode};
            harness_case("mode %d, file %zu", mode, i);
            EXPECT_EQUAL(
                furrow_image_decode(&image, files[i].bytes, files[i].size, NULL, &options, NULL),
                0);
            for (size_t pixel = 0; pixel < 256; pixel++)
                EXPECT_EQUAL(image.pixels[pixel], gray[pixel]);
            furrow_image_clear(&image);
        }
    for (size_t i = 0; i < COUNT(files); i++)
        free(files[i].bytes);
}

/* The kernel digits: the files that it reads and the files that it writes. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <furrow/digits/image.h>
#include <furrow/digits/training.h>

#include "digits/judge/base64.h"
#include "digits/judge/report.h"
#include "journal_file.h"
#include "kernel_commands.h"

TEST(a_full_disk_below_explain_to_names_the_file)
{
    const char *folder = harness_folder();
    static struct outcome got;
    const char *const words[][2] = {
        {NULL, DATA_FOLDER "/digits/17.png"}, {"explain-to", folder}, {NULL, NULL}};
    run_words(&got, "digits", words, FURROW_FORMAT_TEXT,
              1); /* libomp writes a file when it starts */
    EXPECT_EQUAL(got.status, FURROW_OK);
    limit_files(16);
    run_words(&got, "digits", words, FURROW_FORMAT_TEXT, 1);
    limit_files(RLIM_INFINITY);
    EXPECT_EQUAL(got.status, FURROW_EFBIG);
    EXPECT_CONTAINS(got.error.text, folder);
    EXPECT_CONTAINS(got.error.text, "/00000000.png.partial: cannot write: ");
}

/* ---- the sheet ---- */

enum { SCALE = 4, SIDE = FURROW_DIGITS_SIDE, LARGE = SCALE * SIDE };

/* A digit dark on white, each pixel 4 x 4, with a speck of dust in a corner. */
static void draw_dusty(unsigned char page[LARGE * LARGE], const unsigned char *digit)
{
    for (size_t y = 0; y < LARGE; y++)
        for (size_t x = 0; x < LARGE; x++)
            page[y * LARGE + x] = (unsigned char)(255 - digit[y / SCALE * SIDE + x / SCALE]);
    for (size_t y = 5; y < 10; y++)
        memset(page + y * LARGE + 3, 0, 4);
}

/* Whether the second of two readings is surer; then its reading comes first, with its digit. */
static bool second_answers(unsigned char *readings, int *digit, const furrow_image *image)
{
    furrow_digits_model *model = NULL;
    furrow_digits_scratch *scratch = NULL;
    furrow_digits_answer answers[FURROW_DIGITS_READINGS] = {{0}};
    size_t count = 0;
    if (furrow_digits_readings(readings, &count, image, NULL) == 0 && count == 2 &&
        furrow_digits_model_default(&model, NULL) == 0 &&
        furrow_digits_scratch_new(&scratch, model, NULL) == 0)
        furrow_digits_classify(model, scratch, readings, count, answers);
    furrow_digits_scratch_free(scratch);
    furrow_digits_model_free(model);
    memmove(readings, readings + FURROW_DIGITS_PIXELS, FURROW_DIGITS_PIXELS);
    *digit = answers[1].digit;
    return answers[1].confidence > answers[0].confidence;
}

/* The pixels as a PNG in base64, as a page contains it; freed by the caller. */
static char *inlined(unsigned char *pixels)
{
    const furrow_image image = {.width = SIDE, .height = SIDE, .pixels = pixels};
    unsigned char *bytes;
    size_t size;
    if (furrow_image_encode(&bytes, &size, &image, NULL) != FURROW_OK)
        return NULL;
    char *text = calloc(1, FURROW__BASE64_SIZE(size) + 1);
    if (text)
        furrow__base64_encode(text, bytes, size);
    free(bytes);
    return text;
}

TEST(a_sheet_shows_the_reading_that_answered)
{
    static struct outcome got;
    static unsigned char page[LARGE * LARGE];
    const char *folder = harness_folder();
    unsigned char readings[FURROW_DIGITS_READINGS * FURROW_DIGITS_PIXELS];
    char picture[512], sheet[512], table[600];
    int digit = 0;
    size_t i = 0, size;
    furrow_digits_samples samples;
    const furrow_image image = {.width = LARGE, .height = LARGE, .pixels = page};
    REQUIRE_EQUAL(furrow_digits_samples_read(
                      &samples, DATA_FOLDER "/mnist/t10k-images-idx3-ubyte.gz", NULL, NULL),
                  FURROW_OK);
    do
        draw_dusty(page, samples.images + i * FURROW_DIGITS_PIXELS);
    while (!second_answers(readings, &digit, &image) && ++i < 1000);
    furrow_digits_samples_clear(&samples);
    REQUIRE(i < 1000);
    snprintf(picture, sizeof picture, "%s/a.png", folder);
    snprintf(sheet, sizeof sheet, "%s/a.html", folder);
    snprintf(table, sizeof table, "a.png,%d\n", (digit + 1) % 10);
    REQUIRE_EQUAL(furrow_image_write(&image, picture, NULL), FURROW_OK);
    const char *truth = harness_write(folder, "truth.csv", table, strlen(table));
    const char *const words[][2] = {
        {NULL, picture}, {"truth", truth}, {"sheet", sheet}, {NULL, NULL}};
    run_words(&got, "digits", words, FURROW_FORMAT_TEXT, 1);
    EXPECT_EQUAL(got.status, FURROW_OK);
    EXPECT_TEXT(got.conclusion, "0 of 1 right: 0.00 %");
    char *page_text = read_file(&size, sheet), *seen = inlined(readings);
    REQUIRE(page_text && seen);
    page_text[size] = '\0';
    EXPECT(strstr(page_text, seen) != NULL);
    free(page_text);
    free(seen);
}

/* ---- folders and lists ---- */

TEST(a_folder_that_cannot_be_read_to_its_end_is_one_failed_item)
{
    static struct outcome got;
    const char *folder = harness_folder();
    char broken[512];
    REQUIRE(copy_digit(folder, 17, "scans/1.png"));
    snprintf(broken, sizeof broken, "%s/scans", folder);
    const char *const words[][2] = {
        {NULL, broken}, {NULL, DATA_FOLDER "/digits/18.png"}, {NULL, NULL}};
    harness_fail_folder(1);
    run_words(&got, "digits", words, FURROW_FORMAT_CSV, 2);
    harness_fail_folder(0);
    EXPECT_EQUAL(got.status, FURROW_OK);
    EXPECT_EQUAL(got.failed, 1);
    EXPECT_EQUAL(got.verified, FURROW_OK);
    EXPECT_CONTAINS(got.output.text, "/scans: cannot be read to its end: input/output error");
    EXPECT_CONTAINS(got.output.text, "/digits/18.png,3,");
}

TEST(a_list_that_is_not_there_is_refused_before_anything_runs)
{
    static struct outcome got;
    const char *const words[][2] = {
        {NULL, DATA_FOLDER "/digits/17.png"}, {NULL, "@/no/such/list"}, {NULL, NULL}};
    run_words(&got, "digits", words, FURROW_FORMAT_LIST, 1);
    EXPECT_EQUAL(got.status, FURROW_ENOENT);
    EXPECT_CONTAINS(got.error.text, "/no/such/list: cannot read the list");
    EXPECT_TEXT(got.output.text, "");
}

/* ---- what the net saw, as one picture ---- */

/* A PNG in memory. */
struct bytes {
    size_t size;
    char bytes[1 << 16];
};

static int take_bytes(const char *bytes, size_t size, void *context)
{
    struct bytes *taken = context;
    if (size > sizeof taken->bytes - taken->size)
        return FURROW_EFBIG;
    memcpy(taken->bytes + taken->size, bytes, size);
    taken->size += size;
    return FURROW_OK;
}

/* One picture more than are shown, added in reverse order. */
TEST(of_more_pictures_than_fit_the_first_are_shown)
{
    static struct bytes taken;
    static const unsigned char black[FURROW_DIGITS_PIXELS];
    struct furrow__montage seen = {0};
    furrow_image image = {0};
    EXPECT_EQUAL(furrow__montage_add(&seen, FURROW__MONTAGE_MAX, black), FURROW_OK);
    for (size_t i = FURROW__MONTAGE_MAX; i-- > 0;)
        EXPECT_EQUAL(furrow__montage_add(&seen, i, black), FURROW_OK);
    EXPECT_EQUAL(seen.count, FURROW__MONTAGE_MAX);
    EXPECT_EQUAL(seen.all, FURROW__MONTAGE_MAX + 1);
    taken.size = 0;
    REQUIRE_EQUAL(furrow__montage_write(&seen, take_bytes, &taken), FURROW_OK);
    REQUIRE_EQUAL(furrow_image_decode(&image, taken.bytes, taken.size, NULL, NULL, NULL), 0);
    EXPECT_EQUAL(image.width, 128 * (SIDE + 2) - 2);
    EXPECT_EQUAL(image.height, image.width);
    furrow_image_clear(&image);
    furrow__montage_clear(&seen);
}

TEST(every_allocation_of_one_picture_of_all_that_fails_is_reported)
{
    static struct bytes taken;
    static const unsigned char black[FURROW_DIGITS_PIXELS];
    int status = FURROW_ENOMEM;
    size_t n = 0;
    while (status == FURROW_ENOMEM && n < 100) {
        struct furrow__montage seen = {0};
        harness_case("allocation %zu", ++n);
        taken.size = 0;
        harness_fail_allocation(n);
        status = furrow__montage_add(&seen, 2, black);
        if (!status)
            status = furrow__montage_write(&seen, take_bytes, &taken);
        harness_fail_allocation(0);
        furrow__montage_clear(&seen);
    }
    EXPECT_EQUAL(status, FURROW_OK);
    EXPECT(n > 3);
}

/* Runs digits on these files, and decodes the PNG that it writes. */
static int run_whole(furrow_image *image, const char *const *files, size_t count, int threads)
{
    static struct bytes taken;
    const furrow_kernel *kernel = furrow_kernel_find(furrow_kernels, "digits", NULL);
    const furrow_run_options options = {.plan = {.threads = threads, .chunk = 1}, .cpus = 2};
    const furrow_part all = {.first = true, .last = true};
    const furrow_kernel_format *png = NULL;
    furrow_args *args;
    void *state = NULL;
    taken.size = 0;
    int status = furrow_args_new(&args, kernel->params);
    for (size_t i = 0; i < count && !status; i++)
        status = furrow_args_add(args, files[i], NULL);
    if (!status)
        status = furrow_kernel_setup(&state, kernel, args, NULL);
    if (!status)
        status = furrow_kernel_open(&png, kernel, state, "png", false, &all, NULL);
    if (!status)
        status = furrow_kernel_begin(kernel, state, 0, NULL);
    if (!status)
        status = furrow_run(NULL, kernel, state, &options, NULL);
    if (!status)
        status = png->finish(state, take_bytes, &taken);
    if (!status)
        status = furrow_image_decode(image, taken.bytes, taken.size, NULL, NULL, NULL);
    furrow_kernel_teardown(kernel, state);
    furrow_args_free(args);
    return status;
}

static void expect_cell(const furrow_image *image, size_t column, size_t row,
                        const unsigned char *pixels)
{
    for (size_t y = 0; y < SIDE; y++) {
        const unsigned char *at =
            image->pixels + (row * (SIDE + 2) + y) * image->width + column * (SIDE + 2);
        for (size_t x = 0; x < SIDE; x++)
            EXPECT_EQUAL(at[x], pixels ? pixels[y * SIDE + x] : 128);
    }
}

TEST(one_picture_shows_what_the_net_saw_of_all_in_order_and_gray_where_one_failed)
{
    const char *const files[] = {DATA_FOLDER "/digits/17.png", "/no/such.png",
                                 DATA_FOLDER "/digits/18.png", DATA_FOLDER "/digits/30.png",
                                 DATA_FOLDER "/digits/31.png"};
    for (int threads = 1; threads <= 3; threads++) {
        furrow_image image = {0}, picture = {0};
        harness_case("%d threads", threads);
        REQUIRE_EQUAL(run_whole(&image, files, COUNT(files), threads), FURROW_OK);
        REQUIRE_EQUAL(image.width, 3 * SIDE + 2 * 2);
        REQUIRE_EQUAL(image.height, 2 * SIDE + 2);
        for (size_t i = 0; i < 6; i++) {
            bool there = i != 1 && i != 5;
            if (there)
                REQUIRE_EQUAL(furrow_image_read(&picture, files[i], NULL, NULL), FURROW_OK);
            expect_cell(&image, i % 3, i / 3, there ? picture.pixels : NULL);
        }
        furrow_image_clear(&image);
        furrow_image_clear(&picture);
    }
}

TEST(of_one_picture_it_is_that_alone_and_of_a_broken_one_or_none_it_is_gray)
{
    const char *const files[] = {DATA_FOLDER "/digits/17.png", "/no/such.png", harness_folder()};
    for (size_t i = 0; i < COUNT(files); i++) {
        furrow_image image = {0}, picture = {0};
        harness_case("%s", files[i]);
        REQUIRE_EQUAL(run_whole(&image, files + i, 1, 1), FURROW_OK);
        REQUIRE(image.width == SIDE && image.height == SIDE);
        if (i == 0)
            REQUIRE_EQUAL(furrow_image_read(&picture, files[i], NULL, NULL), FURROW_OK);
        expect_cell(&image, 0, 0, picture.pixels);
        furrow_image_clear(&image);
        furrow_image_clear(&picture);
    }
}

/* ---- base64 ---- */

/* RFC 4648, section 10, and all 64 digits. */
TEST(bytes_become_what_the_rfc_says)
{
    static const struct {
        const char *bytes, *text;
        size_t size;
    } table[] = {
        {"", "", 0},
        {"f", "Zg==", 1},
        {"fo", "Zm8=", 2},
        {"foo", "Zm9v", 3},
        {"foob", "Zm9vYg==", 4},
        {"fooba", "Zm9vYmE=", 5},
        {"foobar", "Zm9vYmFy", 6},
        {"\0\xff\0", "AP8A", 3},
        {"\x00\x10\x83\x10\x51\x87\x20\x92\x8b\x30\xd3\x8f\x41\x14\x93\x51\x55\x97\x61\x96\x9b\x71"
         "\xd7\x9f\x82\x18\xa3\x92\x59\xa7\xa2\x9a\xab\xb2\xdb\xaf\xc3\x1c\xb3\xd3\x5d\xb7\xe3\x9e"
         "\xbb\xf3\xdf\xbf",
         "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 48},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        char text[80];
        memset(text, '#', sizeof text);
        harness_case("row %zu", i);
        furrow__base64_encode(text, table[i].bytes, table[i].size);
        size_t size = FURROW__BASE64_SIZE(table[i].size);
        EXPECT_EQUAL(text[size], '#');
        text[size] = '\0';
        EXPECT_TEXT(text, table[i].text);
    }
}

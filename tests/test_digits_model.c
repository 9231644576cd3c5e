/* Layers as text, and the model file: whatever is written can be read, and nothing else can. */
#include "harness.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <furrow/digits/training.h>

/* Small nets, so that every bit of their file can be flipped. */
static const char *const layers = "conv5x1 pool conv5x2 pool dense10 / conv9x1 pool conv7x1 pool "
                                  "dense10 + conv5x1 pool conv9x1 pool dense10";
enum { TEXT_AT = 32, LAYERS_SIZE = 105 };

static furrow_digits_model *small_model(void)
{
    furrow_digits_model *empty, *model = NULL;
    if (furrow_digits_model_new(&empty, layers, NULL, 0, NULL))
        return NULL;
    size_t count;
    furrow_digits_model_parameters(empty, &count);
    float *parameters = calloc(count, sizeof *parameters);
    for (size_t i = 0; parameters && i < count; i++)
        parameters[i] = (float)i * 0.01f - 1;
    if (parameters)
        furrow_digits_model_new(&model, layers, parameters, count, NULL);
    free(parameters);
    furrow_digits_model_free(empty);
    return model;
}

/* The small model with stages of its own. */
static furrow_digits_model *staged_model(void)
{
    static const furrow_digits_stage stages[] = {{0.8f, 0.97f, 1}, {1.25f, 0, 0.04f}};
    furrow_digits_model *model = small_model(), *staged = NULL;
    if (model)
        furrow_digits_model_staged(&staged, model, stages, NULL);
    furrow_digits_model_free(model);
    return staged;
}

/* The bytes of a file, to be freed. */
static unsigned char *read_all(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    unsigned char *bytes = malloc(1 << 20);
    *size = bytes ? fread(bytes, 1, 1 << 20, file) : 0;
    fclose(file);
    return bytes;
}

/* The file of the small model, to be freed. */
static unsigned char *small_file(size_t *size)
{
    furrow_digits_model *model = staged_model();
    char path[512];
    snprintf(path, sizeof path, "%s/small.model", harness_folder());
    bool saved = model && furrow_digits_model_save(model, path, NULL) == FURROW_OK;
    furrow_digits_model_free(model);
    return saved ? read_all(path, size) : NULL;
}

/* Makes the checksum right again. */
static void seal(unsigned char *bytes, size_t size)
{
    unsigned long sum = crc32(0, bytes, (unsigned)(size - 4));
    for (int i = 0; i < 4; i++)
        bytes[size - 4 + (size_t)i] = (unsigned char)(sum >> 8 * i);
}

static int parse(const void *bytes, size_t size, furrow_error *error)
{
    furrow_digits_model *model;
    int status = furrow_digits_model_parse(&model, bytes, size, error);
    EXPECT((status == FURROW_OK) == (model != NULL));
    furrow_digits_model_free(model);
    return status;
}

TEST(the_default_model_is_the_one_in_the_header_within_its_budget)
{
    furrow_digits_model *model;
    REQUIRE_EQUAL(furrow_digits_model_default(&model, NULL), FURROW_OK);
    size_t count;
    EXPECT(furrow_digits_model_parameters(model, &count) != NULL);
    EXPECT_EQUAL(count, 294262);
    size_t multiplications = furrow_digits_model_multiplications(model);
    EXPECT(multiplications > 465768 && multiplications <= (size_t)FURROW_DIGITS_BUDGET);
    EXPECT_TEXT(furrow_digits_model_layers(model), FURROW_DIGITS_LAYERS);
    furrow_digits_model_free(model);
}

TEST(layers_that_are_no_net_are_refused_with_the_reason)
{
    static const char *const table[] = {
        "",
        "dense",
        "dense0",
        "dense9",
        "dense10 ",
        " dense10",
        "dense10  dense10",
        "dense010",
        "dense10x",
        "pool dense10",
        "conv5x8 pool pool dense10",
        "conv29x8 dense10",
        "conv0x8 dense10",
        "conv5 dense10",
        "conv5x dense10",
        "conv5x2000 dense10",
        "conv28x8 pool dense10",
        "conv27x10 pool",
        "dense99999999999999999999",
        "dense1 dense1 dense1 dense1 dense1 dense1 dense1 dense1 dense10",
        "Dense10",
        "dense10\n",
        FURROW_DIGITS_LAYERS FURROW_DIGITS_LAYERS FURROW_DIGITS_LAYERS FURROW_DIGITS_LAYERS,
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow_digits_model *model;
        furrow_error error = {0};
        harness_case("%s", table[i]);
        EXPECT_EQUAL(furrow_digits_model_new(&model, table[i], NULL, 0, &error), FURROW_EINVAL);
        EXPECT(!model);
        EXPECT_CONTAINS(error.text, "layers \"");
    }
}

TEST(the_widest_nets_have_a_scratch_of_less_than_32_MiB_and_wider_ones_are_refused)
{
    furrow_digits_model *model;
    furrow_digits_scratch *scratch;
    furrow_error error = {0};
    EXPECT_EQUAL(furrow_digits_model_new(&model, "conv1x84 conv28x10", NULL, 0, &error),
                 FURROW_EINVAL);
    EXPECT_CONTAINS(error.text, "layers \"conv1x84 conv28x10\": a layer of more than 65536 values");
    REQUIRE_EQUAL(furrow_digits_model_new(&model, "conv1x83 conv1x83 dense10", NULL, 0, &error),
                  FURROW_OK);
    size_t before = harness_peak_memory();
    EXPECT_EQUAL(furrow_digits_scratch_new(&scratch, model, NULL), FURROW_OK);
    furrow_digits_scratch_free(scratch);
    EXPECT(harness_peak_memory() < before + ((size_t)32 << 20));
    furrow_digits_model_free(model);
}

TEST(parameters_must_be_as_many_as_the_layers_have_and_finite)
{
    float parameters[7850] = {0};
    furrow_digits_model *model;
    furrow_error error = {0};
    EXPECT_EQUAL(furrow_digits_model_new(&model, "dense10", parameters, 7849, &error),
                 FURROW_EINVAL);
    EXPECT_CONTAINS(error.text, "expected 7850 parameters, got 7849");
    parameters[7] = NAN;
    EXPECT_EQUAL(furrow_digits_model_new(&model, "dense10", parameters, 7850, &error),
                 FURROW_EINVAL);
    EXPECT_CONTAINS(error.text, "parameter 7 is not a finite number");
    parameters[7] = 0;
    REQUIRE_EQUAL(furrow_digits_model_new(&model, "dense10", parameters, 7850, &error), FURROW_OK);
    furrow_digits_model_free(model);
}

TEST(a_model_that_was_saved_loads_with_the_same_bits)
{
    furrow_digits_model *model = staged_model(), *again;
    REQUIRE(model);
    char path[512], partial[520];
    snprintf(path, sizeof path, "%s/a.model", harness_folder());
    snprintf(partial, sizeof partial, "%s.partial", path);
    furrow_error error = {0};
    REQUIRE_EQUAL(furrow_digits_model_save(model, path, &error), FURROW_OK);
    EXPECT(access(partial, F_OK) != 0);
    REQUIRE_EQUAL(furrow_digits_model_load(&again, path, &error), FURROW_OK);
    EXPECT_TEXT(furrow_digits_model_layers(again), layers);
    size_t count, count_again;
    const float *parameters = furrow_digits_model_parameters(model, &count);
    const float *parameters_again = furrow_digits_model_parameters(again, &count_again);
    EXPECT_EQUAL(count, count_again);
    EXPECT(memcmp(parameters, parameters_again, count * sizeof *parameters) == 0);
    const furrow_digits_stage *stages = furrow_digits_model_stages(model, &count);
    const furrow_digits_stage *stages_again = furrow_digits_model_stages(again, &count_again);
    EXPECT_EQUAL(count, 2);
    EXPECT_EQUAL(count_again, 2);
    EXPECT(memcmp(stages, stages_again, count * sizeof *stages) == 0);
    furrow_digits_model_free(again);
    furrow_digits_model_free(model);
}

TEST(a_file_of_version_1_is_one_stage_that_is_not_calibrated)
{
    enum { COUNT_AT = 24, V1_TEXT_AT = 28, TEXT_SIZE = 7, PARAMETERS = 7850 };
    size_t size = V1_TEXT_AT + TEXT_SIZE + PARAMETERS * 4 + 4;
    unsigned char *bytes = calloc(1, size);
    REQUIRE(bytes);
    memcpy(bytes, "furrow-digits", 13);
    bytes[16] = 1;
    bytes[20] = TEXT_SIZE;
    bytes[COUNT_AT] = PARAMETERS & 255;
    bytes[COUNT_AT + 1] = PARAMETERS >> 8;
    memcpy(bytes + V1_TEXT_AT, "dense10", TEXT_SIZE);
    bytes[V1_TEXT_AT + TEXT_SIZE + 3] = 0x40; /* the first parameter is 2 */
    seal(bytes, size);
    furrow_digits_model *model;
    furrow_error error = {0};
    REQUIRE_EQUAL(furrow_digits_model_parse(&model, bytes, size, &error), FURROW_OK);
    size_t count;
    EXPECT_NEAR(furrow_digits_model_parameters(model, &count)[0], 2, 0);
    EXPECT_EQUAL(count, PARAMETERS);
    const furrow_digits_stage *stages = furrow_digits_model_stages(model, &count);
    EXPECT_EQUAL(count, 1);
    EXPECT_NEAR(stages->temperature, 1, 0);
    EXPECT_NEAR(stages->threshold, 0, 0);
    EXPECT_EQUAL(furrow_digits_model_multiplications(model), 7840);
    furrow_digits_model_free(model);
    free(bytes);
}

TEST(every_flipped_bit_is_noticed)
{
    size_t size;
    unsigned char *bytes = small_file(&size);
    REQUIRE(bytes);
    EXPECT_EQUAL(parse(bytes, size, NULL), FURROW_OK);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        furrow_error error = {0};
        bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        harness_case("bit %zu of byte %zu", bit % 8, bit / 8);
        EXPECT_EQUAL(parse(bytes, size, &error), FURROW_EFORMAT);
        EXPECT_CONTAINS(error.text, "model");
        bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
    free(bytes);
}

TEST(a_file_of_any_other_length_is_refused)
{
    size_t size;
    unsigned char *bytes = small_file(&size);
    REQUIRE(bytes);
    for (size_t length = 0; length < size; length++) {
        harness_case("%zu of %zu bytes", length, size);
        EXPECT_EQUAL(parse(bytes, length, NULL), FURROW_EFORMAT);
    }
    unsigned char *longer = calloc(1, size + 1);
    REQUIRE(longer);
    memcpy(longer, bytes, size);
    EXPECT_EQUAL(parse(longer, size + 1, NULL), FURROW_EFORMAT);
    free(longer);
    free(bytes);
}

/* Errors in files whose checksum is right. */
TEST(wrong_contents_under_a_right_checksum_are_refused)
{
    enum { PARAMETERS = 748, STAGES = TEXT_AT + LAYERS_SIZE + 4 * PARAMETERS };
    static const struct {
        size_t at;
        unsigned char bytes[4];
        const char *expected;
    } table[] = {
        {16, {3, 0, 0, 0}, "version: expected 1 or 2, got 3"},
        {16, {0, 0, 0, 0}, "version: expected 1 or 2, got 0"},
        {20, {0, 0, 0, 0}, "length"},
        {24, {255, 255, 255, 255}, "length"},
        {28, {255, 255, 255, 255}, "length"},
        {28, {1, 0, 0, 0}, "length"},
        {TEXT_AT, {'d', 'e', 'n', 's'}, "layers"},
        {TEXT_AT, {'c', 'o', 'n', 0}, "zero byte"},
        {TEXT_AT + 4, {'4', 'x', '1', ' '}, "layers"},
        {TEXT_AT + 4, {'3', 'x', '1', ' '}, "parameters"},
        {TEXT_AT + 34, {'+', ' ', 'c', 'o'}, "stages: expected 1, got 2"},
        {TEXT_AT + LAYERS_SIZE, {0, 0, 0xc0, 0x7f}, "parameter 0 is not a finite number"},
        {TEXT_AT + LAYERS_SIZE, {0, 0, 0x80, 0xff}, "parameter 0 is not a finite number"},
        {STAGES, {0, 0, 0xc0, 0x7f}, "stage 0: temperature: expected 0.01 to 100, got nan"},
        {STAGES, {0, 0, 0, 0}, "stage 0: temperature: expected 0.01 to 100, got 0"},
        {STAGES + 4, {0, 0, 0x80, 0xbf}, "stage 0: threshold: expected 0 to 2, got -1"},
        {STAGES + 4, {0, 0, 0x80, 0x7f}, "stage 0: threshold: expected 0 to 2, got inf"},
        {STAGES + 8, {0, 0, 0, 0x40}, "stage 0: share: expected 0 to 1, got 2"},
        {STAGES + 20, {0, 0, 0xc0, 0x7f}, "stage 1: share"},
    };
    size_t size;
    unsigned char *bytes = small_file(&size);
    REQUIRE(bytes);
    EXPECT_EQUAL(strlen(layers), LAYERS_SIZE);
    EXPECT_EQUAL(size, STAGES + 2 * 12 + 4);
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow_error error = {0};
        unsigned char *changed = calloc(1, size);
        REQUIRE(changed);
        memcpy(changed, bytes, size);
        memcpy(changed + table[i].at, table[i].bytes, 4);
        seal(changed, size);
        harness_case("row %zu", i);
        EXPECT_EQUAL(parse(changed, size, &error), FURROW_EFORMAT);
        EXPECT_EQUAL(error.code, FURROW_EFORMAT);
        EXPECT_CONTAINS(error.text, table[i].expected);
        free(changed);
    }
    free(bytes);
}

TEST(files_that_are_no_models_are_refused_by_name)
{
    const char *folder = harness_folder();
    const char *text = harness_write(folder, "notes.txt", "hello", 5);
    furrow_digits_model *model;
    furrow_error error = {0};
    EXPECT_EQUAL(furrow_digits_model_load(&model, text, &error), FURROW_EFORMAT);
    EXPECT_CONTAINS(error.text, "notes.txt: not a model");
    EXPECT_EQUAL(furrow_digits_model_load(&model, folder, &error), FURROW_EFORMAT);
    EXPECT_CONTAINS(error.text, "not a file");
    EXPECT_EQUAL(furrow_digits_model_load(&model, "/no/such.model", &error), FURROW_ENOENT);
    EXPECT_CONTAINS(error.text, "/no/such.model: cannot open");
    EXPECT(!model);
}

TEST(a_model_that_cannot_be_written_leaves_the_old_one)
{
    furrow_digits_model *model = small_model();
    REQUIRE(model);
    const char *folder = harness_folder();
    char path[512];
    furrow_error error = {0};
    snprintf(path, sizeof path, "%s/no/such/folder", folder);
    EXPECT_EQUAL(furrow_digits_model_save(model, path, &error), FURROW_ENOENT);
    EXPECT_CONTAINS(error.text, "cannot write");
    const char *old = harness_write(folder, "old.model/file", "old", 3);
    snprintf(path, sizeof path, "%s/old.model", folder); /* a folder cannot be replaced */
    EXPECT(furrow_digits_model_save(model, path, &error) < 0);
    FILE *file = fopen(old, "rb");
    EXPECT(file != NULL);
    if (file)
        fclose(file);
    furrow_digits_model_free(model);
}

TEST(failing_allocations_of_model_files_are_reported)
{
    furrow_digits_model *model = small_model(), *loaded;
    REQUIRE(model);
    char path[512];
    snprintf(path, sizeof path, "%s/a.model", harness_folder());
    REQUIRE_EQUAL(furrow_digits_model_save(model, path, NULL), FURROW_OK);
    for (size_t n = 1; n <= 2; n++) {
        harness_fail_allocation(n);
        EXPECT_EQUAL(furrow_digits_model_save(model, path, NULL), FURROW_ENOMEM);
    }
    for (size_t n = 1; n <= 3; n++) {
        harness_fail_allocation(n);
        EXPECT_EQUAL(furrow_digits_model_load(&loaded, path, NULL), FURROW_ENOMEM);
        EXPECT(!loaded);
    }
    furrow_digits_model_free(model);
}

/* Checkpoints: a training that stops anywhere and resumes ends with the same bits, and it resumes
 * only from its own checkpoint. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <furrow/digits/training.h>

#include "journal_file.h"

enum { SAMPLES = 96 };

static const furrow_digits_recipe tiny = {
    .layers = "conv9x2 pool dense10 / conv5x2 pool dense10 + dense10",
    .epochs = {3, 2},
    .batch = 40,
    .seed = 7,
};

static bool read_samples(furrow_digits_samples *samples)
{
    bool read = furrow_digits_samples_read(samples, DATA_FOLDER "/mnist/t10k-images-idx3-ubyte.gz",
                                           DATA_FOLDER "/mnist/t10k-labels-idx1-ubyte.gz",
                                           NULL) == FURROW_OK;
    samples->count = SAMPLES;
    return read;
}

/* Trains `epochs` more epochs, of any nets. */
static int train(furrow_digits_trainer *trainer, size_t epochs)
{
    enum { CAPACITY = 3 };
    size_t size = furrow_digits_trainer_outcome_size(trainer), count;
    char *outcomes = malloc(CAPACITY * size);
    void *scratch = NULL;
    int status = outcomes ? furrow_digits_trainer_scratch_new(&scratch, trainer) : FURROW_ENOMEM;
    while (!status && epochs > 0 && (count = furrow_digits_trainer_next(trainer, CAPACITY)) > 0) {
        memset(outcomes, 0, CAPACITY * size);
        for (size_t i = 0; i < count; i++)
            furrow_digits_trainer_block(trainer, scratch, i, outcomes + i * size);
        furrow_digits_trainer_combine(trainer, outcomes, size, count);
        epochs -= furrow_digits_trainer_epoch(trainer) != NULL;
    }
    furrow_digits_trainer_scratch_free(scratch);
    free(outcomes);
    return status;
}

static furrow_digits_trainer *new_trainer(const furrow_digits_recipe *recipe,
                                          const furrow_digits_samples *samples)
{
    furrow_digits_trainer *trainer;
    furrow_digits_trainer_new(&trainer, recipe, samples, NULL, NULL);
    return trainer;
}

static bool same_model(const furrow_digits_trainer *one, const furrow_digits_trainer *other)
{
    furrow_digits_model *models[2] = {NULL, NULL};
    bool same = furrow_digits_trainer_model(&models[0], one) == FURROW_OK &&
                furrow_digits_trainer_model(&models[1], other) == FURROW_OK;
    if (same) {
        size_t count;
        const float *parameters = furrow_digits_model_parameters(models[0], &count);
        same = memcmp(parameters, furrow_digits_model_parameters(models[1], &count),
                      count * sizeof *parameters) == 0;
    }
    furrow_digits_model_free(models[0]);
    furrow_digits_model_free(models[1]);
    return same;
}

static const char *checkpoint_path(char path[512])
{
    snprintf(path, 512, "%s/a.checkpoint", harness_folder());
    return path;
}

TEST(a_training_taken_up_after_any_epoch_comes_to_the_same_bits)
{
    enum { EPOCHS = 3 + 2 + 2 };
    furrow_digits_samples samples;
    char path[512];
    checkpoint_path(path);
    REQUIRE(read_samples(&samples));
    furrow_digits_trainer *whole = new_trainer(&tiny, &samples);
    REQUIRE(whole);
    REQUIRE_EQUAL(train(whole, SIZE_MAX), FURROW_OK);
    EXPECT_NEAR(furrow_digits_trainer_progress(whole), 1, 1e-12);
    for (size_t epochs = 0; epochs <= EPOCHS; epochs++) {
        furrow_digits_trainer *broken = new_trainer(&tiny, &samples);
        furrow_digits_trainer *again = new_trainer(&tiny, &samples);
        furrow_error error = {0};
        harness_case("broken off after %zu epochs", epochs);
        REQUIRE(broken && again);
        REQUIRE_EQUAL(train(broken, epochs), FURROW_OK);
        REQUIRE_EQUAL(furrow_digits_trainer_save(broken, path, &error), FURROW_OK);
        REQUIRE_EQUAL(train(again, 1), FURROW_OK); /* loading forgets this epoch */
        REQUIRE_EQUAL(furrow_digits_trainer_load(again, path, &error), FURROW_OK);
        EXPECT_NEAR(furrow_digits_trainer_progress(again), furrow_digits_trainer_progress(broken),
                    0);
        REQUIRE_EQUAL(train(again, SIZE_MAX), FURROW_OK);
        EXPECT(same_model(again, whole));
        furrow_digits_trainer_free(broken);
        furrow_digits_trainer_free(again);
    }
    furrow_digits_trainer_free(whole);
    furrow_digits_samples_clear(&samples);
}

TEST(a_checkpoint_within_an_epoch_is_refused)
{
    furrow_digits_samples samples;
    char path[512];
    REQUIRE(read_samples(&samples));
    furrow_digits_trainer *trainer = new_trainer(&tiny, &samples);
    REQUIRE(trainer);
    size_t size = furrow_digits_trainer_outcome_size(trainer);
    void *scratch, *outcome = calloc(1, size);
    REQUIRE_EQUAL(furrow_digits_trainer_scratch_new(&scratch, trainer), FURROW_OK);
    REQUIRE(outcome);
    REQUIRE_EQUAL(furrow_digits_trainer_next(trainer, 1), 1);
    furrow_digits_trainer_block(trainer, scratch, 0, outcome);
    furrow_digits_trainer_combine(trainer, outcome, size, 1);
    furrow_error error = {0};
    EXPECT_EQUAL(furrow_digits_trainer_save(trainer, checkpoint_path(path), &error), FURROW_EINVAL);
    EXPECT_CONTAINS(error.text, "end of an epoch");
    furrow_digits_trainer_scratch_free(scratch);
    free(outcome);
    furrow_digits_trainer_free(trainer);
    furrow_digits_samples_clear(&samples);
}

TEST(a_checkpoint_of_another_recipe_or_other_data_is_refused)
{
    furrow_digits_samples samples;
    char path[512];
    checkpoint_path(path);
    REQUIRE(read_samples(&samples));
    furrow_digits_trainer *trainer = new_trainer(&tiny, &samples);
    REQUIRE(trainer);
    REQUIRE_EQUAL(train(trainer, 1), FURROW_OK);
    REQUIRE_EQUAL(furrow_digits_trainer_save(trainer, path, NULL), FURROW_OK);
    furrow_digits_trainer_free(trainer);
    for (size_t i = 0; i < 10; i++) {
        furrow_digits_recipe recipe = tiny;
        furrow_digits_samples other = samples;
        furrow_error error = {0};
        harness_case("change %zu", i);
        switch (i) {
        case 0:
            recipe.seed++;
            break;
        case 1:
            recipe.layers = "conv9x2 pool dense10";
            break;
        case 2:
            recipe.epochs[1]++;
            break;
        case 3:
            recipe.rate[1] = 0.001;
            break;
        case 4:
            recipe.elasticity = -1;
            break;
        case 5:
            recipe.batch++;
            break;
        case 6:
            recipe.coarsening = -1;
            break;
        case 7:
            recipe.handwriting = 1;
            break;
        case 8:
            other.count--;
            break;
        default:
            other.images += FURROW_DIGITS_PIXELS;
        }
        trainer = new_trainer(&recipe, &other);
        REQUIRE(trainer);
        EXPECT_EQUAL(furrow_digits_trainer_load(trainer, path, &error), FURROW_EINVAL);
        EXPECT_CONTAINS(error.text, i < 8 ? "of another recipe: expected" : "of another data");
        furrow_digits_trainer_free(trainer);
    }
    furrow_digits_samples_clear(&samples);
}

/* The bytes of a checkpoint of one small net after an epoch, to be freed. */
static unsigned char *small_checkpoint(const furrow_digits_samples *samples, const char *path,
                                       furrow_digits_trainer **trainer, size_t *size)
{
    static const furrow_digits_recipe small = {
        .layers = "conv9x1 pool conv7x1 pool dense10", .epochs = {2}, .seed = 3};
    unsigned char *bytes = NULL;
    *trainer = new_trainer(&small, samples);
    if (!*trainer || train(*trainer, 1) || furrow_digits_trainer_save(*trainer, path, NULL))
        return NULL;
    FILE *file = fopen(path, "rb");
    if (file && (bytes = malloc(1 << 20)))
        *size = fread(bytes, 1, 1 << 20, file);
    if (file)
        fclose(file);
    return bytes;
}

/* The little-endian number at `bytes`. */
static size_t number_at(const unsigned char *bytes)
{
    return bytes[0] | (size_t)bytes[1] << 8 | (size_t)bytes[2] << 16 | (size_t)bytes[3] << 24;
}

/* Sums of other vectors, or of another compiler, would not come to the same bits. */
TEST(a_checkpoint_of_another_instruction_set_or_compiler_is_refused)
{
    furrow_digits_samples samples;
    furrow_digits_trainer *trainer;
    char path[512];
    size_t size = 0;
    checkpoint_path(path);
    REQUIRE(read_samples(&samples));
    unsigned char *bytes = small_checkpoint(&samples, path, &trainer, &size);
    REQUIRE(bytes);
    size_t build = 48 + number_at(bytes + 20) + number_at(bytes + 24);
    size_t length = number_at(bytes + 28);
    size_t isas = 0;
    while (furrow_digits_isa(isas + 1))
        isas++;
    const char *isa = furrow_digits_isa(isas);
    REQUIRE(length > strlen(isa) && memcmp(bytes + build, isa, strlen(isa)) == 0);
    const size_t places[] = {build,
                             build + length - 1}; /* of the instruction set, of the compiler */
    for (size_t i = 0; i < COUNT(places); i++) {
        furrow_error error = {0};
        bytes[places[i]] ^= 1;
        unsigned long sum = crc32_z(0, bytes, size - 4);
        for (size_t byte = 0; byte < 4; byte++)
            bytes[size - 4 + byte] = (unsigned char)(sum >> 8 * byte);
        write_file(path, (const char *)bytes, size);
        EXPECT_EQUAL(furrow_digits_trainer_load(trainer, path, &error), FURROW_EINVAL);
        EXPECT_CONTAINS(error.text, "of another build: expected");
        bytes[places[i]] ^= 1;
    }
    free(bytes);
    furrow_digits_trainer_free(trainer);
    furrow_digits_samples_clear(&samples);
}

TEST(a_damaged_checkpoint_is_refused_and_the_trainer_goes_on_as_it_was)
{
    furrow_digits_samples samples;
    furrow_digits_trainer *trainer, *whole;
    char path[512];
    size_t size = 0;
    const char *folder = harness_folder();
    snprintf(path, sizeof path, "%s/a.checkpoint", folder);
    REQUIRE(read_samples(&samples));
    unsigned char *bytes = small_checkpoint(&samples, path, &whole, &size);
    REQUIRE(bytes);
    unsigned char *again = small_checkpoint(&samples, path, &trainer, &size);
    REQUIRE(again);
    free(again);
    for (size_t at = 0; at < size; at += at < 192 ? 1 : 13) {
        unsigned char bit = (unsigned char)(1u << at % 8);
        furrow_error error = {0};
        bytes[at] ^= bit;
        harness_write(folder, "a.checkpoint", bytes, size);
        bytes[at] ^= bit;
        harness_case("byte %zu", at);
        EXPECT_EQUAL(furrow_digits_trainer_load(trainer, path, &error), FURROW_EFORMAT);
        EXPECT_CONTAINS(error.text, "checkpoint");
    }
    for (size_t length = 0; length < size; length += length < 64 ? 1 : 97) {
        harness_write(folder, "a.checkpoint", bytes, length);
        harness_case("%zu of %zu bytes", length, size);
        EXPECT_EQUAL(furrow_digits_trainer_load(trainer, path, NULL), FURROW_EFORMAT);
    }
    EXPECT_EQUAL(furrow_digits_trainer_load(trainer, "/no/such", NULL), FURROW_ENOENT);
    REQUIRE_EQUAL(train(trainer, SIZE_MAX), FURROW_OK);
    REQUIRE_EQUAL(train(whole, SIZE_MAX), FURROW_OK);
    EXPECT(same_model(trainer, whole));
    furrow_digits_trainer_free(trainer);
    furrow_digits_trainer_free(whole);
    free(bytes);
    furrow_digits_samples_clear(&samples);
}

TEST(failing_allocations_of_checkpoints_are_reported)
{
    furrow_digits_samples samples;
    char path[512];
    checkpoint_path(path);
    REQUIRE(read_samples(&samples));
    furrow_digits_trainer *trainer = new_trainer(&tiny, &samples);
    REQUIRE(trainer);
    for (size_t n = 1; n <= 2; n++) {
        harness_fail_allocation(n);
        EXPECT_EQUAL(furrow_digits_trainer_save(trainer, path, NULL), FURROW_ENOMEM);
    }
    harness_fail_allocation(0);
    REQUIRE_EQUAL(furrow_digits_trainer_save(trainer, path, NULL), FURROW_OK);
    harness_fail_allocation(1);
    EXPECT_EQUAL(furrow_digits_trainer_load(trainer, path, NULL), FURROW_ENOMEM);
    harness_fail_allocation(0);
    EXPECT(furrow_digits_trainer_save(trainer, "/no/such/folder/file", NULL) < 0);
    furrow_digits_trainer_free(trainer);
    furrow_digits_samples_clear(&samples);
}

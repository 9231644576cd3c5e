/* digits_fixture.h: what tests of the classifier on real digits share. */
#ifndef DIGITS_FIXTURE_H
#define DIGITS_FIXTURE_H

#include "harness.h"

#include <furrow/digits/digits.h>
#include <furrow/digits/training.h>

static const char *const test_images = DATA_FOLDER "/mnist/t10k-images-idx3-ubyte.gz";
static const char *const test_labels = DATA_FOLDER "/mnist/t10k-labels-idx1-ubyte.gz";

/* The shipped model and the real test images; closed at the end of the test. */
struct fixture {
    furrow_digits_model *model;
    furrow_digits_scratch *scratch;
    furrow_digits_samples samples;
};

static inline bool open_fixture(struct fixture *all)
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

static inline void close_fixture(struct fixture *all)
{
    furrow_digits_samples_clear(&all->samples);
    furrow_digits_scratch_free(all->scratch);
    furrow_digits_model_free(all->model);
}

static inline const unsigned char *image_at(const struct fixture *all, size_t index)
{
    return all->samples.images + index * FURROW_DIGITS_PIXELS;
}

#endif

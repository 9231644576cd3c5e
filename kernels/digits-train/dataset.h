/* dataset.h: MNIST in a folder, cut into what is learned and what accuracy is measured on. */
#ifndef KERNELS_DIGITS_TRAIN_DATASET_H
#define KERNELS_DIGITS_TRAIN_DATASET_H

#include <furrow/digits/training.h>

struct dataset {
    furrow_digits_samples train, test;     /* as read; test only where it is asked for */
    furrow_digits_samples learned, judged; /* parts of them, lent */
};

/* `hold_out`: this many training samples are judged instead of the test images, which are then read
 * only with `test`. `limit` (0: none): at most this many of each. On failure, as ever,
 * dataset_clear frees what was read. */
int dataset_read(struct dataset *data, const char *folder, size_t hold_out, bool test, size_t limit,
                 furrow_error *error);
void dataset_clear(struct dataset *data);

#endif

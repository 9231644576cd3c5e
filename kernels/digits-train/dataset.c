#include <stdio.h>
#include <unistd.h>

#include "digits-train.h"

/* Finds "FOLDER/NAME", or else "FOLDER/NAME.gz". */
static int find_file(char *path, size_t size, const char *folder, const char *name,
                     furrow_error *error)
{
    static const char *const endings[] = {"", ".gz"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        int length = snprintf(path, size, "%s/%s%s", folder, name, endings[i]);
        if (length < 0 || (size_t)length >= size)
            return furrow_error_set(error, FURROW_EINVAL, "--data: too long");
        if (access(path, F_OK) == 0)
            return FURROW_OK;
    }
    return furrow_error_set(error, FURROW_ENOENT,
                            "%s/%s: no such file, nor with .gz; the script data/fetch-mnist "
                            "brings it",
                            folder, name);
}

static int read_set(furrow_digits_samples *samples, const char *folder, const char *set,
                    furrow_error *error)
{
    char images[4096], labels[4096], name[64];
    snprintf(name, sizeof name, "%s-images-idx3-ubyte", set);
    int status = find_file(images, sizeof images, folder, name, error);
    snprintf(name, sizeof name, "%s-labels-idx1-ubyte", set);
    if (status == FURROW_OK)
        status = find_file(labels, sizeof labels, folder, name, error);
    return status ? status : furrow_digits_samples_read(samples, images, labels, error);
}

static int split(struct dataset *data, size_t hold_out, size_t limit, furrow_error *error)
{
    const furrow_digits_samples *train = &data->train;
    data->learned = *train;
    data->judged = data->test;
    if (hold_out >= train->count)
        return furrow_error_set(error, FURROW_ERANGE, "--hold-out: expected less than %zu, got %zu",
                                train->count, hold_out);
    if (hold_out > 0) {
        data->learned.count -= hold_out;
        data->judged = (furrow_digits_samples){
            .images = train->images + data->learned.count * FURROW_DIGITS_PIXELS,
            .labels = train->labels + data->learned.count,
            .count = hold_out,
        };
    }
    if (limit > 0 && limit < data->learned.count)
        data->learned.count = limit;
    if (limit > 0 && limit < data->judged.count)
        data->judged.count = limit;
    return FURROW_OK;
}

int furrow__dataset_read(struct dataset *data, const char *folder, size_t hold_out, bool test,
                         size_t limit, furrow_error *error)
{
    int status = read_set(&data->train, folder, "train", error);
    if (status == FURROW_OK && (hold_out == 0 || test))
        status = read_set(&data->test, folder, "t10k", error);
    return status ? status : split(data, hold_out, limit, error);
}

void furrow__dataset_clear(struct dataset *data)
{
    furrow_digits_samples_clear(&data->train);
    furrow_digits_samples_clear(&data->test);
}

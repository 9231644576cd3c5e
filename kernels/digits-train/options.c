/* options.c: the arguments of digits-train. */
#include <string.h>

#include "digits-train.h"

const furrow_param furrow__training_params[] = {
    {
        .name = "model",
        .type = FURROW_PARAM_TEXT,
        .help = "write the model to FILE; without it the model is only tested",
        .argument = "FILE",
        .file = FURROW_PARAM_WRITTEN,
    },
    {
        .name = "data",
        .type = FURROW_PARAM_TEXT,
        .value = "data/mnist",
        .help = "folder with MNIST's four files, plain or .gz (the script data/fetch-mnist)",
        .argument = "FOLDER",
    },
    {
        .name = "layers",
        .type = FURROW_PARAM_TEXT,
        .value = FURROW_DIGITS_LAYERS,
        .help = "the net",
        .argument = "LAYERS",
    },
    {
        .name = "epochs",
        .type = FURROW_PARAM_COUNTS,
        .value = "40,50",
        .minimum = 1,
        .maximum = 1e6,
        .help = "how often the nets of each stage see each sample; the last number is for all "
                "later stages",
        .argument = "N[,N...]",
    },
    {
        .name = "batch",
        .type = FURROW_PARAM_COUNT,
        .value = "128",
        .minimum = 1,
        .maximum = 1e6,
        .help = "samples per step",
    },
    {
        .name = "rate",
        .type = FURROW_PARAM_REALS,
        .value = "0.006,0.004",
        .minimum = 1e-9,
        .maximum = 10,
        .help = "the highest learning rate, stage by stage",
        .argument = "REAL[,REAL...]",
    },
    {
        .name = "smoothing",
        .type = FURROW_PARAM_REAL,
        .value = "0.05",
        .maximum = 0.99,
        .help = "share of a label that is spread over all digits",
    },
    {
        .name = "averaging",
        .type = FURROW_PARAM_REAL,
        .value = "0.999",
        .maximum = 0.99999,
        .help = "share of the average of the weights that is kept per step",
    },
    {
        .name = "decay",
        .type = FURROW_PARAM_REAL,
        .value = "0.01",
        .maximum = 1,
        .help = "decay of the weights per step, in units of the rate",
    },
    {
        .name = "rotation",
        .type = FURROW_PARAM_REAL,
        .value = "10",
        .maximum = 180,
        .help = "images are rotated by at most this many degrees",
    },
    {
        .name = "scaling",
        .type = FURROW_PARAM_REAL,
        .value = "0.1",
        .maximum = 0.9,
        .help = "images are scaled by 1 +- at most this",
    },
    {
        .name = "shearing",
        .type = FURROW_PARAM_REAL,
        .value = "0.1",
        .maximum = 1,
        .help = "images are sheared by at most this",
    },
    {
        .name = "shifting",
        .type = FURROW_PARAM_REAL,
        .value = "1.5",
        .maximum = 28,
        .help = "images are shifted by at most this many pixels",
    },
    {
        .name = "elasticity",
        .type = FURROW_PARAM_REAL,
        .value = "0.4",
        .maximum = 10,
        .help = "a smooth field moves each pixel by this many pixels, root mean square",
    },
    {
        .name = "thickening",
        .type = FURROW_PARAM_REAL,
        .value = "0.3",
        .maximum = 1,
        .help = "strokes grow or shrink by at most this share of a pixel",
    },
    {
        .name = "grain",
        .type = FURROW_PARAM_REAL,
        .value = "10",
        .maximum = 255,
        .help = "gray levels of noise in a quarter of the images, at most",
    },
    {
        .name = "widening",
        .type = FURROW_PARAM_REAL,
        .value = "0.05",
        .maximum = 1,
        .help = "share of the images that become up to 1.6 times as wide, for every other net "
                "from the first",
    },
    {
        .name = "pens",
        .type = FURROW_PARAM_REAL,
        .value = "0.1",
        .maximum = 1,
        .help = "share of the images whose strokes grow or shrink by up to a pixel on each "
                "side, for the same nets",
    },
    {
        .name = "coarsening",
        .type = FURROW_PARAM_REAL,
        .value = "0.15",
        .maximum = 1,
        .help = "share of the images that are seen as if a digit were 7 to 14 pixels high, for "
                "the same nets",
    },
    {
        .name = "handwriting",
        .type = FURROW_PARAM_REAL,
        .value = "0.1",
        .maximum = 1,
        .help = "share of the 1, 7 and 9 that get an upstroke, a bar or a hook, for the same "
                "nets",
    },
    {
        .name = "seed",
        .type = FURROW_PARAM_COUNT,
        .value = "1",
        .help = "seed of all random numbers",
    },
    {
        .name = "hold-out",
        .type = FURROW_PARAM_COUNT,
        .value = "0",
        .help = "do not train on the last N training samples: test each epoch on them, and choose "
                "temperatures and thresholds by them",
        .argument = "N",
    },
    {
        .name = "budget",
        .type = FURROW_PARAM_REAL,
        .value = "800000",
        .minimum = 1,
        .maximum = 1e12,
        .help = "choose thresholds so that an image costs this many multiplications on average",
    },
    {
        .name = "checkpoint",
        .type = FURROW_PARAM_TEXT,
        .help =
            "go on from FILE if it exists; it is written after each epoch and removed at the end",
        .argument = "FILE",
        .file = FURROW_PARAM_STATE,
    },
    {
        .name = "clock",
        .type = FURROW_PARAM_FLAG,
        .help = "add to each record the seconds so far, and an estimate of the seconds left",
    },
    {
        .name = "test",
        .type = FURROW_PARAM_FLAG,
        .help = "with --hold-out: also test the finished model on the test images, once",
    },
    {
        .name = "limit",
        .type = FURROW_PARAM_COUNT,
        .help = "train on the first N samples only, and test on the first N",
        .argument = "N",
    },
    {0},
};

/* A list has a number for each stage; the last one holds for all later stages. */
static int check_list(size_t count, const char *name, furrow_error *error)
{
    if (count <= FURROW_DIGITS_STAGES)
        return FURROW_OK;
    return furrow_error_set(error, FURROW_EINVAL,
                            "--%s: expected at most %d numbers, one for each stage, got %zu", name,
                            FURROW_DIGITS_STAGES, count);
}

static int read_lists(furrow_digits_recipe *recipe, const furrow_args *args, furrow_error *error)
{
    const uint64_t *epochs;
    const double *rates;
    size_t epoch_count = furrow_args_counts(args, "epochs", &epochs);
    size_t rate_count = furrow_args_reals(args, "rate", &rates);
    int status = check_list(epoch_count, "epochs", error);
    if (!status)
        status = check_list(rate_count, "rate", error);
    for (size_t i = 0; !status && i < FURROW_DIGITS_STAGES; i++) {
        recipe->epochs[i] = epochs[i < epoch_count ? i : epoch_count - 1];
        recipe->rate[i] = rates[i < rate_count ? i : rate_count - 1];
    }
    return status;
}

/* In a recipe 0 means the default, and -1 means 0. */
static double real(const furrow_args *args, const char *name)
{
    double value = furrow_args_real(args, name);
    return value > 0 ? value : -1;
}

int furrow__training_options(furrow_digits_recipe *recipe, const furrow_args *args,
                             furrow_error *error)
{
    *recipe = (furrow_digits_recipe){
        .layers = furrow_args_text(args, "layers"),
        .batch = furrow_args_count(args, "batch"),
        .decay = real(args, "decay"),
        .smoothing = real(args, "smoothing"),
        .averaging = real(args, "averaging"),
        .rotation = real(args, "rotation"),
        .scaling = real(args, "scaling"),
        .shearing = real(args, "shearing"),
        .shifting = real(args, "shifting"),
        .elasticity = real(args, "elasticity"),
        .thickening = real(args, "thickening"),
        .grain = real(args, "grain"),
        .widening = real(args, "widening"),
        .pens = real(args, "pens"),
        .coarsening = real(args, "coarsening"),
        .handwriting = real(args, "handwriting"),
        .seed = furrow_args_count(args, "seed"),
    };
    return read_lists(recipe, args, error);
}

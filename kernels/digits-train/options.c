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
        .type = FURROW_PARAM_TEXT,
        .value = "40,50",
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
        .type = FURROW_PARAM_TEXT,
        .value = "0.006,0.004",
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

/* The ranges of the numbers in a list. */
static const furrow_param list_params[] = {
    {.name = "epochs", .type = FURROW_PARAM_COUNT, .minimum = 1, .maximum = 1e6},
    {.name = "rate", .type = FURROW_PARAM_REAL, .minimum = 1e-9, .maximum = 10},
    {0},
};

/* Reads the number before the next comma, or before the end, into `numbers`. */
static int read_number(furrow_args *numbers, const char *name, const char **list,
                       furrow_error *error)
{
    char text[64];
    size_t length = strcspn(*list, ",");
    if (length >= sizeof text)
        return furrow_error_set(error, FURROW_EINVAL, "--%s: expected numbers, got \"%s\"", name,
                                *list);
    memcpy(text, *list, length);
    text[length] = '\0';
    *list += length + ((*list)[length] == ',' && (*list)[length + 1] != '\0');
    return furrow_args_set(numbers, name, text, error);
}

/* Reads a number for each stage. The last number holds for all later stages. */
static int read_list(furrow_digits_recipe *recipe, furrow_args *numbers, const furrow_args *args,
                     const char *name, furrow_error *error)
{
    const char *list = furrow_args_text(args, name);
    bool rates = strcmp(name, "rate") == 0;
    int status = FURROW_OK;
    size_t stage = 0;
    do {
        if (stage == FURROW_DIGITS_STAGES)
            return furrow_error_set(error, FURROW_EINVAL,
                                    "--%s: expected at most %d numbers, one for each stage, got "
                                    "\"%s\"",
                                    name, FURROW_DIGITS_STAGES, furrow_args_text(args, name));
        status = read_number(numbers, name, &list, error);
        for (size_t i = stage++; i < FURROW_DIGITS_STAGES; i++)
            if (rates)
                recipe->rate[i] = furrow_args_real(numbers, name);
            else
                recipe->epochs[i] = furrow_args_count(numbers, name);
    } while (!status && *list);
    return status;
}

static int read_lists(furrow_digits_recipe *recipe, const furrow_args *args, furrow_error *error)
{
    furrow_args *numbers;
    int status = furrow_args_new(&numbers, list_params);
    if (status)
        return status;
    status = read_list(recipe, numbers, args, "epochs", error);
    if (!status)
        status = read_list(recipe, numbers, args, "rate", error);
    furrow_args_free(numbers);
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

/* options.c: the arguments of the kernel, and which of them exclude each other. */
#include "digits.h"

#define FILE_OF(option, what, use)                                                                 \
    {                                                                                              \
        .name = option, .type = FURROW_PARAM_TEXT, .help = what, .argument = "FILE", .file = use,  \
    }

const furrow_param furrow__digits_params[] = {
    {
        .name = "files",
        .type = FURROW_PARAM_LIST,
        .help = "PNG files, folders of them, @FILE with a path a line, - for such a list as input",
        .argument = "PATH",
        .positional = true,
        .file = FURROW_PARAM_PATHS,
        .suffix = ".png",
    },
    {
        .name = "recursive",
        .type = FURROW_PARAM_FLAG,
        .help = "also read folders within folders; links to folders are not followed",
        .letter = 'r',
        .file = FURROW_PARAM_RECURSIVE,
    },
    {
        .name = "files0-from",
        .type = FURROW_PARAM_TEXT,
        .help = "also read the files in this list of names that end with NUL; - for the input",
        .argument = "FILE",
        .file = FURROW_PARAM_PATHS0,
        .suffix = ".png",
    },
    FILE_OF("model", "the net, as digits-train writes it (default: the one built in)",
            FURROW_PARAM_READ),
    {
        .name = "top",
        .type = FURROW_PARAM_COUNT,
        .maximum = FURROW_DIGITS_CLASSES,
        .help = "also write the K most probable digits of each picture",
        .argument = "K",
    },
    {
        .name = "reject",
        .type = FURROW_PARAM_REAL,
        .maximum = 1,
        .help = "replace answers less probable than this by \"?\" (unsure)",
        .argument = "PROBABILITY",
    },
    {
        .name = "truth",
        .type = FURROW_PARAM_TEXT,
        .help = "where the right digits are: folder (3/x.png), name (3_x.png, x-3.png) or a CSV "
                "or TSV file of path and label; the accuracy is reported at the end",
        .argument = "WHERE",
        .file = FURROW_PARAM_READ,
    },
    {
        .name = "worst",
        .type = FURROW_PARAM_COUNT,
        .value = "10",
        .maximum = FURROW__WORST_MAX,
        .help = "list the N surest mistakes at the end",
        .argument = "N",
    },
    FILE_OF("sheet",
            "write an HTML page with the surest mistakes, at most 1000, and their pictures",
            FURROW_PARAM_WRITTEN),
    {
        .name = "explain",
        .type = FURROW_PARAM_FLAG,
        .help = "draw what the net saw below each result; with -o FILE.png, as one picture",
    },
    {
        .name = "explain-to",
        .type = FURROW_PARAM_TEXT,
        .help =
            "write what the net saw as PNG files, named by number, into this folder, which is not "
            "read",
        .argument = "FOLDER",
        .file = FURROW_PARAM_FOLDER,
        .suffix = ".png",
    },
    {
        .name = "repeat",
        .type = FURROW_PARAM_COUNT,
        .value = "1",
        .minimum = 1,
        .maximum = 1e9,
        .help = "read the whole list N times, to measure",
        .argument = "N",
    },
    FILE_OF("idx", "read images of 28 x 28 in MNIST's file format instead of PNG files",
            FURROW_PARAM_READ),
    FILE_OF("labels", "the right digits of --idx, in the same format", FURROW_PARAM_READ),
    {0},
};

static int open_files(struct digits *digits, const furrow_args *args, furrow_error *error)
{
    const char *const *files;
    size_t count = furrow_args_list(args, "files", &files);
    const char *truth = furrow_args_text(args, "truth");
    const furrow_paths_options options = {
        .suffix = ".png",
        .recursive = furrow_args_flag(args, "recursive"),
        .files0 = furrow_args_text(args, "files0-from"),
        .input = furrow_args_input(args),
    };
    int status = truth ? furrow__truth_init(&digits->truth, truth, error) : FURROW_OK;
    digits->table = digits->truth.source == FURROW__SOURCE_TABLE ? truth : NULL;
    if (!status)
        status = furrow_paths_new(&digits->paths, files, count, &options);
    return status ? status : furrow_paths_check(digits->paths, error);
}

static int open_inputs(struct digits *digits, const furrow_args *args, furrow_error *error)
{
    const char *const *files;
    const char *labels = furrow_args_text(args, "labels");
    bool named =
        furrow_args_list(args, "files", &files) > 0 || furrow_args_text(args, "files0-from");
    digits->idx = furrow_args_text(args, "idx");
    digits->labels = labels;
    if (named == (digits->idx != NULL))
        return furrow_error_set(error, FURROW_EINVAL,
                                "expected either PNG files, folders or lists, or --idx FILE");
    if (labels && !digits->idx)
        return furrow_error_set(error, FURROW_EINVAL,
                                "--labels: goes with --idx only; files have --truth");
    if (furrow_args_text(args, "truth") && digits->idx)
        return furrow_error_set(error, FURROW_EINVAL,
                                "--truth: goes with files only; --idx has --labels");
    return digits->idx ? furrow_digits_samples_read(&digits->samples, digits->idx, labels, error)
                       : open_files(digits, args, error);
}

static int configure_report(struct digits *digits, const furrow_args *args, furrow_error *error)
{
    digits->listed = furrow_args_count(args, "worst");
    digits->sheet = furrow_args_text(args, "sheet");
    if (!furrow__digits_judges(digits)) {
        if (digits->sheet)
            return furrow_error_set(
                error, FURROW_EINVAL,
                "--sheet: shows mistakes, so it needs --truth (for files) or --labels "
                "(for --idx)");
        return FURROW_OK;
    }
    return furrow__worst_init(&digits->totals.worst,
                              digits->sheet ? FURROW__WORST_MAX : digits->listed);
}

int furrow__digits_configure(struct digits *digits, const furrow_args *args, furrow_error *error)
{
    const char *model = furrow_args_text(args, "model");
    digits->repeat = furrow_args_count(args, "repeat");
    digits->reject = furrow_args_real(args, "reject");
    digits->top = furrow_args_count(args, "top");
    digits->draws = furrow_args_flag(args, "explain");
    digits->explain_to = furrow_args_text(args, "explain-to");
    digits->explains = digits->draws || digits->explain_to;
    int status = model ? furrow_digits_model_load(&digits->model, model, error)
                       : furrow_digits_model_default(&digits->model, error);
    if (status == FURROW_OK)
        status = open_inputs(digits, args, error);
    return status ? status : configure_report(digits, args, error);
}

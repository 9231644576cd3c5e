#include "options.h"

#include <stdio.h>
#include <string.h>

#include "driver.h"
#include "kernels.h"
#include "words.h"

bool arguments_ask_help(const char *argument)
{
    return strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0 ||
           strcmp(argument, "--help-all") == 0;
}

static const furrow_kernel *find_kernel(const char *name)
{
    const furrow_kernel *nearest;
    const furrow_kernel *kernel = furrow_kernel_find(furrow_kernels, name, &nearest);
    if (!kernel && nearest)
        fprintf(stderr, "furrow: there is no kernel \"%s\"; did you mean \"%s\"?\n", name,
                nearest->name);
    else if (!kernel)
        fprintf(stderr, "furrow: there is no kernel \"%s\"; `furrow list` shows the kernels\n",
                name);
    return kernel;
}

/* Parses all that follows the kernel's name. */
static int run_kernel(const furrow_kernel *kernel, int argc, const char **argv, unsigned groups,
                      int (*run)(const struct options *options))
{
    char usage[96];
    snprintf(usage, sizeof usage, "%s %s", argv[0], kernel->name);
    struct options options;
    int code = options_parse(&options, kernel, usage, groups, argc - 1, argv + 1);
    if (code == OPTIONS_GO)
        code = run(&options);
    options_clear(&options);
    return code;
}

int arguments_run(int argc, const char **argv, const char *help, unsigned groups,
                  int (*run)(const struct options *options))
{
    if (argc >= 2 && arguments_ask_help(argv[1])) {
        printf("%s", help);
        return DRIVER_OK;
    }
    if (argc < 2 || argv[1][0] == '-') {
        fprintf(stderr, "furrow %s: expected a kernel's name first\n%s", argv[0], help);
        return DRIVER_USAGE;
    }
    const furrow_kernel *kernel = find_kernel(argv[1]);
    return kernel ? run_kernel(kernel, argc, argv, groups, run) : DRIVER_USAGE;
}

/* The value of the only option, --format; NULL: the arguments are something else. */
static const char *format_argument(int argc, const char **argv)
{
    if (argc == 3 && (strcmp(argv[1], "--format") == 0 || strcmp(argv[1], "-f") == 0))
        return argv[2];
    if (argc == 2 && strncmp(argv[1], "--format=", 9) == 0)
        return argv[1] + 9;
    return NULL;
}

bool arguments_only_format(furrow_format *format, int *code, int argc, const char **argv,
                           const char *others, const char *help)
{
    *format = FURROW_FORMAT_TEXT;
    if (argc == 1)
        return true;
    const char *name = format_argument(argc, argv);
    if (name && furrow_format_parse(format, name) && *format != FURROW_FORMAT_LIST)
        return true;
    if (argc == 2 && arguments_ask_help(argv[1])) {
        printf("%s", help);
        *code = DRIVER_OK;
        return false;
    }
    const char *names[WORDS_MAX];
    char expected[128];
    words_of_formats(names, false);
    fprintf(stderr, "furrow %s: expected %s--format and %s, got \"%s%s%s\"\n%s", argv[0], others,
            words_join(expected, sizeof expected, names), argv[1], argc > 2 ? " " : "",
            argc > 2 ? argv[2] : "", help);
    *code = DRIVER_USAGE;
    return false;
}

#include <stdio.h>
#include <string.h>

#include <furrow/furrow.h>

#include "driver.h"
#include "kernels.h"
#include "output.h"
#include "signals.h"

static const struct command {
    const char *name, *summary;
    driver_command *run;
} commands[] = {
    {"bench", "time a kernel on 1, 2, 4, ... threads and report speedups", cmd_bench},
    {"compare", "run a kernel serially, then in parallel; print both results and the speedup",
     cmd_compare},
    {"cpus", "show the CPUs that this process may use, and why", cmd_cpus},
    {"list", "list the kernels", cmd_list},
    {"plan", "show how the planner would run a kernel, why, and what that would take", cmd_plan},
};
static const size_t command_count = sizeof commands / sizeof *commands;

static void print_help(FILE *stream)
{
    fprintf(stream, "Furrow: data-parallel kernels, run and measured.\n\n"
                    "  furrow KERNEL [OPTIONS] [ARGUMENTS]   run a kernel\n"
                    "  furrow COMMAND [OPTIONS]\n\n"
                    "Commands:\n");
    for (size_t i = 0; i < command_count; i++)
        fprintf(stream, "  %-14s %s\n", commands[i].name, commands[i].summary);
    fprintf(stream, "\nKernels:\n");
    for (size_t i = 0; furrow_kernels[i]; i++)
        fprintf(stream, "  %-14s %s\n", furrow_kernels[i]->name, furrow_kernels[i]->summary);
    fprintf(stream, "\nEach of them takes --help. Examples:\n"
                    "  furrow combinations 6 2\n"
                    "  furrow digits data/digits --format jsonl\n"
                    "  furrow bench squares 1000000\n"
                    "  furrow plan squares 1000000\n");
}

static bool is_help(const char *argument)
{
    return strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0;
}

static int help(int argc, const char **argv)
{
    if (argc < 2) {
        print_help(stdout);
        return DRIVER_OK;
    }
    const char *arguments[] = {argv[1], "--help", NULL};
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(commands[i].name, argv[1]) == 0)
            return commands[i].run(2, arguments);
    const furrow_kernel *kernel = driver_find_kernel(argv[1]);
    return kernel ? cmd_run(kernel, 2, arguments) : DRIVER_USAGE;
}

static void refuse_name(const char *name)
{
    const char *names[64] = {0};
    size_t count = 0;
    while (count < command_count) {
        names[count] = commands[count].name;
        count++;
    }
    for (size_t i = 0; furrow_kernels[i] && count + 1 < sizeof names / sizeof *names; i++)
        names[count++] = furrow_kernels[i]->name;
    const char *nearest = furrow_error_suggest(name, names);
    fprintf(stderr, "furrow: there is no kernel or command \"%s\"", name);
    if (nearest)
        fprintf(stderr, "; did you mean \"%s\"?\n", nearest);
    else
        fprintf(stderr, "; `furrow list` shows the kernels, `furrow --help` the commands\n");
}

const furrow_kernel *driver_find_kernel(const char *name)
{
    const furrow_kernel *kernel = furrow_kernel_find(furrow_kernels, name, NULL);
    if (!kernel)
        refuse_name(name);
    return kernel;
}

const furrow_kernel *driver_kernel_argument(int argc, const char **argv, const char *help_text,
                                            int *code)
{
    *code = DRIVER_USAGE;
    if (argc >= 2 && is_help(argv[1])) {
        printf("%s", help_text);
        *code = DRIVER_OK;
        return NULL;
    }
    if (argc >= 2 && argv[1][0] != '-')
        return driver_find_kernel(argv[1]);
    fprintf(stderr, "furrow %s: expected a kernel's name first\n%s", argv[0], help_text);
    return NULL;
}

bool driver_only_format(furrow_format *format, int *code, int argc, const char **argv,
                        const char *help_text)
{
    *format = FURROW_FORMAT_TEXT;
    if (argc == 1)
        return true;
    const char *name = NULL;
    if (argc == 3 && (strcmp(argv[1], "--format") == 0 || strcmp(argv[1], "-f") == 0))
        name = argv[2];
    if (argc == 2 && strncmp(argv[1], "--format=", 9) == 0)
        name = argv[1] + 9;
    if (name && furrow_format_parse(format, name) && *format != FURROW_FORMAT_LIST)
        return true;
    bool asked = argc == 2 && is_help(argv[1]);
    if (!asked)
        fprintf(stderr,
                "furrow %s: expected --format and text, csv, tsv, json or jsonl, got \"%s%s%s\"\n",
                argv[0], argv[1], argc > 2 ? " " : "", argc > 2 ? argv[2] : "");
    fprintf(asked ? stdout : stderr, "%s", help_text);
    *code = asked ? DRIVER_OK : DRIVER_USAGE;
    return false;
}

static int dispatch(int argc, const char **argv)
{
    const char *name = argv[1];
    if (strcmp(name, "--version") == 0) {
        printf("furrow %s\n", furrow_version());
        return DRIVER_OK;
    }
    if (strcmp(name, "help") == 0 || is_help(name))
        return help(argc - 1, argv + 1);
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(commands[i].name, name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    const furrow_kernel *kernel = driver_find_kernel(name);
    return kernel ? cmd_run(kernel, argc - 1, argv + 1) : DRIVER_USAGE;
}

int main(int argc, char **argv)
{
    output_hold_standard();
    signals_install();
    if (argc < 2) {
        print_help(stderr);
        return DRIVER_USAGE;
    }
    int code = dispatch(argc, (const char **)argv);
    int status = fflush(stdout) != 0 ? -errno : ferror(stdout) ? FURROW_EIO : FURROW_OK;
    if (code != DRIVER_OK && code != DRIVER_FAILED)
        return code; /* what ended it has been told */
    int written = driver_output_code(status);
    return code ? code : written;
}

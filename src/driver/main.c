/* main.c: the table of commands, and what surrounds each: signals, streams, the last write to
 * stdout. */
#include <stdio.h>
#include <string.h>

#include <furrow/furrow.h>

#include "driver.h"
#include "kernels.h"
#include "options.h"
#include "output.h"
#include "words.h"

static const struct command {
    const char *name;
    command_function *function;
    const char *summary;
} commands[] = {
    {"bench", cmd_bench, "time a kernel on 1, 2, 4, ... threads, report speedups"},
    {"compare", cmd_compare, "run a kernel serially and in parallel, compare the results"},
    {"cpus", cmd_cpus, "show the CPUs that this process may use, and why"},
    {"list", cmd_list, "list the kernels"},
    {"plan", cmd_plan, "show how a kernel would run, why, and how long it would take"},
};
static const size_t command_count = sizeof commands / sizeof *commands;

/* NULL: there is no such command. */
static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static void print_row(FILE *stream, const char *name, const char *summary)
{
    int used = fprintf(stream, "  %-14s ", name);
    words_print_wrapped(stream, summary, used > 0 ? (size_t)used : 0, 17, "");
}

static void print_help(FILE *stream)
{
    fprintf(stream, "Furrow: data-parallel kernels, run and measured.\n\n"
                    "  furrow KERNEL [OPTIONS] [ARGUMENTS]   run a kernel\n"
                    "  furrow COMMAND [OPTIONS]\n\n"
                    "Commands:\n");
    for (size_t i = 0; i < command_count; i++)
        print_row(stream, commands[i].name, commands[i].summary);
    fprintf(stream, "\nKernels:\n");
    for (size_t i = 0; furrow_kernels[i]; i++)
        print_row(stream, furrow_kernels[i]->name, furrow_kernels[i]->summary);
    fprintf(stream, "\nEach command and each kernel takes --help. Examples:\n"
                    "  furrow combinations 6 2\n"
                    "  furrow digits data/digits --format jsonl\n"
                    "  furrow bench squares 1000000\n"
                    "  furrow plan squares 1000000\n");
}

static int refuse_name(const char *name)
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
    return DRIVER_USAGE;
}

/* Runs the command or the kernel that argv[0] names. */
static int run_named(int argc, const char **argv)
{
    const struct command *command = find_command(argv[0]);
    if (command)
        return command->function(argc, argv);
    const furrow_kernel *kernel = furrow_kernel_find(furrow_kernels, argv[0], NULL);
    return kernel ? cmd_run(kernel, argc, argv) : refuse_name(argv[0]);
}

static int run(int argc, const char **argv)
{
    if (strcmp(argv[1], "--version") == 0) {
        printf("furrow %s\n", furrow_version());
        return DRIVER_OK;
    }
    if (strcmp(argv[1], "help") != 0 && !arguments_ask_help(argv[1]))
        return run_named(argc - 1, argv + 1);
    if (argc < 3) {
        print_help(stdout);
        return DRIVER_OK;
    }
    const char *arguments[] = {argv[2], "--help", NULL}; /* furrow help NAME */
    return run_named(2, arguments);
}

int main(int argc, char **argv)
{
    output_hold_standard();
    ending_catch_signals();
    if (argc < 2) {
        print_help(stderr);
        return DRIVER_USAGE;
    }
    int code = run(argc, (const char **)argv);
    int status = fflush(stdout) != 0 ? -errno : ferror(stdout) ? FURROW_EIO : FURROW_OK;
    if (code != DRIVER_OK && code != DRIVER_FAILED)
        return code; /* a message has already said why */
    int written = ending_code_of_output(status);
    return code ? code : written;
}

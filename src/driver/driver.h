/*
 * driver.h: commands, and how the program ends.
 *
 * Results go to stdout, messages to stderr. To add a command: a file cmd_NAME.c with a function
 * here, and a row in the table of main.c.
 */
#ifndef FURROW_DRIVER_H
#define FURROW_DRIVER_H

#include <stdbool.h>

#include <furrow/kernel.h>

/* Exit codes. 128 + n: ended by signal n; a closed pipe is 141. */
enum {
    DRIVER_OK = 0,
    DRIVER_FAILED = 1,      /* some items failed, or a result did not verify */
    DRIVER_USAGE = 2,       /* the command line or OMP_* cannot be understood */
    DRIVER_HALTED = 3,      /* at the first item that failed, as --on-error stop asks */
    DRIVER_ENVIRONMENT = 4, /* disk, memory, threads, a lock */
};

/* Runs with argv[0] its own name; returns an exit code. */
typedef int driver_command(int argc, const char **argv);

driver_command cmd_bench, cmd_compare, cmd_cpus, cmd_list, cmd_plan;

/* `furrow KERNEL ...`: argv[0] is the kernel's name. */
int cmd_run(const furrow_kernel *kernel, int argc, const char **argv);

/* The kernel of that name; NULL, and a message that suggests one, if there is none. */
const furrow_kernel *driver_find_kernel(const char *name);

/* The kernel that argv[1] names for a command "furrow COMMAND KERNEL ..."; NULL, and a message or
 * the command's help (then *code is DRIVER_OK), if it names none. */
const furrow_kernel *driver_kernel_argument(int argc, const char **argv, const char *help,
                                            int *code);

/* For commands that take nothing but --format: whether to go on, with *format set; else help or an
 * error has been printed, and *code is set. */
bool driver_only_format(furrow_format *format, int *code, int argc, const char **argv,
                        const char *help);

/* The exit code for a status that stopped everything. */
int driver_code(int status);

/* The same for what became of writing to standard output, after a message unless the reader has
 * closed the pipe: it has seen enough. */
int driver_output_code(int status);

#endif

/*
 * commands.h: the commands of the program, one cmd_NAME.c each.
 *
 * Results go to stdout, messages to stderr. To add a command: a file cmd_NAME.c, its function here,
 * and a row in the table of main.c.
 */
#ifndef FURROW_DRIVER_COMMANDS_H
#define FURROW_DRIVER_COMMANDS_H

#include <furrow/kernel.h>

/* Runs with argv[0] its own name; returns an exit code. */
typedef int command_function(int argc, const char **argv);

command_function cmd_bench, cmd_compare, cmd_cpus, cmd_list, cmd_plan;

/* "furrow KERNEL ...": argv[0] is the kernel's name. */
int cmd_run(const furrow_kernel *kernel, int argc, const char **argv);

#endif

/*
 * driver.h: what all commands share. Results go to stdout, messages to stderr. To add a command: a
 * file cmd_NAME.c, its function here, and a row in the table of main.c.
 */
#ifndef FURROW_DRIVER_DRIVER_H
#define FURROW_DRIVER_DRIVER_H

#include <furrow/cancel.h>
#include <furrow/kernel.h>
#include <furrow/progress.h>
#include <furrow/run.h>

#include "options.h"

/* ---- the commands, one cmd_NAME.c each ---- */

/* Runs with argv[0] its own name; returns an exit code. */
typedef int command_function(int argc, const char **argv);

command_function cmd_bench, cmd_compare, cmd_cpus, cmd_list, cmd_plan;

/* "furrow KERNEL ...": argv[0] is the kernel's name. */
int cmd_run(const furrow_kernel *kernel, int argc, const char **argv);

/* ---- how the program ends ---- */

/* Exit codes. 128 + n: ended by signal n; a closed pipe is 141. */
enum {
    DRIVER_OK = 0,
    DRIVER_FAILED = 1,       /* some items failed, or a result did not verify */
    DRIVER_USAGE = 2,        /* the command line or an OMP_* variable is malformed */
    DRIVER_HALTED = 3,       /* stopped at the first item that failed, by --on-error stop */
    DRIVER_ENVIRONMENT = 4,  /* disk, memory, threads, a lock */
    DRIVER_CLOSED_PIPE = 141 /* 128 + SIGPIPE: the reader has closed the pipe */
};

/* The exit code for a status that ended a command. */
int ending_code(int status);

/* The exit code for the status of a write to standard output. Prints a message first, but none for
 * a closed pipe: that reader wants no more. */
int ending_code_of_output(int status);

/* From here on SIGINT, SIGTERM and SIGHUP stop a run in good order; a second one ends the program
 * at once. SIGPIPE becomes an error of write. */
void ending_catch_signals(void);

/* Requested by these signals: for every run. */
furrow_cancel *ending_cancel(void);

/* The signal that was caught, or 0. */
int ending_signal(void);

/* ---- messages on stderr while a kernel runs ---- */

struct log {
    const char *kernel;
    double start; /* reading of the wall clock */
};

/* Callbacks of furrow_run_options, whose context is a struct log. */
void log_item_started(size_t item, const char *label, int worker, void *context);
void log_item_ended(size_t item, const char *label, int worker, void *context);
void log_item_failed(const furrow_error *fault, const char *label, void *context);

/* "furrow: KERNEL: TEXT", for an error that ends the command. */
void log_error(const char *kernel, const furrow_error *error);

/* The bar of --progress; NULL: none is shown, or there is no memory for one. PROGRESS_AUTO shows a
 * bar on a terminal to which nothing else is written meanwhile. */
furrow_bar *log_open_bar(const struct options *options);

#endif

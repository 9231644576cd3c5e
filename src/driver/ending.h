/* ending.h: how the program ends: exit codes, and signals that stop a run. */
#ifndef FURROW_DRIVER_ENDING_H
#define FURROW_DRIVER_ENDING_H

#include <furrow/cancel.h>

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

#endif

/* options_table.h: the options as popt has them: names, letters, help. */
#ifndef FURROW_DRIVER_OPTIONS_TABLE_H
#define FURROW_DRIVER_OPTIONS_TABLE_H

#include <popt.h>

#include <furrow/kernel.h>

/* What popt returns for each option. */
enum {
    THREADS = 1,
    SCHEDULE,
    CHUNK,
    BACKEND,
    WAIT,
    MOST,
    SHARD,
    FORMAT,
    OUTPUT,
    QUIET,
    EVENTS,
    VERIFY,
    VARIANT,
    TRACE,
    RESUME,
    ON_ERROR,
    YES,
    UNORDERED,
    PROGRESS,
    ROUNDS,
    SECONDS,
    SCHEDULES,
    SWEEP,
    HELP,
    FIRST_PARAM /* + the index of the kernel's parameter */
};

/* The table that popt reads, made for one command line. */
struct options_table {
    struct poptOption *params; /* the kernel's, ended by POPT_TABLEEND */
    char (*texts)[256];        /* their help, with defaults */
    struct poptOption groups[8];
};

/* The kernel's options and those of the groups (see options.h). FURROW_ENOMEM. */
int options_table_make(struct options_table *table, const furrow_kernel *kernel, unsigned groups);
void options_table_clear(struct options_table *table);

/* "squares [OPTIONS] [N]": `command` and the kernel's positional arguments. */
void options_table_usage(char *text, size_t size, const char *command, const furrow_kernel *kernel);

/* All help there is for a kernel, on stdout. */
void options_table_print_help(poptContext context, const furrow_kernel *kernel);

#endif

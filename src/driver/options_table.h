/* options_table.h: the options as popt takes them (names, letters, help), and the help of a kernel.
 */
#ifndef FURROW_DRIVER_OPTIONS_TABLE_H
#define FURROW_DRIVER_OPTIONS_TABLE_H

#include <popt.h>
#include <stdbool.h>

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
    HELP_ALL,
    FIRST_PARAM /* + the index of the kernel's parameter */
};

/* Room for the help of an option with its default, such as the layers of a cascade. */
enum { OPTION_TEXT = 512 };

/* The table that popt reads, made for one command line. */
struct options_table {
    struct poptOption *params;  /* the kernel's, ended by POPT_TABLEEND */
    char (*texts)[OPTION_TEXT]; /* their help, with defaults */
    char format[256];           /* the help of --format */
    struct poptOption groups[8];
};

/* The kernel's options and those of the groups that the command takes (see options.h). Once in a
 * process. FURROW_ENOMEM. */
int options_table_make(struct options_table *table, const furrow_kernel *kernel, unsigned taken);
void options_table_clear(struct options_table *table);

/* "squares [OPTIONS] [N]": `command` and the kernel's positional arguments. */
void options_table_usage(char *text, size_t size, const char *command, const furrow_kernel *kernel);

/* Lets popt show the rare options too. */
void options_table_show_all(void);

/*
 * Prints the help of "furrow COMMAND" for a kernel on stdout, in 80 columns: the common options,
 * and the first paragraph of the kernel's own help, which is examples. With `all` it prints all
 * options, the variants, the formats and the whole help.
 */
void help_print(poptContext context, const furrow_kernel *kernel, const char *command, bool all);

#endif

/* options.h: command lines: the options of everything that runs a kernel, and how commands begin.
 */
#ifndef FURROW_DRIVER_OPTIONS_H
#define FURROW_DRIVER_OPTIONS_H

#include <stdbool.h>

#include <furrow/cpu.h>
#include <furrow/kernel.h>

/* The groups of options that a command takes, besides the kernel's own. */
enum {
    OPTIONS_PLAN = 1,     /* --threads, --schedule, --chunk, --backend, --wait, --most, --shard */
    OPTIONS_OUTPUT = 2,   /* --format, --output, --quiet, --events, --progress, --trace, --verify,
                           * --variant, --resume, --on-error */
    OPTIONS_BENCH = 4,    /* --format, --output, --rounds, --seconds, --schedules, --sweep */
    OPTIONS_COMPARE = 8,  /* --format */
    OPTIONS_FORECAST = 16 /* --format, --output */
};

/* --progress; AUTO: on a terminal. */
enum progress_when { PROGRESS_AUTO, PROGRESS_ALWAYS, PROGRESS_NEVER };

struct options {
    const furrow_kernel *kernel;
    furrow_args *args;
    furrow_cpus cpus;
    furrow_plan plan; /* a request: the command line, then OMP_NUM_THREADS and OMP_SCHEDULE */
    int threads;      /* --threads; 0: not given */
    double *waits;
    size_t wait_count;
    size_t max_items;        /* --most; 0: all */
    size_t shard, shards;    /* --shard I/M; 0: all */
    const char *format_name; /* as the kernel knows it */
    furrow_format format;    /* of records, where it is one */
    bool own_bytes;          /* the format is the kernel's own and writes no records */
    bool by_item;            /* items run one by one, and the output is made from their results */
    bool format_given;
    bool yes; /* no limit to the size of the output */
    enum progress_when progress;
    unsigned groups;
    char *output; /* path; NULL: standard output */
    char *trace;  /* path; NULL: none */
    char *resume; /* path of a journal; NULL: none */
    bool halt;    /* --on-error stop */
    const furrow_variant *variant;
    bool quiet, verify, events, unordered;
    size_t rounds;
    double seconds;
    bool all_schedules, sweep;
};

/* options_parse returns this when the command should continue. */
enum { OPTIONS_GO = -1 };

/*
 * Parses `argv` (argv[0] is not looked at) for `kernel` of "furrow COMMAND". Returns
 * OPTIONS_GO, or an exit code after it has printed help or an error. In every case the caller frees
 * the options with options_clear.
 */
int options_parse(struct options *options, const furrow_kernel *kernel, const char *command,
                  unsigned groups, int argc, const char **argv);
void options_clear(struct options *options);

/* Refuses options that exclude each other, and sets by_item. */
int options_check(struct options *options, furrow_error *error);

/* ---- arguments.c: the arguments of commands ---- */

/* Whether the argument is --help or -h. */
bool arguments_ask_help(const char *argument);

/*
 * Runs "furrow COMMAND KERNEL [OPTIONS] [ARGUMENTS]": finds the kernel, parses the options of
 * `groups`, and calls run. Prints `help` instead where the kernel's name is missing or --help
 * stands in its place. Returns an exit code.
 */
int arguments_run(int argc, const char **argv, const char *help, unsigned groups,
                  int (*run)(const struct options *options));

/* For a command of whose options only --format is left; `others` names the others, for messages
 * ("--x, or "). True: go on, with *format set. False: help or an error has been printed, and *code
 * is the exit code. */
bool arguments_only_format(furrow_format *format, int *code, int argc, const char **argv,
                           const char *others, const char *help);

#endif

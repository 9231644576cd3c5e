/* options.h: the command line of everything that runs a kernel. */
#ifndef FURROW_DRIVER_OPTIONS_H
#define FURROW_DRIVER_OPTIONS_H

#include <stdbool.h>

#include <furrow/cpu.h>
#include <furrow/kernel.h>

/* The groups of options that a command takes, besides the kernel's own. */
enum {
    OPTIONS_PLAN = 1,     /* --threads, --schedule, --chunk, --backend, --wait, --most */
    OPTIONS_OUTPUT = 2,   /* --format, --output, --quiet, --events, --progress, --trace, --verify,
                           * --variant, --resume, --on-error */
    OPTIONS_BENCH = 4,    /* --format, --output, --rounds, --seconds, --schedules, --sweep */
    OPTIONS_COMPARE = 8,  /* --format */
    OPTIONS_FORECAST = 16 /* --format, --output */
};

/* --progress: by itself on a terminal. */
enum progress_when { PROGRESS_AUTO, PROGRESS_ALWAYS, PROGRESS_NEVER };

struct options {
    const furrow_kernel *kernel;
    furrow_args *args;
    furrow_cpus cpus;
    furrow_plan plan; /* a request: the command line, then OMP_NUM_THREADS and OMP_SCHEDULE */
    int threads;      /* as given; 0: not */
    double *waits;
    size_t wait_count;
    size_t most;             /* items; 0: all */
    size_t shard, shards;    /* --shard I/M; 0: all */
    const char *format_name; /* as the kernel knows it */
    furrow_format format;    /* of records, where it is one */
    bool own_bytes;          /* the kernel's own, and not made of records */
    bool by_item;            /* items run one by one, so that output is made of their results */
    bool format_given;
    bool yes; /* write however much it is */
    enum progress_when progress;
    unsigned groups;
    char *output; /* path; NULL: standard output */
    char *trace;  /* path; NULL: none is wanted */
    char *resume; /* path of a journal; NULL: none is kept */
    bool halt;    /* --on-error stop */
    const furrow_variant *variant;
    bool quiet, verify, events, unordered;
    size_t rounds;
    double seconds;
    bool all_schedules, sweep;
};

/* What options_parse returns when the command should go on. */
enum { OPTIONS_GO = -1 };

/*
 * Parses `argv` (argv[0] is not looked at) for `kernel` of the command "furrow USAGE". Returns
 * OPTIONS_GO, or an exit code after it has printed help or an error. In every case options_clear
 * frees what was parsed.
 */
int options_parse(struct options *options, const furrow_kernel *kernel, const char *usage,
                  unsigned groups, int argc, const char **argv);
void options_clear(struct options *options);

/* Whether what was parsed goes together; notes whether items must run one by one. */
int options_check(struct options *options, furrow_error *error);

#endif

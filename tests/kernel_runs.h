/* kernel_runs.h: a kernel run by name from arguments, as the driver would, its output in memory. */
#ifndef FURROW_TESTS_KERNEL_RUNS_H
#define FURROW_TESTS_KERNEL_RUNS_H

#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/run.h>

#include "kernels.h"
#include "told.h"

/* What came of a command. */
struct outcome {
    int status, verified;
    size_t failed;
    char text[1 << 17], conclusion[256], report[1 << 14];
    furrow_error error;
};

static inline int take(void *context, const char *bytes, size_t size)
{
    struct outcome *outcome = context;
    size_t length = strlen(outcome->text);
    if (length + size >= sizeof outcome->text)
        return FURROW_EFBIG;
    memcpy(outcome->text + length, bytes, size);
    outcome->text[length + size] = '\0';
    return FURROW_OK;
}

static inline void run_state(struct outcome *outcome, const furrow_kernel *kernel, void *state,
                             furrow_format format, furrow_run_options options)
{
    furrow_run_outcome run = {0};
    const furrow_shape shape = furrow_kernel_shape(kernel, state);
    const furrow_part part = furrow_run_part(&shape, &options);
    outcome->status = furrow_kernel_open(&options.format, kernel, state, furrow_format_name(format),
                                         true, &part, &outcome->error);
    if (!outcome->status)
        outcome->status = furrow_kernel_begin(kernel, state, 0, &outcome->error);
    if (!outcome->status)
        outcome->status =
            furrow_writer_new(&options.writer, format, options.format->field, take, outcome);
    if (outcome->status)
        return;
    outcome->status = furrow_run(&run, kernel, state, &options, &outcome->error);
    if (!outcome->status)
        outcome->status = furrow_writer_finish(options.writer);
    furrow_writer_free(options.writer);
    outcome->failed = run.failed;
    outcome->verified = kernel->verify(state, outcome->status ? NULL : &outcome->error);
    tell_text(outcome->conclusion, sizeof outcome->conclusion, kernel, state, FURROW_AFTER, NULL);
    if (!outcome->status)
        outcome->status = tell_text(outcome->report, sizeof outcome->report, kernel, state,
                                    FURROW_REPORT, &outcome->error);
}

/* Runs "kernel" with NAME, VALUE, NAME, VALUE ..., NULL; a NULL name: positional. */
static inline void run_with(struct outcome *outcome, const char *name, const char *const words[][2],
                            furrow_format format, const furrow_run_options *options)
{
    const furrow_kernel *kernel = furrow_kernel_find(furrow_kernels, name, NULL);
    furrow_args *args = NULL;
    void *state = NULL;
    memset(outcome, 0, sizeof *outcome);
    outcome->status = furrow_args_new(&args, kernel->params);
    for (size_t i = 0; words[i][1] && !outcome->status; i++)
        outcome->status = words[i][0]
                              ? furrow_args_set(args, words[i][0], words[i][1], &outcome->error)
                              : furrow_args_add(args, words[i][1], &outcome->error);
    if (!outcome->status)
        outcome->status = furrow_kernel_setup(&state, kernel, args, &outcome->error);
    if (!outcome->status)
        run_state(outcome, kernel, state, format, *options);
    furrow_kernel_teardown(kernel, state);
    furrow_args_free(args);
}

static inline void run(struct outcome *outcome, const char *name, const char *const words[][2],
                       furrow_format format, int threads)
{
    const furrow_run_options options = {.plan = {.threads = threads, .chunk = 1}, .cpus = 2};
    run_with(outcome, name, words, format, &options);
}

/* Copies data/digits/NUMBER.png to `name` in `folder`. */
static inline bool copy_digit(const char *folder, int number, const char *name)
{
    char path[512];
    unsigned char bytes[4096];
    snprintf(path, sizeof path, "%s/digits/%d.png", DATA_FOLDER, number);
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return harness_write(folder, name, bytes, size) != NULL;
}

#endif

/* kernel_commands.h: kernels run by their command lines, through the same functions as the driver,
 * their output in memory; and the command lines that every kernel has to run. */
#ifndef FURROW_TESTS_KERNEL_COMMANDS_H
#define FURROW_TESTS_KERNEL_COMMANDS_H

#include "harness.h"

#include <stdio.h>
#include <string.h>

#include <furrow/cpu.h>
#include <furrow/run.h>

#include "kernels.h"
#include "told.h"

#define DIGITS      DATA_FOLDER "/digits"
#define TEST_LABELS DATA_FOLDER "/mnist/t10k-labels-idx1-ubyte.gz"

/* The output of a writer. It never allocates, so that no failed allocation is its own. */
struct output {
    size_t size;
    char text[1 << 22];
};

static inline int take(const char *bytes, size_t size, void *context)
{
    struct output *output = context;
    if (size >= sizeof output->text - output->size)
        return FURROW_EFBIG;
    memcpy(output->text + output->size, bytes, size);
    output->size += size;
    output->text[output->size] = '\0';
    return FURROW_OK;
}

/* Runs a kernel that is set up and begun, into `output`. */
static inline int write_run(struct output *output, furrow_run_outcome *outcome,
                            const furrow_kernel *kernel, void *state, furrow_format format,
                            furrow_run_options options, furrow_error *error)
{
    output->size = 0;
    output->text[0] = '\0';
    const furrow_shape shape = furrow_kernel_shape(kernel, state);
    const furrow_part part = furrow_run_part(&shape, &options);
    int status = furrow_kernel_open(&options.format, kernel, state, furrow_format_name(format),
                                    true, &part, error);
    if (!status)
        status = furrow_writer_new(&options.writer, format, options.format->field, take, output);
    if (status)
        return status;
    status = furrow_run(outcome, kernel, state, &options, error);
    if (!status)
        status = furrow_writer_finish(options.writer);
    furrow_writer_free(options.writer);
    return status;
}

/* ---- command lines of words ---- */

/* A kernel and its command line: words separated by blanks, "--name=value" or positional. */
struct command {
    const char *kernel;
    const char *words;
    const char *input; /* of "-"; or NULL */
};

static inline int set_word(furrow_args *args, char *word, furrow_error *error)
{
    if (strncmp(word, "--", 2) != 0)
        return furrow_args_add(args, word, error);
    char *equals = strchr(word, '=');
    *equals = '\0';
    return furrow_args_set(args, word + 2, equals + 1, error);
}

static inline int set_words(furrow_args *args, const char *words, furrow_error *error)
{
    static char copy[4096];
    snprintf(copy, sizeof copy, "%s", words);
    int status = FURROW_OK;
    char *rest = NULL;
    for (char *word = strtok_r(copy, " ", &rest); !status && word;
         word = strtok_r(NULL, " ", &rest))
        status = set_word(args, word, error);
    return status;
}

/* A command that is set up; end_command undoes all. */
struct job {
    const furrow_kernel *kernel;
    furrow_args *args;
    void *state;
    FILE *input;
};

static inline int begin_command(struct job *job, const struct command *command, furrow_error *error)
{
    *job = (struct job){.kernel = furrow_kernel_find(furrow_kernels, command->kernel, NULL)};
    if (!job->kernel)
        return FURROW_ENOENT;
    int status = furrow_args_new(&job->args, job->kernel->params);
    if (!status)
        status = set_words(job->args, command->words, error);
    if (status)
        return status;
    if (command->input) {
        job->input = tmpfile();
        if (!job->input)
            return FURROW_EIO;
        fputs(command->input, job->input);
        rewind(job->input);
        furrow_args_set_input(job->args, job->input);
    }
    status = furrow_kernel_setup(&job->state, job->kernel, job->args, error);
    return status ? status : furrow_kernel_begin(job->kernel, job->state, 0, error);
}

static inline void end_command(struct job *job)
{
    if (job->kernel)
        furrow_kernel_teardown(job->kernel, job->state);
    furrow_args_free(job->args);
    if (job->input)
        fclose(job->input);
}

static inline int run_job(struct output *output, const struct job *job, furrow_format format,
                          furrow_run_options options, furrow_error *error)
{
    return write_run(output, NULL, job->kernel, job->state, format, options, error);
}

static inline int run_command(struct output *output, const struct command *command,
                              furrow_format format, const furrow_plan *plan, furrow_error *error)
{
    struct job job;
    int status = begin_command(&job, command, error);
    if (!status)
        status =
            run_job(output, &job, format, (furrow_run_options){.plan = *plan, .cpus = 2}, error);
    if (!status)
        status = job.kernel->verify(job.state, error);
    end_command(&job);
    return status;
}

/* ---- arguments by name, and all that comes of them ---- */

struct outcome {
    int status, verified;
    size_t failed;
    struct output output;
    char conclusion[256], report[1 << 14];
    furrow_error error;
};

static inline void run_state(struct outcome *outcome, const furrow_kernel *kernel, void *state,
                             furrow_format format, const furrow_run_options *options)
{
    furrow_run_outcome run = {0};
    furrow_error *error = &outcome->error;
    outcome->status = furrow_kernel_begin(kernel, state, 0, error);
    if (outcome->status)
        return;
    outcome->status = write_run(&outcome->output, &run, kernel, state, format, *options, error);
    outcome->failed = run.failed;
    outcome->verified = kernel->verify(state, outcome->status ? NULL : error);
    tell_text(outcome->conclusion, sizeof outcome->conclusion, kernel, state, FURROW_AFTER, NULL);
    if (!outcome->status)
        outcome->status =
            tell_text(outcome->report, sizeof outcome->report, kernel, state, FURROW_REPORT, error);
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
        run_state(outcome, kernel, state, format, options);
    furrow_kernel_teardown(kernel, state);
    furrow_args_free(args);
}

static inline void run_words(struct outcome *outcome, const char *name,
                             const char *const words[][2], furrow_format format, int threads)
{
    const furrow_run_options options = {.plan = {.threads = threads, .chunk = 1}, .cpus = 2};
    run_with(outcome, name, words, format, &options);
}

/* Copies data/digits/NUMBER.png to `name` in `folder`. */
static inline bool copy_digit(const char *folder, int number, const char *name)
{
    char path[512];
    unsigned char bytes[4096];
    snprintf(path, sizeof path, "%s/%d.png", DIGITS, number);
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return harness_write(folder, name, bytes, size) != NULL;
}

/* ---- command lines for every kernel ---- */

static const furrow_plan serial = {.threads = 1, .backend = FURROW_BACKEND_SERIAL};

/* Sizes 0, 1, a prime, large. Kernels that sleep are not listed: their times differ. */
static const struct command commands[] = {
    {"hello", "0", NULL},
    {"hello", "1", NULL},
    {"hello", "13", NULL},
    {"hello", "9973", NULL},
    {"squares", "0", NULL},
    {"squares", "1", NULL},
    {"squares", "13", NULL},
    {"squares", "50021", NULL},
    {"sigmoid", "-", ""},
    {"sigmoid", "0.5", NULL},
    {"sigmoid", "", "0.1 0.2\n\n 0.3\t-0.4\r\n5e2 -5e2 1e308 -1e308 -745.1 -36.7 0 -0 1e-320\n"},
    {"combinations", "2 3", NULL},
    {"combinations", "0 0", NULL},
    {"combinations", "300 0", NULL},
    {"combinations", "13 1", NULL},
    {"combinations", "18 5", NULL},
    {"combinations", "300 2 --to=4001", NULL},
    {"combinations", "70000 2 --from=2449964990", NULL},
    {"combinations", "40 6 --from=1234567 --to=1239999", NULL},
    {"combinations", "40 6 --from=77 --to=77", NULL},
    {"combinations", "--items=a,bb,ccc,d,e --k=3", NULL},
    {"combinations", "131 65 --from=100000000000000000000000000000000000000 --count=97", NULL},
    {"combinations", "11 4 --repeat=", NULL},
    {"combinations", "7 4 --permutations=", NULL},
    {"combinations", "5 4 --permutations= --repeat=", NULL},
    {"combinations", "--sizes=3,101,2", NULL},
    {"combinations", "--set=a,bb --set=x,\"y\",z", NULL},
    {"combinations", "40 6 --sample=1009 --seed=3", NULL},
    {"combinations", "131 65 --sample=13", NULL},
    {"combinations", "18 5 --unrank=77", NULL},
    {"combinations", "18 5 --rank=3,5,7,11,13", NULL},
    {"combinations", "--items-from=- --k=2", "one\ntwo\nthree\n"},
    {"combinations", "6 2 --inputs=5", NULL},
    {"combinations", "7 --inputs=97 --k=2,0,3,4,7 --seed=7", NULL},
    {"combinations", "300 --inputs=3 --k=0,1", NULL},
    {"digits", "-", ""},
    {"digits", DIGITS "/17.png", NULL},
    {"digits", DIGITS, NULL},
    {"digits", DIGITS " - --repeat=5", DIGITS "/18.png\n" DIGITS "\n"},
};

#endif

#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "driver.h"
#include "options_table.h"
#include "words.h"

/* A typing error that asks for more threads could take the machine down. */
static const unsigned long max_threads = 4096;

static int refuse(furrow_error *error, const char *option, const char *expected, const char *text)
{
    return furrow_error_set(error, FURROW_EINVAL, "--%s: expected %s, got \"%s\"", option, expected,
                            text);
}

static int parse_count(size_t *count, const char *option, unsigned long max, const char *text,
                       furrow_error *error)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || value < 1 || value > max) {
        char expected[64];
        snprintf(expected, sizeof expected, "a whole number, 1 to %lu", max);
        return refuse(error, option, expected, text);
    }
    *count = value;
    return FURROW_OK;
}

static int parse_shard(struct options *options, const char *text, furrow_error *error)
{
    unsigned shard, shards;
    char rest;
    if (strspn(text, "0123456789/") != strlen(text) ||
        sscanf(text, "%9u/%9u%c", &shard, &shards, &rest) != 2 || shard < 1 || shard > shards)
        return furrow_error_set(error, FURROW_EINVAL,
                                "--shard: expected I/M with 1 <= I <= M < 10^9, got \"%s\"", text);
    options->shard = shard;
    options->shards = shards;
    return FURROW_OK;
}

static int parse_threads(struct options *options, const char *text, furrow_error *error)
{
    size_t threads = 0;
    int status = strcmp(text, "0") == 0
                     ? FURROW_OK /* the planner chooses, as in a plan */
                     : parse_count(&threads, "threads", max_threads, text, error);
    options->threads = (int)threads;
    return status;
}

static int parse_schedule(furrow_plan *plan, const char *text, furrow_error *error)
{
    size_t chunk;
    if (!furrow_schedule_parse(&plan->schedule, &chunk, text))
        return refuse(error, "schedule", "static, dynamic or guided, which \",CHUNK\" may follow",
                      text);
    if (chunk)
        plan->chunk = chunk;
    return FURROW_OK;
}

static int parse_backend(struct options *options, const char *text, furrow_error *error)
{
    for (int i = FURROW_BACKEND_AUTO; i < FURROW_BACKENDS; i++)
        if (strcmp(furrow_backend_name((furrow_backend)i), text) == 0) {
            options->plan.backend = (furrow_backend)i;
            return FURROW_OK;
        }
    return refuse(error, "backend", "serial, for, taskloop or pool", text);
}

static int parse_variant(struct options *options, const char *text, furrow_error *error)
{
    const furrow_kernel *kernel = options->kernel;
    const char *names[WORDS_MAX] = {0};
    char expected[256];
    options->variant = furrow_kernel_variant(kernel, text);
    if (options->variant)
        return FURROW_OK;
    if (!kernel->variants)
        return furrow_error_set(error, FURROW_EINVAL, "--variant: %s has no variants",
                                kernel->name);
    for (size_t i = 0; kernel->variants[i].name && i + 1 < WORDS_MAX; i++)
        names[i] = kernel->variants[i].name;
    return refuse(error, "variant", words_join(expected, sizeof expected, names), text);
}

static int parse_seconds(struct options *options, const char *text, furrow_error *error)
{
    char *end;
    options->seconds = strtod(text, &end);
    if (end == text || *end || !(options->seconds > 0))
        return refuse(error, "seconds", "a number above 0", text);
    return FURROW_OK;
}

static int parse_schedules(struct options *options, const char *text, furrow_error *error)
{
    options->all_schedules = strcmp(text, "all") == 0;
    if (!options->all_schedules && strcmp(text, "planned") != 0)
        return refuse(error, "schedules", "planned or all", text);
    return FURROW_OK;
}

static int parse_progress(struct options *options, const char *text, furrow_error *error)
{
    static const char *const names[] = {
        [PROGRESS_AUTO] = "auto", [PROGRESS_ALWAYS] = "always", [PROGRESS_NEVER] = "never"};
    for (int i = PROGRESS_AUTO; i <= PROGRESS_NEVER; i++)
        if (strcmp(names[i], text ? text : "always") == 0) {
            options->progress = (enum progress_when)i;
            return FURROW_OK;
        }
    return refuse(error, "progress", "auto, always or never", text);
}

static int parse_on_error(struct options *options, const char *text, furrow_error *error)
{
    options->halt = strcmp(text, "stop") == 0;
    if (!options->halt && strcmp(text, "skip") != 0)
        return refuse(error, "on-error", "skip or stop", text);
    return FURROW_OK;
}

/* A format of records, or of the kernel. */
static int parse_format(struct options *options, const char *text, furrow_error *error)
{
    const furrow_kernel_format *entry = NULL, *own = NULL;
    const char *names[WORDS_MAX];
    char expected[256];
    size_t count = words_of_formats(names, true);
    bool known = furrow_format_parse(&options->format, text);
    while (options->groups & OPTIONS_OUTPUT &&
           (entry = furrow_kernel_format_next(options->kernel, entry)) != NULL) {
        furrow_format record;
        if (!entry->name || furrow_format_parse(&record, entry->name))
            continue;
        if (count + 1 < WORDS_MAX)
            names[count++] = entry->name;
        own = strcmp(entry->name, text) == 0 ? entry : own;
    }
    names[count] = NULL;
    options->own_bytes = own && own->write;
    options->format_name = own ? own->name : furrow_format_name(known ? options->format : 0);
    return own || known
               ? FURROW_OK
               : refuse(error, "format", words_join(expected, sizeof expected, names), text);
}

static int set_waits(struct options *options, const char *text, furrow_error *error)
{
    free(options->waits);
    furrow_error inner;
    int status = words_parse_durations(&options->waits, &options->wait_count, text, &inner);
    return status ? furrow_error_set(error, status, "--wait: %s", inner.text) : FURROW_OK;
}

static int set_text(char **own, const char *text)
{
    free(*own);
    *own = strdup(text);
    return *own ? FURROW_OK : FURROW_ENOMEM;
}

static int set_option(struct options *options, int option, const char *text, furrow_error *error)
{
    switch (option) {
    case THREADS:
        return parse_threads(options, text, error);
    case SCHEDULE:
        return parse_schedule(&options->plan, text, error);
    case CHUNK:
        return parse_count(&options->plan.chunk, "chunk", (unsigned long)-1, text, error);
    case BACKEND:
        return parse_backend(options, text, error);
    case WAIT:
        return set_waits(options, text, error);
    case MOST:
        return parse_count(&options->max_items, "most", (unsigned long)-1, text, error);
    case SHARD:
        return parse_shard(options, text, error);
    case FORMAT:
        options->format_given = true;
        return parse_format(options, text, error);
    case PROGRESS:
        return parse_progress(options, text, error);
    case OUTPUT:
        if (text[0] == '\0')
            return furrow_error_set(error, FURROW_EINVAL,
                                    "--output: expected the name of a file, got an empty one");
        return set_text(&options->output, text);
    case TRACE:
        return set_text(&options->trace, text);
    case RESUME:
        return set_text(&options->resume, text);
    case ON_ERROR:
        return parse_on_error(options, text, error);
    case VARIANT:
        return parse_variant(options, text, error);
    case ROUNDS:
        return parse_count(&options->rounds, "rounds", 1000000, text, error);
    case SECONDS:
        return parse_seconds(options, text, error);
    case SCHEDULES:
        return parse_schedules(options, text, error);
    default:
        return furrow_args_set(options->args, options->kernel->params[option - FIRST_PARAM].name,
                               text, error);
    }
}

static bool set_flag(struct options *options, int option)
{
    switch (option) {
    case QUIET:
        return options->quiet = true;
    case EVENTS:
        return options->events = true;
    case VERIFY:
        return options->verify = true;
    case YES:
        return options->yes = true;
    case UNORDERED:
        return options->unordered = true;
    case SWEEP:
        return options->sweep = true;
    default:
        return false;
    }
}

/* Options, then positional arguments; OPTIONS_GO, DRIVER_OK after help, DRIVER_USAGE. */
static int read_all(struct options *options, poptContext context, const char *command,
                    furrow_error *error)
{
    int option;
    while ((option = poptGetNextOpt(context)) > 0) {
        if (option == HELP || option == HELP_ALL) {
            if (option == HELP_ALL)
                options_table_show_all();
            help_print(context, options->kernel, command, option == HELP_ALL);
            return DRIVER_OK;
        }
        if (set_flag(options, option))
            continue;
        char *text = poptGetOptArg(context);
        int status = set_option(options, option, text, error);
        free(text);
        if (status)
            return DRIVER_USAGE;
    }
    if (option < -1) {
        furrow_error_set(error, FURROW_EINVAL, "%s: %s; --help-all shows all options",
                         poptBadOption(context, 0), poptStrerror(option));
        return DRIVER_USAGE;
    }
    for (const char *text; (text = poptGetArg(context)) != NULL;)
        if (furrow_args_add(options->args, text, error))
            return DRIVER_USAGE;
    return OPTIONS_GO;
}

/* Without --format, takes the format that the name of the output ends in, if it ends in one. */
static void choose_format(struct options *options)
{
    const char *slash = options->output ? strrchr(options->output, '/') : NULL;
    const char *dot = options->output ? strrchr(slash ? slash : options->output, '.') : NULL;
    if (options->format_given || !dot || !(options->groups & OPTIONS_OUTPUT))
        return;
    if (parse_format(options, dot + 1, NULL))
        parse_format(options, "text", NULL);
}

/* Takes from the environment what the command line leaves open, after all checks. */
static int complete(struct options *options, furrow_error *error)
{
    choose_format(options);
    int status = options_check(options, error);
    if (status == FURROW_OK)
        status = checks_of_names(options, error);
    if (status)
        return status;
    furrow_cpu_options asked = {.threads = options->threads};
    status = furrow_cpu_detect(&options->cpus, &asked, error);
    if (status)
        return status;
    furrow_plan *plan = &options->plan;
    if (options->threads > 0 || options->cpus.num_threads > 0)
        plan->threads = options->cpus.threads;
    bool is_for = plan->backend == FURROW_BACKEND_AUTO || plan->backend == FURROW_BACKEND_FOR;
    bool open = plan->schedule == FURROW_SCHEDULE_AUTO && plan->chunk == 0;
    if (is_for && open && options->cpus.schedule[0])
        plan->reason.environment =
            furrow_schedule_parse(&plan->schedule, &plan->chunk, options->cpus.schedule);
    return FURROW_OK;
}

static int parse(struct options *options, struct options_table *table, const char *command,
                 int argc, const char **argv)
{
    argv[0] = "furrow"; /* as help names the program */
    poptContext context = poptGetContext("furrow", argc, argv, table->groups, 0);
    if (!context)
        return DRIVER_ENVIRONMENT;
    char help[256];
    options_table_usage(help, sizeof help, command, options->kernel);
    poptSetOtherOptionHelp(context, help);
    furrow_error error = {0};
    int code = read_all(options, context, command, &error);
    if (code == OPTIONS_GO && complete(options, &error))
        code = DRIVER_USAGE;
    if (code == DRIVER_USAGE)
        fprintf(stderr, "furrow: %s: %s\n", options->kernel->name, error.text);
    poptFreeContext(context);
    return code;
}

int options_parse(struct options *options, const furrow_kernel *kernel, const char *command,
                  unsigned groups, int argc, const char **argv)
{
    memset(options, 0, sizeof *options);
    options->kernel = kernel;
    options->groups = groups;
    parse_format(options, "text", NULL);
    struct options_table table;
    int status = options_table_make(&table, kernel, groups);
    if (status == FURROW_OK)
        status = furrow_args_new(&options->args, kernel->params);
    int code = DRIVER_ENVIRONMENT;
    if (status)
        fprintf(stderr, "furrow: %s: %s\n", kernel->name, furrow_status_text(status));
    else {
        furrow_args_set_input(options->args, stdin);
        code = parse(options, &table, command, argc, argv);
    }
    options_table_clear(&table);
    return code;
}

void options_clear(struct options *options)
{
    furrow_args_free(options->args);
    free(options->waits);
    free(options->output);
    free(options->trace);
    free(options->resume);
}

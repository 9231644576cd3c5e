#include "options_table.h"

#include <stdio.h>
#include <stdlib.h>

#include "options.h"

#define STRING(name, letter, value, help, argument)                                                \
    {                                                                                              \
        name, letter, POPT_ARG_STRING, NULL, value, help, argument                                 \
    }
#define FLAG(name, letter, value, help)                                                            \
    {                                                                                              \
        name, letter, POPT_ARG_NONE, NULL, value, help, NULL                                       \
    }

static struct poptOption plan_options[] = {
    STRING("threads", 't', THREADS, "threads (default: the planner's choice from the usable CPUs)",
           "N"),
    STRING("schedule", 's', SCHEDULE, "static, dynamic or guided, as in OpenMP (default: planned)",
           "NAME"),
    STRING("chunk", 'c', CHUNK, "items handed out at a time (default: planned)", "ITEMS"),
    STRING("backend", 'b', BACKEND, "serial, for, taskloop or pool (default: planned)", "NAME"),
    STRING("wait", 'w', WAIT,
           "let each item wait after its work, as for a remote service: 50ms, or 1s,2s,3s in turn",
           "TIME"),
    STRING("most", 'm', MOST, "stop after this many items (default: all)", "ITEMS"),
    STRING("shard", '\0', SHARD,
           "run part I of M equal ones, 1/M to M/M, whose outputs concatenate to the whole", "I/M"),
    POPT_TABLEEND,
};
static struct poptOption output_options[] = {
    STRING("format", 'f', FORMAT,
           "text, csv, tsv, json, jsonl or list, or a format of the kernel's own (default: what "
           "--output ends in, as out.csv does, or text)",
           "NAME"),
    STRING("output", 'o', OUTPUT, "write the results to FILE, which appears when they are whole",
           "FILE"),
    FLAG("unordered", 'u', UNORDERED, "write results as soon as they are there, in any order"),
    FLAG("yes", 'y', YES, "write the results even where they are more than 64 GiB"),
    FLAG("quiet", 'q', QUIET, "say nothing on stderr but errors"),
    FLAG("events", 'e', EVENTS, "report the start and end of every item on stderr"),
    {"progress", 'p', POPT_ARG_STRING | POPT_ARGFLAG_OPTIONAL, NULL, PROGRESS,
     "auto, always (by itself, in the last place) or never: a bar on stderr, lines where that is "
     "no terminal (default: auto)",
     "WHEN"},
    STRING("trace", 'T', TRACE, "write who ran which chunk, and when, to FILE as CSV", "FILE"),
    STRING("resume", 'R', RESUME,
           "keep what is computed in the journal FILE until all is, and begin with what it has",
           "FILE"),
    STRING("on-error", 'E', ON_ERROR,
           "skip: tell of an item that fails and go on; stop: end before it, with exit status 3 "
           "(default: skip)",
           "WHAT"),
    FLAG("verify", 'v', VERIFY, "check the results by a different algorithm"),
    STRING("variant", 'V', VARIANT, "run this version of the kernel instead", "NAME"),
    POPT_TABLEEND,
};
static struct poptOption bench_options[] = {
    STRING("format", 'f', FORMAT,
           "text, csv, tsv, json or jsonl, which hold every sample (default: text)", "NAME"),
    STRING("output", 'o', OUTPUT, "write the report to FILE, which appears when it is whole",
           "FILE"),
    STRING("rounds", 'r', ROUNDS,
           "samples of each way (default: what fits into --seconds, 10 to 1000)", "N"),
    STRING("seconds", 'S', SECONDS, "for all rounds together (default: 2)", "SECONDS"),
    STRING("schedules", 'a', SCHEDULES,
           "planned, or all: every schedule on every number of threads (default: planned)",
           "WHICH"),
    FLAG("sweep", 'x', SWEEP,
         "on every number of threads every schedule in many chunks, and a pool (or the one "
         "--backend), and the planner beside them"),
    POPT_TABLEEND,
};
static struct poptOption forecast_options[] = {
    STRING("format", 'f', FORMAT, "text; csv, tsv, json or jsonl: the candidates (default: text)",
           "NAME"),
    STRING("output", 'o', OUTPUT, "write the report to FILE, which appears when it is whole",
           "FILE"),
    POPT_TABLEEND,
};
static struct poptOption compare_options[] = {
    STRING("format", 'f', FORMAT, "text, csv, tsv, json, jsonl or list (default: text)", "NAME"),
    POPT_TABLEEND,
};
static struct poptOption help_options[] = {
    FLAG("help", 'h', HELP, "show this help"),
    POPT_TABLEEND,
};

static void describe_param(char text[256], const furrow_param *param)
{
    if (param->value && param->type != FURROW_PARAM_FLAG)
        snprintf(text, 256, "%s (default: %s)", param->help, param->value);
    else
        snprintf(text, 256, "%s%s", param->help, param->required ? " (required)" : "");
}

static const char *argument_name(const furrow_param *param)
{
    static const char *const names[] = {
        [FURROW_PARAM_COUNT] = "COUNT",      [FURROW_PARAM_REAL] = "NUMBER",
        [FURROW_PARAM_TEXT] = "TEXT",        [FURROW_PARAM_FLAG] = NULL,
        [FURROW_PARAM_LIST] = "TEXT",        [FURROW_PARAM_COUNTS] = "COUNT,...",
        [FURROW_PARAM_REALS] = "NUMBER,...",
    };
    return param->argument ? param->argument : names[param->type];
}

static bool has_letter(const struct poptOption *options, char letter)
{
    while (options->longName && options->shortName != letter)
        options++;
    return options->longName != NULL;
}

/* The parameter's letter, unless one of the groups has it. */
static char letter_of(const furrow_param *param, unsigned groups)
{
    static const struct {
        unsigned group;
        const struct poptOption *options;
    } tables[] = {
        {OPTIONS_PLAN, plan_options},       {OPTIONS_OUTPUT, output_options},
        {OPTIONS_COMPARE, compare_options}, {OPTIONS_FORECAST, forecast_options},
        {OPTIONS_BENCH, bench_options},
    };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (groups & tables[i].group && has_letter(tables[i].options, param->letter))
            return '\0';
    return param->letter;
}

static int make_params(struct options_table *table, const furrow_kernel *kernel, unsigned groups)
{
    size_t count = 0;
    while (kernel->params && kernel->params[count].name)
        count++;
    table->params = calloc(count + 1, sizeof *table->params);
    table->texts = calloc(count + 1, sizeof *table->texts);
    if (!table->params || !table->texts)
        return FURROW_ENOMEM;
    for (size_t i = 0; i < count; i++) {
        const furrow_param *param = &kernel->params[i];
        describe_param(table->texts[i], param);
        table->params[i] = (struct poptOption){
            .longName = param->name,
            .shortName = letter_of(param, groups),
            .argInfo = param->type == FURROW_PARAM_FLAG ? POPT_ARG_NONE : POPT_ARG_STRING,
            .val = FIRST_PARAM + (int)i,
            .descrip = table->texts[i],
            .argDescrip = argument_name(param),
        };
    }
    return FURROW_OK;
}

static void include(struct options_table *table, size_t *used, struct poptOption *options,
                    const char *title)
{
    table->groups[(*used)++] =
        (struct poptOption){.argInfo = POPT_ARG_INCLUDE_TABLE, .arg = options, .descrip = title};
}

int options_table_make(struct options_table *table, const furrow_kernel *kernel, unsigned groups)
{
    *table = (struct options_table){0};
    size_t used = 0;
    int status = make_params(table, kernel, groups);
    if (status)
        return status;
    if (table->params[0].longName)
        include(table, &used, table->params, "The kernel:");
    if (groups & OPTIONS_PLAN)
        include(table, &used, plan_options, "How to run it:");
    if (groups & OPTIONS_OUTPUT)
        include(table, &used, output_options, "What to show:");
    if (groups & OPTIONS_COMPARE)
        include(table, &used, compare_options, "What to show:");
    if (groups & OPTIONS_FORECAST)
        include(table, &used, forecast_options, "What to show:");
    if (groups & OPTIONS_BENCH)
        include(table, &used, bench_options, "What to measure:");
    include(table, &used, help_options, "Help:");
    return FURROW_OK;
}

void options_table_clear(struct options_table *table)
{
    free(table->params);
    free(table->texts);
}

void options_table_usage(char *text, size_t size, const char *command, const furrow_kernel *kernel)
{
    int length = snprintf(text, size, "%s [OPTIONS]", command);
    for (const furrow_param *p = kernel->params; p && p->name; p++) {
        size_t used = length > 0 && (size_t)length < size ? (size_t)length : size;
        if (p->positional)
            length += snprintf(text + used, size - used, p->required ? " %s%s" : " [%s]%s",
                               argument_name(p), p->type == FURROW_PARAM_LIST ? "..." : "");
    }
}

/* The kernel's own, and those of the writer that it writes itself. */
static void print_formats(const furrow_kernel *kernel)
{
    const furrow_kernel_format *format = NULL;
    size_t at_places = 0;
    while ((format = furrow_kernel_format_next(kernel, format)) != NULL)
        if (format->write)
            printf("%s%s",
                   at_places++ ? ", " : "\nFormats written by all threads at once: ", format->name);
    if (at_places)
        printf("\n");
    while ((format = furrow_kernel_format_next(kernel, format)) != NULL)
        if (format->finish)
            printf("\nFormat of one picture or text of all results: %s\n", format->name);
}

void options_table_print_help(poptContext context, const furrow_kernel *kernel)
{
    printf("%s: %s\n\n", kernel->name, kernel->summary);
    fflush(stdout);
    poptPrintHelp(context, stdout, 0);
    if (kernel->variants)
        printf("\nVariants:\n");
    for (const furrow_variant *v = kernel->variants; v && v->name; v++)
        printf("  %-14s %s\n", v->name, v->summary);
    print_formats(kernel);
    if (kernel->help)
        printf("\n%s\n", kernel->help);
}

#include "options_table.h"

#include <stdio.h>
#include <stdlib.h>

#include "options.h"
#include "words.h"

/* Options that --help shows, and rarer ones that only --help-all shows. */
#define STRING(name, letter, value, help, argument)                                                \
    {                                                                                              \
        name, letter, POPT_ARG_STRING, NULL, value, help, argument                                 \
    }
#define RARE_STRING(name, letter, value, help, argument)                                           \
    {                                                                                              \
        name, letter, POPT_ARG_STRING | POPT_ARGFLAG_DOC_HIDDEN, NULL, value, help, argument       \
    }
#define FLAG(name, letter, value, help)                                                            \
    {                                                                                              \
        name, letter, POPT_ARG_NONE, NULL, value, help, NULL                                       \
    }
#define RARE_FLAG(name, letter, value, help)                                                       \
    {                                                                                              \
        name, letter, POPT_ARG_NONE | POPT_ARGFLAG_DOC_HIDDEN, NULL, value, help, NULL             \
    }

static struct poptOption plan_options[] = {
    STRING("threads", 't', THREADS, "threads to run on (default: the planner chooses)", "N"),
    RARE_STRING("schedule", 's', SCHEDULE,
                "static, dynamic or guided, as in OpenMP (default: the planner chooses)", "NAME"),
    RARE_STRING("chunk", 'c', CHUNK, "items handed out at a time (default: the planner chooses)",
                "ITEMS"),
    RARE_STRING("backend", 'b', BACKEND,
                "serial, for, taskloop or pool (default: the planner chooses)", "NAME"),
    STRING("wait", 'w', WAIT,
           "let each item wait after its work, as for a remote service: 50ms, or 1s,2s,3s in turn",
           "TIME"),
    STRING("most", 'm', MOST, "stop after this number of items (default: all)", "ITEMS"),
    RARE_STRING("shard", '\0', SHARD,
                "run part I of M equal parts; the outputs of 1/M to M/M, joined, are the whole",
                "I/M"),
    POPT_TABLEEND,
};
static struct poptOption output_options[] = {
    STRING("format", 'f', FORMAT,
           ", or a format of the kernel (default: the ending of --output, as in out.csv, or text)",
           "NAME"),
    STRING("output", 'o', OUTPUT, "write the results to FILE, which appears when it is complete",
           "FILE"),
    RARE_FLAG("unordered", 'u', UNORDERED,
              "write each result as soon as it is ready, in any order"),
    RARE_FLAG("yes", 'y', YES, "write the results even if they are larger than 64 GiB"),
    FLAG("quiet", 'q', QUIET, "print nothing on stderr but errors"),
    RARE_FLAG("events", 'e', EVENTS, "report the start and end of every item on stderr"),
    {"progress", 'p', POPT_ARG_STRING | POPT_ARGFLAG_OPTIONAL, NULL, PROGRESS,
     "show progress on stderr: auto (on a terminal), always or never (default: auto; "
     "without WHEN, as the last option: always)",
     "WHEN"},
    RARE_STRING("trace", 'T', TRACE, "write which worker ran which chunk, and when, to FILE as CSV",
                "FILE"),
    RARE_STRING(
        "resume", 'R', RESUME,
        "keep finished results in the journal FILE until the output is complete; a run that "
        "finds FILE continues from it",
        "FILE"),
    RARE_STRING("on-error", 'E', ON_ERROR,
                "skip: report an item that fails and continue; stop: end before that item, with "
                "exit status 3 (default: skip)",
                "ACTION"),
    FLAG("verify", 'v', VERIFY, "check the results by a different algorithm"),
    RARE_STRING("variant", 'V', VARIANT, "run this variant of the kernel (see below)", "NAME"),
    POPT_TABLEEND,
};
static struct poptOption bench_options[] = {
    STRING("format", 'f', FORMAT, "; all but text list every sample (default: text)", "NAME"),
    STRING("output", 'o', OUTPUT, "write the report to FILE, which appears when it is complete",
           "FILE"),
    STRING("rounds", 'r', ROUNDS,
           "samples of each way (default: as many as fit into --seconds, 10 to 1000)", "N"),
    STRING("seconds", 'S', SECONDS, "time for all rounds together (default: 2)", "SECONDS"),
    RARE_STRING("schedules", 'a', SCHEDULES,
                "planned, or all: every schedule on every number of threads (default: planned)",
                "WHICH"),
    FLAG("sweep", 'x', SWEEP,
         "compare the planner with every schedule in many chunk sizes, and a pool (or the one "
         "--backend), on every number of threads"),
    POPT_TABLEEND,
};
static struct poptOption forecast_options[] = {
    STRING("format", 'f', FORMAT, "; all but text list only the candidates (default: text)",
           "NAME"),
    STRING("output", 'o', OUTPUT, "write the report to FILE, which appears when it is complete",
           "FILE"),
    POPT_TABLEEND,
};
static struct poptOption compare_options[] = {
    STRING("format", 'f', FORMAT, " (default: text)", "NAME"),
    POPT_TABLEEND,
};
static struct poptOption help_options[] = {
    FLAG("help", 'h', HELP, "show the common options"),
    FLAG("help-all", '\0', HELP_ALL, "show all options, variants and formats"),
    POPT_TABLEEND,
};

/* All groups; a group that a command takes is shown under its title. */
static const struct group {
    unsigned group; /* of options.h; 0: every command takes it */
    struct poptOption *options;
    const char *title;
    bool lists; /* --format may be list */
} groups[] = {
    {OPTIONS_PLAN, plan_options, "How to run it:", false},
    {OPTIONS_OUTPUT, output_options, "What to show:", true},
    {OPTIONS_COMPARE, compare_options, "What to show:", true},
    {OPTIONS_FORECAST, forecast_options, "What to show:", false},
    {OPTIONS_BENCH, bench_options, "What to measure:", false},
    {0, help_options, "Help:", false},
};
static const size_t group_count = sizeof groups / sizeof *groups;

static bool is_taken(const struct group *group, unsigned taken)
{
    return !group->group || group->group & taken;
}

static void describe_param(char text[OPTION_TEXT], const furrow_param *param)
{
    if (param->value && param->type != FURROW_PARAM_FLAG)
        snprintf(text, OPTION_TEXT, "%s (default: %s)", param->help, param->value);
    else
        snprintf(text, OPTION_TEXT, "%s%s", param->help, param->required ? " (required)" : "");
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

/* The parameter's letter, unless an option of the groups has the same. */
static char letter_of(const furrow_param *param, unsigned taken)
{
    for (size_t i = 0; i < group_count; i++)
        if (is_taken(&groups[i], taken) && has_letter(groups[i].options, param->letter))
            return '\0';
    return param->letter;
}

static int make_params(struct options_table *table, const furrow_kernel *kernel, unsigned taken)
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
            .shortName = letter_of(param, taken),
            .argInfo = param->type == FURROW_PARAM_FLAG ? POPT_ARG_NONE : POPT_ARG_STRING,
            .val = FIRST_PARAM + (int)i,
            .descrip = table->texts[i],
            .argDescrip = argument_name(param),
        };
    }
    return FURROW_OK;
}

/* Puts the names of the formats before the help of --format. */
static void describe_format(struct options_table *table, struct poptOption *option, bool with_list)
{
    const char *names[WORDS_MAX];
    char joined[128];
    words_of_formats(names, with_list);
    snprintf(table->format, sizeof table->format, "%s%s", words_join(joined, sizeof joined, names),
             option->descrip);
    option->descrip = table->format;
}

static void include(struct options_table *table, struct poptOption *options, const char *title)
{
    size_t used = 0;
    while (table->groups[used].argInfo)
        used++;
    table->groups[used] =
        (struct poptOption){.argInfo = POPT_ARG_INCLUDE_TABLE, .arg = options, .descrip = title};
}

int options_table_make(struct options_table *table, const furrow_kernel *kernel, unsigned taken)
{
    *table = (struct options_table){0};
    int status = make_params(table, kernel, taken);
    if (status)
        return status;
    if (table->params[0].longName)
        include(table, table->params, "The kernel:");
    for (size_t i = 0; i < group_count; i++) {
        struct poptOption *options = groups[i].options;
        if (!is_taken(&groups[i], taken))
            continue;
        if (options->val == FORMAT) /* it is the first of its group */
            describe_format(table, options, groups[i].lists);
        include(table, options, groups[i].title);
    }
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

void options_table_show_all(void)
{
    for (size_t i = 0; i < group_count; i++)
        for (struct poptOption *option = groups[i].options; option->longName; option++)
            option->argInfo &= ~(unsigned)POPT_ARGFLAG_DOC_HIDDEN;
}

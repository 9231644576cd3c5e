/*
 * The driver, as its users see it: tests/driver/NAME.case are dialogues, played through a shell.
 *
 *     # what this shows
 *     $ furrow squares 3          a command; `furrow` is the program under test, data/ is at hand
 *     = 2                         its exit status; 0 when not said
 *     > [1, 4, 9]                 a line of its stdout; all of them, in order
 *     ~ Total time: * ms          likewise, as a pattern of fnmatch
 *     ...                         any number of lines of stdout
 *     ! did you mean "squares"    a part of its stderr
 *     - stderr                    it said nothing on stderr
 *     ? openmp                    the rest of the file is for builds with OpenMP
 *
 * Two functions are for commands in the background (`$!` is the last): `await COMMAND` tries until
 * COMMAND succeeds or `$!` has ended, `slay` ends `$!` so that it can do nothing about it. A
 * command that must not end by itself has an item that waits for ten minutes, twice what a test may
 * take.
 */
#include "harness.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* What a command did. */
struct ending {
    int status;
    char *output, *errors; /* ended by NUL */
};

static char *read_all(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t size = 0;
    if (!file)
        return NULL;
    if (getdelim(&text, &size, EOF, file) < 0) {
        free(text);
        text = calloc(1, 1);
    }
    fclose(file);
    return text;
}

/* libomp 14 registers each process in shared memory, and removes the entry only when the process
 * ends by exit. */
static const char functions[] =
    "await() { until \"$@\" 2>/dev/null; do kill -0 $! || return; sleep 0.02; done; }\n"
    "slay() { kill -9 $!; wait $!; rm -f \"/dev/shm/__KMP_REGISTERED_LIB_$!_$(id -u)\"; }\n";

static struct ending play(const char *folder, const char *command)
{
    char script[8192];
    struct ending ending = {0};
    snprintf(script, sizeof script,
             "%scd '%s' && export WORK='%s' && PATH='%s':$PATH && { %s\n} >'%s/out' 2>'%s/err'",
             functions, SOURCE_FOLDER, folder, PROGRAM_FOLDER, command, folder, folder);
    int status = system(script);
    ending.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    char path[4096];
    snprintf(path, sizeof path, "%s/out", folder);
    ending.output = read_all(path);
    snprintf(path, sizeof path, "%s/err", folder);
    ending.errors = read_all(path);
    return ending;
}

static void clear(struct ending *ending)
{
    free(ending->output);
    free(ending->errors);
    *ending = (struct ending){0};
}

/* A dialogue while it is played. */
struct dialogue {
    const char *folder, *name;
    int line;
    struct ending ending;
    bool running;     /* a command has been played */
    bool status_seen; /* its status was told */
    bool output_seen; /* some of its stdout was told */
    bool skipping;    /* after "..." */
    char *rest;       /* of its stdout */
};

static char *next_line(struct dialogue *dialogue)
{
    char *line = dialogue->rest;
    if (!line || !*line)
        return NULL;
    char *end = strchr(line, '\n');
    dialogue->rest = end ? end + 1 : line + strlen(line);
    if (end)
        *end = '\0';
    return line;
}

static void expect_line(struct dialogue *dialogue, const char *expected, bool pattern)
{
    dialogue->output_seen = true;
    char *line;
    bool matches = false;
    do {
        line = next_line(dialogue);
        matches = line && (pattern ? fnmatch(expected, line, 0) : strcmp(expected, line)) == 0;
    } while (line && dialogue->skipping && !matches);
    dialogue->skipping = false;
    if (!matches)
        EXPECT_TEXT(line ? line : "(the end of stdout)", expected);
}

/* What a dialogue does not mention must be as usual: status 0, no output. */
static void end_command(struct dialogue *dialogue)
{
    if (!dialogue->running)
        return;
    if (!dialogue->status_seen)
        EXPECT_EQUAL(dialogue->ending.status, 0);
    if (dialogue->output_seen && !dialogue->skipping && dialogue->rest && *dialogue->rest)
        EXPECT_TEXT(dialogue->rest, "(the end of stdout)");
    clear(&dialogue->ending);
    dialogue->running = false;
}

static void begin_command(struct dialogue *dialogue, const char *command)
{
    end_command(dialogue);
    harness_case("%s:%d: %s", dialogue->name, dialogue->line, command);
    *dialogue = (struct dialogue){.folder = dialogue->folder,
                                  .name = dialogue->name,
                                  .line = dialogue->line,
                                  .running = true,
                                  .ending = play(dialogue->folder, command)};
    dialogue->rest = dialogue->ending.output;
}

static void play_line(struct dialogue *dialogue, const char *line)
{
    const char *rest = line[0] && line[1] == ' ' ? line + 2 : "";
    if (strcmp(line, "...") == 0) {
        dialogue->output_seen = dialogue->skipping = true;
        return;
    }
    switch (line[0]) {
    case '\0':
    case '#':
    case '?':
        break;
    case '$':
        begin_command(dialogue, rest);
        break;
    case '=':
        dialogue->status_seen = true;
        EXPECT_EQUAL(dialogue->ending.status, atoi(rest));
        break;
    case '>':
        expect_line(dialogue, rest, false);
        break;
    case '~':
        expect_line(dialogue, rest, true);
        break;
    case '!':
        EXPECT_CONTAINS(dialogue->ending.errors, rest);
        break;
    case '-':
        EXPECT_TEXT(dialogue->ending.errors, "");
        break;
    default:
        EXPECT_TEXT(line, "a line of a dialogue");
    }
}

static bool ends_here(const char *line)
{
#ifdef _OPENMP
    (void)line;
    return false;
#else
    return strncmp(line, "? openmp", 8) == 0;
#endif
}

static void play_file(const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/driver/%s", TESTS_FOLDER, name);
    FILE *file = fopen(path, "r");
    REQUIRE(file != NULL);
    struct dialogue dialogue = {.folder = harness_folder(), .name = name};
    char *line = NULL;
    size_t size = 0;
    for (ssize_t length; (length = getline(&line, &size, file)) >= 0 && !ends_here(line);) {
        dialogue.line++;
        if (length > 0 && line[length - 1] == '\n')
            line[length - 1] = '\0';
        play_line(&dialogue, line);
    }
    end_command(&dialogue);
    harness_case(NULL);
    free(line);
    fclose(file);
}

/* ---- one test each, so that they may run at the same time ---- */

#define DIALOGUES(_)                                                                               \
    _(bench)                                                                                       \
    _(combinations)                                                                                \
    _(combinations_ends)                                                                           \
    _(combinations_parts)                                                                          \
    _(compare)                                                                                     \
    _(cpus)                                                                                        \
    _(digits)                                                                                      \
    _(files)                                                                                       \
    _(general)                                                                                     \
    _(passwords)                                                                                   \
    _(plan)                                                                                        \
    _(resume)                                                                                      \
    _(run)                                                                                         \
    _(sweep)                                                                                       \
    _(threads)

static void play_alone(const char *name)
{
    unsetenv("OMP_NUM_THREADS");
    unsetenv("OMP_SCHEDULE");
    unsetenv("OMP_THREAD_LIMIT");
    unsetenv("OMP_DYNAMIC");
    play_file(name);
}

#define DIALOGUE(name)                                                                             \
    TEST(the_dialogue_##name##_goes_as_written)                                                    \
    {                                                                                              \
        play_alone(#name ".case");                                                                 \
    }
DIALOGUES(DIALOGUE)

static int is_case(const struct dirent *entry)
{
    return fnmatch("*.case", entry->d_name, 0) == 0;
}

TEST(every_dialogue_has_its_test)
{
#define ROW(name) #name ".case",
    static const char *const played[] = {DIALOGUES(ROW)};
#undef ROW
    const size_t count = COUNT(played);
    struct dirent **entries;
    int found = scandir(TESTS_FOLDER "/driver", &entries, is_case, alphasort);
    REQUIRE(found > 0);
    EXPECT_EQUAL(found, count);
    for (int i = 0; i < found; i++) {
        EXPECT_TEXT(entries[i]->d_name, (size_t)i < count ? played[i] : "a name in DIALOGUES");
        free(entries[i]);
    }
    free(entries);
}

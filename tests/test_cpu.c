#include "harness.h"

#include <dirent.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <furrow/cpu.h>

enum { LINES = 64, VARIABLES = 8 };

/* A tree of tests/cpu, read. Its README.md describes the format. */
typedef struct system_tree {
    char *text; /* the whole file, cut into lines in place */
    char *lines[LINES];
    size_t line_count;
    furrow_cpu_options options;
    const char *environment[VARIABLES + 1];
    size_t environment_count;
} system_tree;

static const char *const no_environment[] = {NULL};

static const char *after(const char *line, const char *word)
{
    size_t length = strlen(word);
    if (strncmp(line, word, length) != 0)
        return NULL;
    if (line[length] == ' ')
        return line + length + 1;
    return line[length] == '\0' ? line + length : NULL;
}

static bool read_lines(system_tree *tree, const char *path)
{
    FILE *file = fopen(path, "r");
    if (!harness_true(file, path, __FILE__, __LINE__))
        return false;
    size_t room = 0;
    ssize_t size = getdelim(&tree->text, &room, '\0', file);
    fclose(file);
    char *rest = size > 0 ? tree->text : NULL;
    for (char *line; tree->line_count < LINES && (line = strsep(&rest, "\n"));)
        tree->lines[tree->line_count++] = line;
    return harness_true(size > 0 && !rest, "has lines, but not too many", __FILE__, __LINE__);
}

/* Writes the file that begins at line `first`; returns the line after its last. */
static size_t write_file(system_tree *tree, size_t first)
{
    char text[8192] = "";
    size_t length = 0, next = first + 1;
    for (; next < tree->line_count && tree->lines[next][0] == '|'; next++) {
        const char *line = after(tree->lines[next], "|");
        length += (size_t)snprintf(text + length, sizeof text - length, "%s\n", line ? line : "");
        if (!harness_true(length < sizeof text, "the file fits", __FILE__, __LINE__))
            break;
    }
    harness_write(tree->options.root, tree->lines[first] + strlen("file /"), text, length);
    return next;
}

static bool build(system_tree *tree)
{
    tree->options.root = harness_folder();
    tree->options.environment = tree->environment;
    for (size_t i = 0; i < tree->line_count;) {
        char *line = tree->lines[i];
        const char *value;
        if (strncmp(line, "file /", strlen("file /")) == 0) {
            i = write_file(tree, i);
            continue;
        }
        if ((value = after(line, "affinity")))
            tree->options.affinity = atoi(value);
        else if ((value = after(line, "threads")))
            tree->options.threads = atoi(value);
        else if ((value = after(line, "environment")) && tree->environment_count < VARIABLES)
            tree->environment[tree->environment_count++] = value;
        else if (*line && *line != '#' && !after(line, "expect"))
            return harness_true(false, line, __FILE__, __LINE__);
        i++;
    }
    return true;
}

static void expect_text(const char *got, const char *expected)
{
    const char *part = after(expected, "contains");
    if (part)
        EXPECT_CONTAINS(got, part);
    else
        EXPECT_TEXT(got, expected);
}

/* One "NAME VALUE" of a line "expect NAME VALUE". */
static void expect(const char *line, const furrow_cpus *cpus, const char *error)
{
    const struct {
        const char *name;
        long long got;
    } numbers[] = {
        {"online", cpus->online},
        {"affinity", cpus->affinity},
        {"usable", cpus->usable},
        {"num_threads", cpus->num_threads},
        {"thread_limit", cpus->thread_limit},
        {"threads", cpus->threads},
    };
    const struct {
        const char *name, *got;
    } texts[] = {
        {"quota_from", cpus->quota_from},
        {"reason", cpus->reason},
        {"threads_reason", cpus->threads_reason},
        {"note", cpus->note},
        {"schedule", cpus->schedule},
        {"dynamic", cpus->dynamic},
        {"proc_bind", cpus->proc_bind},
        {"places", cpus->places},
        {"error", error},
    };
    const char *value;
    for (size_t i = 0; i < COUNT(numbers); i++)
        if ((value = after(line, numbers[i].name))) {
            EXPECT_EQUAL(numbers[i].got, atoll(value));
            return;
        }
    for (size_t i = 0; i < COUNT(texts); i++)
        if ((value = after(line, texts[i].name))) {
            expect_text(texts[i].got, value);
            return;
        }
    value = after(line, "quota");
    EXPECT(value);
    if (value)
        EXPECT_NEAR(cpus->quota, atof(value), 1e-9);
}

static void check(const system_tree *tree, const char *name)
{
    furrow_cpus cpus;
    furrow_error error = {0};
    int status = furrow_cpu_detect(&cpus, &tree->options, &error);
    size_t expectations = 0, errors = 0;
    for (size_t i = 0; i < tree->line_count; i++) {
        const char *line = after(tree->lines[i], "expect");
        if (!line)
            continue;
        harness_case("%s: expect %s", name, line);
        expect(line, &cpus, error.text);
        expectations++;
        errors += after(line, "error") != NULL;
    }
    harness_case("%s", name);
    EXPECT_EQUAL(status, errors > 0 ? FURROW_EINVAL : FURROW_OK);
    EXPECT_EQUAL(error.code, status);
    EXPECT(expectations > 0);
    EXPECT(tree->lines[0][0] == '#');
}

/* Reads TESTS_FOLDER/cpu/NAME.tree and writes its files; false after a failure. */
static bool load(system_tree *tree, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/cpu/%s", TESTS_FOLDER, name);
    harness_case("%s", path);
    memset(tree, 0, sizeof *tree);
    return read_lines(tree, path) && build(tree);
}

TEST(every_tree_gives_what_it_expects)
{
    DIR *folder = opendir(TESTS_FOLDER "/cpu");
    REQUIRE(folder);
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        const char *ending = strrchr(entry->d_name, '.');
        if (!ending || strcmp(ending, ".tree") != 0)
            continue;
        system_tree tree;
        if (load(&tree, entry->d_name))
            check(&tree, entry->d_name);
        free(tree.text);
        count++;
    }
    closedir(folder);
    EXPECT(count >= 25);
}

/* This is no tree file, for editors remove spaces at the ends of lines. */
TEST(spaces_at_the_end_of_a_variable_are_taken)
{
    const char *const environment[] = {"OMP_NUM_THREADS= 4 , 2 ",
                                       "OMP_THREAD_LIMIT=\t3\n",
                                       "OMP_SCHEDULE=static ",
                                       "OMP_DYNAMIC=false ",
                                       "OMP_PROC_BIND=close ",
                                       "OMP_PLACES= ",
                                       NULL};
    const furrow_cpu_options options = {.environment = environment};
    furrow_cpus cpus;
    furrow_error error = {0};
    furrow_cpu_detect(&cpus, &options, &error);
    EXPECT_TEXT(error.text, "");
    EXPECT_EQUAL(cpus.num_threads, 4);
    EXPECT_EQUAL(cpus.threads, 3);
    EXPECT_TEXT(cpus.schedule, "static");
    EXPECT_TEXT(cpus.dynamic, "false");
    EXPECT_TEXT(cpus.proc_bind, "close");
    EXPECT_TEXT(cpus.places, "");
}

TEST(each_failed_allocation_is_reported)
{
    const char *const names[] = {"v1-container.tree", "hybrid-both.tree", "affinity-list.tree"};
    for (size_t i = 0; i < COUNT(names); i++) {
        system_tree tree;
        REQUIRE(load(&tree, names[i]));
        furrow_cpus cpus;
        furrow_error error;
        harness_fail_allocation(0);
        REQUIRE_EQUAL(furrow_cpu_detect(&cpus, &tree.options, &error), FURROW_OK);
        size_t allocations = harness_fail_allocation(0);
        EXPECT(allocations > 3);
        for (size_t n = 1; n <= allocations; n++) {
            harness_fail_allocation(n);
            EXPECT_EQUAL(furrow_cpu_detect(&cpus, &tree.options, &error), FURROW_ENOMEM);
            EXPECT_EQUAL(error.code, FURROW_ENOMEM);
            EXPECT_EQUAL(cpus.threads, 0);
        }
        harness_fail_allocation(0);
        free(tree.text);
    }
}

TEST(each_failed_allocation_on_the_real_system_is_reported)
{
    const furrow_cpu_options options = {.environment = no_environment};
    furrow_cpus cpus;
    EXPECT_EACH_ALLOCATION_REPORTED(furrow_cpu_detect(&cpus, &options, NULL));
    EXPECT(cpus.usable >= 1);
}

TEST(files_that_end_anywhere_are_survived)
{
    const char *const names[] = {"proc/self/cgroup", "proc/self/mountinfo", "proc/self/status",
                                 "sys/devices/system/cpu/online"};
    const char *const texts[] = {
        "4:cpu,cpuacct:/a/b\n0::/a/b\n",
        "30 23 0:26 /a\\040b /sys\\134 rw shared:4 - cgroup cgroup rw,cpu,cpuacct\n",
        "Name:\tx\nCpus_allowed_list:\t0-3,8,10-11\n", "0-3,8,10-11\n"};
    const char *root = harness_folder();
    const furrow_cpu_options options = {.root = root, .environment = no_environment};
    for (size_t i = 0; i < 4; i++)
        for (size_t size = 0; size <= strlen(texts[i]); size++) {
            harness_case("%zu bytes of %s", size, names[i]);
            harness_write(root, names[i], texts[i], size);
            furrow_cpus cpus;
            EXPECT_EQUAL(furrow_cpu_detect(&cpus, &options, NULL), FURROW_OK);
            EXPECT(cpus.usable >= 1 && cpus.usable <= 12);
        }
}

TEST(a_pipe_in_place_of_a_file_is_passed_over)
{
    const char *root = harness_folder();
    const furrow_cpu_options options = {.root = root, .environment = no_environment, .affinity = 8};
    const char *pipe = harness_write(root, "sys/fs/cgroup/cpu.max", "", 0);
    REQUIRE_EQUAL(unlink(pipe), 0);
    REQUIRE_EQUAL(mkfifo(pipe, 0600), 0);
    furrow_cpus cpus;
    EXPECT_EQUAL(furrow_cpu_detect(&cpus, &options, NULL), FURROW_OK);
    EXPECT_EQUAL(cpus.usable, 8);
    EXPECT_TEXT(cpus.note, "");
}

/* The kernel's mountinfo can be megabytes long, and a line of it longer than any buffer. */
TEST(a_long_mountinfo_is_read_to_its_end)
{
    const char *root = harness_folder();
    const furrow_cpu_options options = {.root = root, .environment = no_environment, .affinity = 8};
    const char last[] = "\n30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
    const size_t size = 3000000;
    char *text = calloc(1, size + sizeof last);
    REQUIRE(text);
    memset(text, 'x', size);
    memcpy(text + size, last, sizeof last);
    harness_write(root, "proc/self/mountinfo", text, size + sizeof last - 1);
    harness_write(root, "proc/self/cgroup", "0::/\n", 5);
    harness_write(root, "sys/fs/cgroup/cpu.max", "200000 100000\n", 14);
    free(text);
    furrow_cpus cpus;
    EXPECT_EQUAL(furrow_cpu_detect(&cpus, &options, NULL), FURROW_OK);
    EXPECT_EQUAL(cpus.usable, 2);
}

TEST(the_count_is_what_detection_finds)
{
    furrow_cpus cpus;
    furrow_error error;
    int status = furrow_cpu_detect(&cpus, NULL, &error);
    EXPECT(status == FURROW_OK || status == FURROW_EINVAL);
    EXPECT(cpus.usable >= 1 && cpus.usable <= cpus.affinity);
    EXPECT_EQUAL(furrow_cpu_count(), cpus.threads);
    EXPECT_EQUAL(furrow_cpu_count(), cpus.threads);
    EXPECT_EQUAL(furrow_cpu_thread_limit(), cpus.thread_limit);
}

TEST(many_threads_detect_at_once)
{
    const furrow_cpu_options options = {.environment = no_environment};
    int wrong = 0, expected = furrow_cpu_count();
#pragma omp parallel for schedule(static, 1) default(none) shared(expected, options)              \
    reduction(+ : wrong) num_threads(8)
    for (int i = 0; i < 64; i++) {
        furrow_cpus cpus;
        wrong += furrow_cpu_detect(&cpus, &options, NULL) != FURROW_OK || cpus.usable < 1;
        wrong += furrow_cpu_count() != expected;
    }
    EXPECT_EQUAL(wrong, 0);
}

/* Runs this program again for the test `name` with one more variable. Returns its exit status. */
static int run_again(const char *name, const char *variable, const char *value)
{
    char filter[128];
    snprintf(filter, sizeof filter, "--gtest_filter=%s", name);
    char *arguments[] = {(char[]){"furrow-tests"}, filter, NULL};
    pid_t child;
    setenv(variable, value, 1);
    int failure = posix_spawn(&child, "/proc/self/exe", NULL, NULL, arguments, environ);
    unsetenv(variable);
    int status = -1;
    return !failure && waitpid(child, &status, 0) == child ? status : -1;
}

/* With OMP_PROC_BIND=true libgomp binds the initial thread before main: so this needs a process of
 * its own, which is told what to find. */
TEST(a_bound_thread_does_not_hide_the_other_cpus)
{
    const char *variable = "FURROW_TEST_AFFINITY";
    const char *expected = getenv(variable);
    furrow_cpus cpus;
    REQUIRE_EQUAL(furrow_cpu_detect(&cpus, NULL, NULL), FURROW_OK);
    if (expected) {
        EXPECT_EQUAL(cpus.affinity, atoi(expected));
        return;
    }
    if (getenv("OMP_PROC_BIND"))
        SKIP("OMP_PROC_BIND is set");
    char affinity[16];
    snprintf(affinity, sizeof affinity, "%d", cpus.affinity);
    setenv("OMP_PROC_BIND", "true", 1);
    int status = run_again("cpu.a_bound_thread_does_not_hide_the_other_cpus", variable, affinity);
    unsetenv("OMP_PROC_BIND");
    EXPECT_EQUAL(status, 0);
}

/* Every kernel of kernels/, through the same functions as the driver: arguments, run, writer,
 * verify. */
#include "kernel_commands.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pool/backend.h"
#include "told.h"

static const furrow_plan plans[] = {
    {.backend = FURROW_BACKEND_SERIAL},
    {.backend = FURROW_BACKEND_FOR, .schedule = FURROW_SCHEDULE_STATIC},
    {.backend = FURROW_BACKEND_FOR, .schedule = FURROW_SCHEDULE_STATIC, .chunk = 7},
    {.backend = FURROW_BACKEND_FOR, .schedule = FURROW_SCHEDULE_DYNAMIC, .chunk = 1},
    {.backend = FURROW_BACKEND_FOR, .schedule = FURROW_SCHEDULE_DYNAMIC, .chunk = 64},
    {.backend = FURROW_BACKEND_FOR, .schedule = FURROW_SCHEDULE_GUIDED, .chunk = 3},
    {.backend = FURROW_BACKEND_TASKLOOP, .chunk = 5},
    {.backend = FURROW_BACKEND_AUTO},
};

static const int threads[] = {1, 2, 3, 8};

static void every_plan_writes_the_same(const struct command *command, furrow_format format)
{
    static struct output expected, got;
    furrow_error error = {0};
    harness_case("%s %s: serial: %s", command->kernel, command->words, furrow_format_name(format));
    REQUIRE_EQUAL(run_command(&expected, command, format, &serial, &error), FURROW_OK);
    for (size_t i = 0; i < COUNT(plans); i++) {
        for (size_t j = 0; j < COUNT(threads); j++) {
            furrow_plan plan = plans[i];
            plan.threads = plan.backend == FURROW_BACKEND_SERIAL ? 1 : threads[j];
            harness_case("%s %s: %s, %s, chunk %zu, %d threads", command->kernel, command->words,
                         furrow_backend_name(plan.backend), furrow_schedule_name(plan.schedule),
                         plan.chunk, plan.threads);
            EXPECT_EQUAL(run_command(&got, command, format, &plan, &error), FURROW_OK);
            EXPECT(strcmp(got.text, expected.text) == 0);
        }
    }
}

TEST(every_kernel_writes_the_same_and_verifies_on_every_backend)
{
    for (size_t i = 0; i < COUNT(commands); i++)
        every_plan_writes_the_same(&commands[i], FURROW_FORMAT_TEXT);
}

TEST(variants_verify_on_any_number_of_threads)
{
    for (size_t i = 0; i < COUNT(commands) * COUNT(threads); i++) {
        const struct command *command = &commands[i / COUNT(threads)];
        furrow_error error = {0};
        struct job job;
        REQUIRE_EQUAL(begin_command(&job, command, &error), FURROW_OK);
        const furrow_variant *variant = job.kernel->variants;
        for (; variant && variant->name; variant++) {
            furrow_run_options options = {.plan.threads = threads[i % COUNT(threads)],
                                          .variant = variant};
            harness_case("%s %s: %s, %d threads", command->kernel, command->words, variant->name,
                         options.plan.threads);
            int status = furrow_run(NULL, job.kernel, job.state, &options, &error);
            EXPECT(status == FURROW_OK || status == FURROW_ENOTSUP);
            if (status == FURROW_OK)
                EXPECT_EQUAL(job.kernel->verify(job.state, &error), FURROW_OK);
            EXPECT_EQUAL(furrow_kernel_begin(job.kernel, job.state, 1, &error), FURROW_OK);
        }
        end_command(&job);
    }
}

TEST(a_variant_that_cannot_run_a_part_says_so)
{
    const struct command part = {"combinations", "6 2 --from=1", NULL};
    furrow_error error = {0};
    struct job job;
    REQUIRE_EQUAL(begin_command(&job, &part, &error), FURROW_OK);
    furrow_run_options options = {.variant = furrow_kernel_variant(job.kernel, "tasks")};
    EXPECT_EQUAL(furrow_run(NULL, job.kernel, job.state, &options, &error), FURROW_ENOTSUP);
    end_command(&job);
}

TEST(a_kernel_that_begins_again_comes_to_the_same_end)
{
    static struct output first, second;
    for (size_t i = 0; i < COUNT(commands); i++) {
        furrow_error error = {0};
        furrow_run_options options = {.plan = serial};
        struct job job;
        harness_case("%s %s", commands[i].kernel, commands[i].words);
        REQUIRE_EQUAL(begin_command(&job, &commands[i], &error), FURROW_OK);
        EXPECT_EQUAL(run_job(&first, &job, FURROW_FORMAT_JSON, options, &error), FURROW_OK);
        EXPECT_EQUAL(furrow_kernel_begin(job.kernel, job.state, 1, &error), FURROW_OK);
        EXPECT_EQUAL(run_job(&second, &job, FURROW_FORMAT_JSON, options, &error), FURROW_OK);
        EXPECT_EQUAL(job.kernel->verify(job.state, &error), FURROW_OK);
        EXPECT(strcmp(first.text, second.text) == 0);
        end_command(&job);
    }
}

TEST(what_stopped_half_way_does_not_verify)
{
    static struct output output;
    const struct command table[] = {
        {"hello", "13", NULL},
        {"squares", "13", NULL},
        {"sigmoid", "1 2 3", NULL},
        {"sleep", "a=0.001 b=0.001 c=0.001", NULL},
        {"passwords", "13", NULL},
        {"combinations", "6 2", NULL},
        {"combinations", "6 2 --inputs=2", NULL},
        {"combinations", "9 4 --from=3 --to=77", NULL},
        {"combinations", "9 4 --sample=77", NULL},
        {"combinations", "9 4 --repeat=", NULL},
        {"digits", DIGITS, NULL},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow_error error = {0};
        furrow_run_options options = {.plan = serial, .max_items = 2};
        struct job job;
        harness_case("%s %s", table[i].kernel, table[i].words);
        REQUIRE_EQUAL(begin_command(&job, &table[i], &error), FURROW_OK);
        EXPECT_EQUAL(run_job(&output, &job, FURROW_FORMAT_TEXT, options, &error), FURROW_OK);
        EXPECT_EQUAL(job.kernel->verify(job.state, &error), FURROW_EVERIFY);
        EXPECT_CONTAINS(error.text, "expected");
        end_command(&job);
    }
}

static void writes(const char *kernel, const char *words, furrow_format format, const char *text)
{
    static struct output output;
    const struct command command = {kernel, words, NULL};
    const furrow_plan two = {.threads = 2, .backend = FURROW_BACKEND_FOR, .chunk = 1};
    furrow_error error = {0};
    harness_case("%s %s", kernel, words);
    EXPECT_EQUAL(run_command(&output, &command, format, &two, &error), FURROW_OK);
    EXPECT_TEXT(output.text, text);
}

#define PAIRS_OF_SIX                                                                               \
    "((0, 1), (0, 2), (0, 3), (0, 4), (0, 5), (1, 2), (1, 3), (1, 4), (1, 5), (2, 3), (2, 4), "    \
    "(2, 5), (3, 4), (3, 5), (4, 5))"

TEST(kernels_write_what_their_examples_show)
{
    writes("hello", "2", FURROW_FORMAT_TEXT,
           "hello from guest 0, who shook 0 hands\nhello from guest 1, who shook 1 hands\n");
    writes("squares", "5", FURROW_FORMAT_TEXT, "1\n4\n9\n16\n25\n");
    writes("squares", "5", FURROW_FORMAT_LIST, "[1, 4, 9, 16, 25]\n");
    writes("sigmoid", "0 100", FURROW_FORMAT_CSV, "x,sigmoid\n0,0.5\n100,1\n");
    writes("combinations", "4 2", FURROW_FORMAT_TEXT,
           "(0, 1)\n(0, 2)\n(0, 3)\n(1, 2)\n(1, 3)\n(2, 3)\n");
    writes("combinations", "--items=a,b,c --k=2", FURROW_FORMAT_TEXT, "(a, b)\n(a, c)\n(b, c)\n");
    writes("combinations", "3 2 --repeat=", FURROW_FORMAT_TEXT,
           "(0, 0)\n(0, 1)\n(0, 2)\n(1, 1)\n(1, 2)\n(2, 2)\n");
    writes("combinations", "40 6 --rank=34,35,36,37,38,39", FURROW_FORMAT_TEXT, "3838379\n");
    writes("combinations", "--items=a,b,c --k=2 --rank=b,c", FURROW_FORMAT_JSONL,
           "{\"rank\": \"2\"}\n");
    writes("combinations", "6 2 --inputs=2", FURROW_FORMAT_TEXT,
           PAIRS_OF_SIX "\n" PAIRS_OF_SIX "\n");
    writes("combinations", "6 2 --inputs=2", FURROW_FORMAT_LIST,
           "[" PAIRS_OF_SIX ", " PAIRS_OF_SIX "]\n");
    writes("combinations", "3 --k=2,1 --inputs=2 --seed=0", FURROW_FORMAT_CSV,
           "input,row_1,row_2\n0,0,\n0,1,\n0,2,\n1,0,1\n1,0,2\n1,1,2\n");
    writes("digits", DIGITS, FURROW_FORMAT_LIST,
           "[8, 3, 3, 8, 3, 8, 3, 8, 3, 8, 3, 3, 3, 8, 3, 3, 3, 8, 8, 3, 8, 8, 8, 8]\n");
}

static void concludes(const char *kernel, const char *words, const char *before, const char *after)
{
    static struct output output;
    const struct command command = {kernel, words, NULL};
    char text[256] = "";
    furrow_error error = {0};
    furrow_run_options options = {.plan = serial};
    struct job job;
    harness_case("%s %s", kernel, words);
    REQUIRE_EQUAL(begin_command(&job, &command, &error), FURROW_OK);
    EXPECT_EQUAL(tell_text(text, sizeof text, job.kernel, job.state, FURROW_BEFORE, &error),
                 FURROW_OK);
    EXPECT_TEXT(text, before);
    EXPECT_EQUAL(run_job(&output, &job, FURROW_FORMAT_TEXT, options, &error), FURROW_OK);
    EXPECT_EQUAL(tell_text(text, sizeof text, job.kernel, job.state, FURROW_AFTER, &error),
                 FURROW_OK);
    EXPECT_TEXT(text, after);
    end_command(&job);
}

TEST(kernels_say_what_they_will_do_and_what_came_out)
{
    concludes("hello", "8", "", "8 guests, 28 handshakes");
    concludes("squares", "5", "", "sum 55");
    concludes("sleep", "a=0.01 b=0", "2 items: 0.01 s one after another, at least 0.01 s at once",
              "");
    concludes("combinations", "6 2", "C(6, 2) = 15 rows", "");
    concludes("combinations", "6 2 --from=3", "C(6, 2) = 15 rows, of which 12 from rank 3", "");
    concludes("combinations", "6 2 --repeat= --from=3 --count=2",
              "C(6+2-1, 2) = 21 rows, of which 2 from rank 3", "");
    concludes("combinations", "6 2 --permutations= --sample=5",
              "P(6, 2) = 30 rows, of which 5 are drawn", "");
    concludes("combinations", "6 2 --inputs=48", "Number of results: 48 (720 rows)", "");
    concludes("combinations", "6 --inputs=48 --k=2,3,4", "Number of results: 48 (795 rows)", "");
    concludes("digits", DIGITS, "", "24 digits, 0 failed");
    concludes("digits", DIGITS " /no/such.png " DIGITS, "", "48 digits, 1 failed");
}

/* The list of the seed, as Python's math.exp gave it. */
TEST(the_sigmoids_are_those_of_the_seed_to_1e_15)
{
    static struct output output;
    const struct command command = {"sigmoid", "0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9", NULL};
    const double expected[] = {0.52497918747894,   0.549833997312478,  0.574442516811659,
                               0.598687660112452,  0.6224593312018546, 0.6456563062257954,
                               0.6681877721681662, 0.6899744811276125, 0.7109495026250039};
    furrow_error error = {0};
    REQUIRE_EQUAL(run_command(&output, &command, FURROW_FORMAT_TEXT, &serial, &error), FURROW_OK);
    const char *line = output.text;
    for (size_t i = 0; i < COUNT(expected); i++) {
        double x = 0, y = 0;
        REQUIRE(line && sscanf(line, "%lf %lf", &x, &y) == 2);
        EXPECT_NEAR(x, 0.1 * (double)(i + 1), 1e-15);
        EXPECT_NEAR(y, expected[i], 1e-15);
        line = strchr(line, '\n') + 1;
    }
}

static const struct {
    struct command command;
    int status;
    const char *part;
} refusals[] = {
    {{"hello", "many", NULL}, FURROW_EINVAL, "guests"},
    {{"hello", "2e9", NULL}, FURROW_ERANGE, "guests"},
    {{"squares", "3810778", NULL}, FURROW_EOVERFLOW, "N: "},
    {{"sigmoid", "1 x 2", NULL}, FURROW_EINVAL, "argument 2: expected a finite number, got 'x'"},
    {{"sigmoid", "1 nan", NULL}, FURROW_EINVAL, "argument 2"},
    {{"sigmoid", "inf", NULL}, FURROW_EINVAL, "argument 1"},
    {{"sigmoid", "-", "1 2\n3 4,5\n"}, FURROW_EINVAL, "line 2: expected a finite number, got"},
    {{"sigmoid", "1 -", NULL}, FURROW_EINVAL, "argument 2"},
    {{"sigmoid", "", NULL}, FURROW_EINVAL, "there is no input"},
    {{"sleep", "", NULL}, FURROW_EINVAL, "items"},
    {{"sleep", "a=1 b", NULL}, FURROW_EINVAL, "'b'"},
    {{"sleep", "a=", NULL}, FURROW_EINVAL, "'a='"},
    {{"sleep", "=1", NULL}, FURROW_EINVAL, "'=1'"},
    {{"sleep", "a=1s", NULL}, FURROW_EINVAL, "'a=1s'"},
    {{"sleep", "a=nan", NULL}, FURROW_EINVAL, "'a=nan'"},
    {{"sleep", "a=-1", NULL}, FURROW_ERANGE, "'a=-1'"},
    {{"sleep", "a=1e7", NULL}, FURROW_ERANGE, "'a=1e7'"},
    {{"passwords", "--shortest=0", NULL}, FURROW_ERANGE, "shortest"},
    {{"passwords", "--longest=257", NULL}, FURROW_ERANGE, "longest"},
    {{"passwords", "--longest=4", NULL}, FURROW_EINVAL, "--longest: expected 5"},
    {{"files", "", NULL}, FURROW_EINVAL, "texts"},
    {{"files", "a --folder=/no/such", NULL}, FURROW_ENOENT, "/no/such: expected a folder"},
    {{"combinations", "5e9 2", NULL}, FURROW_ERANGE, "n"},
    {{"combinations", "6 x", NULL}, FURROW_EINVAL, "k: "},
    {{"combinations", "6 2,", NULL}, FURROW_EINVAL, "k: "},
    {{"combinations", "6 -1", NULL}, FURROW_EINVAL, "k: "},
    {{"combinations", "6 4294967296", NULL}, FURROW_ERANGE, "k: "},
    {{"combinations", "6 99999999999999999999", NULL}, FURROW_EINVAL, "k: "},
    {{"combinations", "6 2,3", NULL}, FURROW_EINVAL, "one number without --inputs"},
    {{"combinations", "68 34", NULL}, FURROW_EOVERFLOW, "C(68, 34)"},
    {{"combinations", "132 66", NULL}, FURROW_EOVERFLOW, "2^128"},
    {{"combinations", "6 2 --from=x", NULL}, FURROW_EINVAL, "--from: expected a whole number"},
    {{"combinations", "6 2 --to=3 --count=3", NULL}, FURROW_EINVAL, "expected one of them"},
    {{"combinations", "6 2 --from=3 --unrank=3", NULL}, FURROW_EINVAL, "--unrank"},
    {{"combinations", "6 2 --unrank=15", NULL}, FURROW_ERANGE, "below 15"},
    {{"combinations", "6 2 --count=16", NULL}, FURROW_ERANGE, "ends at 15"},
    {{"combinations", "6 2 --sample=16", NULL}, FURROW_ERANGE, "at most 15"},
    {{"combinations", "6 2 --rank=1,2,3", NULL}, FURROW_EINVAL, "expected 2 items"},
    {{"combinations", "6 2 --rank=1", NULL}, FURROW_EINVAL, "expected 2 items"},
    {{"combinations", "6 2 --rank=1,6", NULL}, FURROW_EINVAL, "'1,6'"},
    {{"combinations", "6 2 --rank=2,1", NULL}, FURROW_EINVAL, "is no row"},
    {{"combinations", "--items=a,b --items-from=-", NULL}, FURROW_EINVAL, "one of them"},
    {{"combinations", "--items-from=/no/such", NULL}, FURROW_ENOENT, "/no/such: cannot open"},
    {{"combinations", "--items-from=- --k=2", NULL}, FURROW_EINVAL, "there is no input"},
    {{"combinations", "6 2 --inputs=3 --repeat=", NULL}, FURROW_EINVAL, "--repeat"},
    {{"combinations", "6 2 --from=16", NULL}, FURROW_ERANGE, "--from 16"},
    {{"combinations", "6 2 --from=3 --to=2", NULL}, FURROW_ERANGE, "--to 2"},
    {{"combinations", "6 2 --to=16", NULL}, FURROW_ERANGE, "ends at 15"},
    {{"combinations", "6 --items=a,b", NULL}, FURROW_EINVAL, "--items"},
    {{"combinations", "--items=a,,b", NULL}, FURROW_EINVAL, "'a,,b'"},
    {{"combinations", "--items=", NULL}, FURROW_EINVAL, "--items"},
    {{"combinations", "6 --k=2,7 --inputs=3", NULL}, FURROW_ERANGE, "at most 6"},
    {{"combinations", "6 2 --inputs=0", NULL}, FURROW_ERANGE, "inputs"},
    {{"combinations", "6 2 --inputs=3 --to=9", NULL}, FURROW_EINVAL, "single input"},
    {{"combinations", "67 33 --inputs=2", NULL}, FURROW_EOVERFLOW, "all inputs"},
    {{"digits", "", NULL}, FURROW_EINVAL, "expected either PNG files"},
    {{"digits", "a.png --idx=b", NULL}, FURROW_EINVAL, "or --idx FILE"},
    {{"digits", "a.png --labels=b", NULL}, FURROW_EINVAL, "--labels"},
    {{"digits", "a.png --model=/no/such", NULL}, FURROW_ENOENT, "/no/such: cannot open"},
    {{"digits", "--idx=" TEST_LABELS, NULL}, FURROW_EFORMAT, "28 x 28"},
    {{"digits", "a.png --repeat=0", NULL}, FURROW_ERANGE, "repeat"},
    {{"digits-train", "--data=/no", NULL}, FURROW_ENOENT, "data/fetch-mnist"},
};

TEST(bad_arguments_are_refused_by_name)
{
    for (size_t i = 0; i < COUNT(refusals); i++) {
        furrow_error error = {0};
        struct job job;
        harness_case("%s %s", refusals[i].command.kernel, refusals[i].command.words);
        EXPECT_EQUAL(begin_command(&job, &refusals[i].command, &error), refusals[i].status);
        EXPECT(job.state == NULL);
        EXPECT_CONTAINS(error.text, refusals[i].part);
        end_command(&job);
    }
}

TEST(each_allocation_that_fails_ends_a_run_with_that_error)
{
    static struct output output;
    const struct command table[] = {
        {"hello", "50", NULL},
        {"squares", "50", NULL},
        {"sigmoid", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18", NULL},
        {"sleep", "a=0 b=0 0", NULL},
        {"passwords", "50", NULL},
        {"combinations", "6 2", NULL},
        {"combinations", "--items=a,b,c --k=1,2 --inputs=9", NULL},
        {"combinations", "--items=a,b,c --k=2 --rank=b,c", NULL},
        {"combinations", "6 2 --permutations= --sample=9", NULL},
        {"digits", DIGITS "/17.png " DIGITS "/18.png", NULL},
    };
    furrow_cpu_count();        /* the first call allocates and its result is kept, */
    furrow__pool_of_process(); /* as the process's pool is, without which loops run as well */
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow_error error;
        harness_case("%s %s", table[i].kernel, table[i].words);
        EXPECT_EACH_ALLOCATION_REPORTED(
            run_command(&output, &table[i], FURROW_FORMAT_TEXT, &serial, &error));
    }
}

static void count_event(size_t item, const char *label, int worker, void *context)
{
    (void)item;
    (void)worker;
    int *jennifer = context;
    if (strcmp(label, "Jennifer") == 0)
        __atomic_add_fetch(jennifer, 1, __ATOMIC_RELAXED);
}

TEST(sleepers_are_reported_by_name_with_who_slept_and_when)
{
    static struct output output;
    const struct command command = {"sleep", "Ibrahim=0.03 Jennifer=0.01 Juan=0.01 0.01", NULL};
    furrow_error error = {0};
    int events = 0;
    struct job job;
    REQUIRE_EQUAL(begin_command(&job, &command, &error), FURROW_OK);
    EXPECT(job.kernel->flags & FURROW_KERNEL_SHOWS_ITEMS);
    furrow_run_options options = {
        .plan = {.threads = 2, .schedule = FURROW_SCHEDULE_DYNAMIC, .chunk = 1},
        .item_started = count_event,
        .item_ended = count_event,
        .context = &events,
    };
    EXPECT_EQUAL(run_job(&output, &job, FURROW_FORMAT_TEXT, options, &error), FURROW_OK);
    EXPECT_EQUAL(job.kernel->verify(job.state, &error), FURROW_OK);
    EXPECT_EQUAL(events, 2);
    char name[4][16];
    double seconds, start[4], end[4];
    int worker[4];
    int fields = 0;
    const char *line = output.text;
    for (int i = 0; i < 4 && line; i++, line = strchr(line, '\n') + 1)
        fields +=
            sscanf(line, "%15s %lf %d %lf %lf", name[i], &seconds, &worker[i], &start[i], &end[i]);
    REQUIRE_EQUAL(fields, 20);
    EXPECT_TEXT(name[0], "Ibrahim");
    EXPECT_TEXT(name[3], "0.01");
    for (int i = 0; i < 4; i++)
        EXPECT(worker[i] >= 0 && worker[i] < 2 && end[i] >= start[i]);
    end_command(&job);
}

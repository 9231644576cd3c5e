#include "harness.h"

#include <stddef.h>
#include <stdint.h>

#include <furrow/kernel.h>

static int setup(void **state, const furrow_args *args, furrow_error *error)
{
    static int states;
    if (furrow_args_flag(args, "fail"))
        return furrow_error_set(error, 17, "as asked");
    *state = &states;
    return FURROW_OK;
}

static int torn_down;

static void teardown(void *state)
{
    torn_down += state != NULL;
}

static int next(void *state, furrow_feed *feed, size_t capacity, furrow_error *error)
{
    (void)state, (void)feed, (void)capacity, (void)error;
    return FURROW_OK;
}

static int body(const furrow_range *range, const void *state)
{
    (void)range, (void)state;
    return FURROW_OK;
}

static int whole_run(void *state, const furrow_plan *plan)
{
    (void)state, (void)plan;
    return FURROW_OK;
}

static const furrow_variant variants[] = {
    {"naive", "as it comes", whole_run}, {"tiled", "in tiles", whole_run}, {0}};
static const furrow_param params[] = {
    {.name = "fail", .type = FURROW_PARAM_FLAG},
    {.name = "n", .type = FURROW_PARAM_COUNT, .required = true, .help = "how many"},
    {0},
};

static furrow_kernel whole(void)
{
    return (furrow_kernel){
        .abi = FURROW_KERNEL_ABI,
        .name = "whole",
        .summary = "has all it needs",
        .params = params,
        .setup = setup,
        .teardown = teardown,
        .next = next,
        .body = body,
        .variants = variants,
    };
}

TEST(a_whole_kernel_is_set_up_and_torn_down)
{
    const furrow_kernel kernel = whole();
    furrow_args *args;
    furrow_error error;
    void *state = &args;
    torn_down = 0;
    REQUIRE_EQUAL(furrow_args_new(&args, params), FURROW_OK);
    EXPECT_EQUAL(furrow_kernel_setup(&state, &kernel, args, &error), FURROW_EINVAL);
    EXPECT_TEXT(error.text, "n is missing: how many");
    EXPECT(state == NULL);
    EXPECT_EQUAL(furrow_args_set(args, "n", "1", NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_kernel_setup(&state, &kernel, args, &error), FURROW_OK);
    EXPECT(state != NULL);
    furrow_kernel_teardown(&kernel, state);
    EXPECT_EQUAL(torn_down, 1);
    EXPECT_EQUAL(furrow_args_set(args, "fail", NULL, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_kernel_setup(&state, &kernel, args, &error), 17);
    EXPECT_TEXT(error.text, "as asked");
    furrow_kernel_teardown(&kernel, state);
    EXPECT_EQUAL(torn_down, 1);
    furrow_args_free(args);
}

TEST(a_kernel_that_lacks_something_is_refused)
{
    static const struct {
        const char *name;
        size_t lacks[3]; /* offsets of pointers, after the first ended by 0 */
        int status;
    } table[] = {
        {"nothing", {0}, FURROW_OK},
        {"variants", {offsetof(furrow_kernel, variants)}, FURROW_OK},
        {"next and body",
         {offsetof(furrow_kernel, next), offsetof(furrow_kernel, body)},
         FURROW_OK},
        {"a name", {offsetof(furrow_kernel, name)}, FURROW_EINVAL},
        {"a summary", {offsetof(furrow_kernel, summary)}, FURROW_EINVAL},
        {"setup", {offsetof(furrow_kernel, setup)}, FURROW_OK},
        {"next and variants",
         {offsetof(furrow_kernel, next), offsetof(furrow_kernel, variants)},
         FURROW_EINVAL},
        {"body and variants",
         {offsetof(furrow_kernel, body), offsetof(furrow_kernel, variants)},
         FURROW_EINVAL},
    };
    furrow_args *args;
    REQUIRE_EQUAL(furrow_args_new(&args, params), FURROW_OK);
    EXPECT_EQUAL(furrow_args_set(args, "n", "1", NULL), FURROW_OK);
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow_kernel kernel = whole();
        furrow_error error = {0};
        void *state;
        harness_case("without %s", table[i].name);
        for (size_t j = 0; table[i].lacks[j]; j++)
            *(void **)((char *)&kernel + table[i].lacks[j]) = NULL;
        EXPECT_EQUAL(furrow_kernel_setup(&state, &kernel, args, &error), table[i].status);
        EXPECT(table[i].status == FURROW_OK || state == NULL);
        if (table[i].status)
            EXPECT_CONTAINS(error.text, "expected a name");
    }
    furrow_kernel foreign = whole();
    furrow_error error;
    void *state;
    foreign.abi++;
    foreign.name = NULL;
    harness_case(NULL);
    EXPECT_EQUAL(furrow_kernel_setup(&state, &foreign, args, &error), FURROW_EABI);
    EXPECT_CONTAINS(error.text, "build it again");
    furrow_args_free(args);
}

TEST(kernels_are_found_by_name_or_the_nearest_is_named)
{
    static const furrow_kernel hello = {.name = "hello"}, squares = {.name = "squares"},
                               square = {.name = "square"};
    static const furrow_kernel *const kernels[] = {&hello, &squares, &square, NULL};
    static const furrow_kernel *const none[] = {NULL};
    static const struct {
        const char *name;
        const furrow_kernel *found, *nearest;
    } table[] = {
        {"hello", &hello, NULL},     {"square", &square, NULL}, {"helo", NULL, &hello},
        {"squarez", NULL, &squares}, {"zzz", NULL, NULL},       {"", NULL, NULL},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        const furrow_kernel *nearest = &hello;
        harness_case("\"%s\"", table[i].name);
        EXPECT(furrow_kernel_find(kernels, table[i].name, &nearest) == table[i].found);
        EXPECT(table[i].found || nearest == table[i].nearest);
        EXPECT(furrow_kernel_find(kernels, table[i].name, NULL) == table[i].found);
        EXPECT(furrow_kernel_find(none, table[i].name, &nearest) == NULL && !nearest);
    }
}

TEST(variants_are_found_by_name)
{
    const furrow_kernel kernel = whole();
    const furrow_kernel without = {.name = "without"};
    EXPECT(furrow_kernel_variant(&kernel, "tiled") == &variants[1]);
    EXPECT(furrow_kernel_variant(&kernel, "til") == NULL);
    EXPECT(furrow_kernel_variant(&without, "tiled") == NULL);
}

static int opened;

static int open_first(void *state, const furrow_kernel_format *format, const furrow_part *part,
                      furrow_error *error)
{
    (void)format, (void)part, (void)error;
    opened = *(const int *)state;
    return opened;
}

static int open_second(void *state, const furrow_kernel_format *format, const furrow_part *part,
                       furrow_error *error)
{
    (void)state, (void)format, (void)part, (void)error;
    opened = 2;
    return FURROW_OK;
}

static int emit(const void *state, const furrow_record *record, furrow_writer *writer)
{
    (void)state, (void)record, (void)writer;
    return FURROW_OK;
}

static int finish(const void *state, furrow_sink sink, void *context)
{
    (void)state, (void)sink, (void)context;
    return FURROW_OK;
}

static int write_bytes(char *bytes, const void *state, size_t begin, size_t end)
{
    (void)bytes, (void)state, (void)begin, (void)end;
    return FURROW_OK;
}

static const furrow_kernel_format formats[] = {
    {.name = "png", .open = open_first, .finish = finish},
    {.name = "csv", .open = open_first, .write = write_bytes},
    {.name = "csv", .open = open_second, .emit = emit},
    {.emit = emit},
    {0},
};

TEST(of_formats_of_one_name_the_first_that_can_be_opened_counts)
{
    static const struct {
        const char *name;
        bool items;
        int first; /* what open_first returns */
        int status, format;
    } table[] = {
        {"png", false, FURROW_OK, FURROW_OK, 0},
        {"png", true, FURROW_OK, FURROW_OK, 0},
        {"png", false, FURROW_ENOTSUP, FURROW_ENOTSUP, -1},
        {"png", false, FURROW_EIO, FURROW_EIO, -1},
        {"csv", false, FURROW_OK, FURROW_OK, 1},
        {"csv", true, FURROW_OK, FURROW_OK, 2},
        {"csv", false, FURROW_ENOTSUP, FURROW_OK, 2},
        {"csv", false, FURROW_EIO, FURROW_EIO, -1},
        {"json", false, FURROW_EIO, FURROW_OK, 3},
        {"gif", false, FURROW_OK, FURROW_EINVAL, -1},
    };
    furrow_kernel kernel = whole();
    kernel.formats = formats;
    for (size_t i = 0; i < COUNT(table); i++) {
        const furrow_kernel_format *format;
        furrow_error error;
        int first = table[i].first;
        harness_case("%s, %d", table[i].name, first);
        EXPECT_EQUAL(furrow_kernel_open(&format, &kernel, &first, table[i].name, table[i].items,
                                        NULL, &error),
                     table[i].status);
        EXPECT(format == (table[i].format < 0 ? NULL : &formats[table[i].format]));
    }
    const furrow_kernel_format *format = formats;
    kernel.formats = NULL;
    EXPECT_EQUAL(furrow_kernel_open(&format, &kernel, NULL, "csv", false, NULL, NULL), FURROW_OK);
    EXPECT(format == NULL);
}

TEST(parts_are_as_equal_as_can_be_and_make_up_the_whole)
{
    static const size_t sizes[] = {0, 1, 2, 7, 100, SIZE_MAX - 1};
    for (size_t i = 0; i < COUNT(sizes); i++)
        for (size_t count = 1; count < 12; count++) {
            size_t end = 0, firsts = 0, lasts = 0;
            harness_case("%zu items, %zu parts", sizes[i], count);
            for (size_t index = 1; index <= count; index++) {
                const furrow_part part = furrow_part_of(sizes[i], index, count);
                size_t size = part.end - part.begin;
                EXPECT_EQUAL(part.begin, end);
                EXPECT(size == sizes[i] / count || size == sizes[i] / count + 1);
                end = part.end;
                firsts += part.first;
                lasts += part.last;
                EXPECT(!part.last || end == sizes[i]);
            }
            EXPECT_EQUAL(end, sizes[i]);
            EXPECT_EQUAL(firsts, 1);
            EXPECT_EQUAL(lasts, 1);
        }
}

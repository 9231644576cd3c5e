/* The kernel digits on many files: its output and its reports. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <furrow/digits/image.h>

#include "kernel_commands.h"

/* An eight and a three, whose probabilities differ much. */
static const char *two_digits(void)
{
    const char *folder = harness_folder();
    bool made = copy_digit(folder, 17, "8/17.png") && copy_digit(folder, 18, "3/18.png");
    return made ? folder : NULL;
}

TEST(the_most_probable_digits_come_in_order_and_their_margin)
{
    static struct outcome got;
    const char *const words[][2] = {
        {NULL, DATA_FOLDER "/digits/17.png"}, {"top", "10"}, {NULL, NULL}};
    run_words(&got, "digits", words, FURROW_FORMAT_JSONL, 1);
    EXPECT_EQUAL(got.status, FURROW_OK);
    const char *top = strstr(got.output.text, "\"top\": [[8, ");
    REQUIRE(top);
    double sum = 0, last = 1, values[10];
    unsigned seen = 0;
    const char *at = top + strlen("\"top\": [");
    for (int i = 0; i < 10; i++) {
        int digit, used;
        REQUIRE(sscanf(at, "[%d, %lf]%n", &digit, &values[i], &used) == 2);
        EXPECT(values[i] <= last);
        last = values[i];
        sum += last;
        seen |= 1u << digit;
        at += used + 2;
    }
    EXPECT_EQUAL(seen, 1023);
    EXPECT_NEAR(sum, 1, 1e-5);
    char margin[64];
    snprintf(margin, sizeof margin, "\"margin\": %.4f", values[0] - values[1]);
    EXPECT(strncmp(strstr(got.output.text, "\"margin\""), margin, strlen(margin) - 1) == 0);
    run_words(&got, "digits", words, FURROW_FORMAT_CSV, 1);
    EXPECT_CONTAINS(got.output.text, "path,label,probability,margin,top_1,top_2,");
    EXPECT_CONTAINS(got.output.text, ",top_10,error\n");
}

TEST(what_is_not_sure_enough_has_no_label_but_a_reason)
{
    const char *folder = two_digits();
    REQUIRE(folder);
    static struct outcome got;
    const char *const words[][2] = {
        {NULL, folder}, {"recursive", ""}, {"reject", "1"}, {NULL, NULL}};
    run_words(&got, "digits", words, FURROW_FORMAT_JSONL, 1);
    EXPECT_EQUAL(got.status, FURROW_OK);
    EXPECT_EQUAL(got.failed, 0);
    EXPECT_CONTAINS(got.output.text, "3/18.png\", \"label\": null, \"probability\": 0.");
    EXPECT_CONTAINS(got.output.text, "\"error\": \"unsure: 0.");
    EXPECT_CONTAINS(got.output.text, " is below 1\"}\n");
    EXPECT_TEXT(got.conclusion, "0 digits, 2 unsure, 0 failed");
    run_words(&got, "digits", words, FURROW_FORMAT_TEXT, 1);
    EXPECT_CONTAINS(got.output.text, "3/18.png ? 0.");
    run_words(&got, "digits", words, FURROW_FORMAT_TSV, 1);
    EXPECT_CONTAINS(got.output.text, "3/18.png\t?\t0.");
    run_words(&got, "digits", words, FURROW_FORMAT_LIST, 1);
    EXPECT_TEXT(got.output.text, "[None, None]\n");
}

TEST(truths_make_a_report_and_a_sheet_of_the_mistakes)
{
    const char *folder = harness_folder();
    char sheet[512], html[1 << 15];
    REQUIRE(copy_digit(folder, 17, "8/17.png") && copy_digit(folder, 31, "8/31.png"));
    REQUIRE(copy_digit(folder, 30, "5/<b>&\"\x01.png") && copy_digit(folder, 18, "x/18.png"));
    harness_write(folder, "8/broken.png", "no", 2);
    snprintf(sheet, sizeof sheet, "%s/sheet.html", folder);
    static struct outcome got;
    const char *const words[][2] = {
        {NULL, folder}, {"recursive", ""}, {"truth", "folder"}, {"sheet", sheet}, {NULL, NULL}};
    run_words(&got, "digits", words, FURROW_FORMAT_CSV, 2);
    EXPECT_EQUAL(got.status, FURROW_OK);
    EXPECT_EQUAL(got.failed, 1);
    EXPECT_CONTAINS(got.output.text, "path,label,probability,margin,truth,error\n");
    EXPECT_TEXT(got.conclusion, "2 of 3 right: 66.67 %");
    EXPECT_CONTAINS(got.report, "3 labelled pictures; 1 more without a label\n");
    EXPECT_CONTAINS(got.report, "66.67 %  [20.77, 93.85]");
    EXPECT_CONTAINS(got.report, "expected calibration error, 15 bins: ");
    EXPECT_CONTAINS(got.report, "the surest mistakes:\ntruth  answer  probability  picture\n"
                                "    5       3  ");
    EXPECT_CONTAINS(got.report, "/5/<b>&\"\\001.png");
    FILE *file = fopen(sheet, "rb");
    REQUIRE(file);
    html[fread(html, 1, sizeof html - 1, file)] = '\0';
    fclose(file);
    EXPECT_CONTAINS(html, "2 of 3 right; 1 mistakes");
    EXPECT_CONTAINS(html, "5, taken for <b>3</b>");
    EXPECT_CONTAINS(html, "/5/&lt;b&gt;&amp;&quot;&#xfffd;.png<");
    EXPECT_CONTAINS(html, "src=\"data:image/png;base64,iVBORw0KGgo"); /* PNG's signature */
    EXPECT(!strstr(html, "8/17.png"));
    EXPECT_CONTAINS(html, "</html>\n");
}

TEST(a_sheet_whose_name_is_a_link_is_written_to_what_it_leads_to)
{
    const char *folder = two_digits();
    char sheet[512], link[512];
    struct stat found;
    REQUIRE(folder && harness_write(folder, "old.html", "old", 3));
    snprintf(sheet, sizeof sheet, "%s/old.html", folder);
    snprintf(link, sizeof link, "%s/link.html", folder);
    REQUIRE_EQUAL(symlink("old.html", link), 0);
    static struct outcome got;
    const char *const words[][2] = {
        {NULL, folder}, {"recursive", ""}, {"truth", "folder"}, {"sheet", link}, {NULL, NULL}};
    run_words(&got, "digits", words, FURROW_FORMAT_TEXT, 1);
    EXPECT_EQUAL(got.status, FURROW_OK);
    EXPECT(lstat(link, &found) == 0 && S_ISLNK(found.st_mode));
    EXPECT(stat(sheet, &found) == 0 && found.st_size > 3);
}

TEST(pictures_of_which_none_has_a_label_are_said_to_have_none)
{
    static struct outcome got;
    const char *const words[][2] = {
        {NULL, DATA_FOLDER "/digits/17.png"}, {"truth", "folder"}, {NULL, NULL}};
    run_words(&got, "digits", words, FURROW_FORMAT_TEXT, 1);
    EXPECT_EQUAL(got.status, FURROW_OK);
    EXPECT_CONTAINS(got.report, "none of the pictures has a label: ");
}

TEST(the_mistakes_of_idx_files_have_a_sheet_as_well)
{
    const char *folder = harness_folder();
    unsigned char wrong[8 + 20] = {0, 0, 8, 1, 0, 0, 0, 20},
                            images[16 + 20 * 784] = {0, 0, 8, 3,  0, 0, 0, 20,
                                                     0, 0, 0, 28, 0, 0, 0, 28};
    memset(images + 16, 200, sizeof images - 16);
    memset(wrong + 8, 9, 20);
    char sheet[512], html[1 << 15], labels[512];
    snprintf(sheet, sizeof sheet, "%s/sheet.html", folder);
    snprintf(labels, sizeof labels, "%s", harness_write(folder, "labels", wrong, sizeof wrong));
    const char *idx = harness_write(folder, "images", images, sizeof images);
    static struct outcome got;
    const char *const words[][2] = {
        {"idx", idx}, {"labels", labels}, {"sheet", sheet}, {NULL, NULL}};
    run_words(&got, "digits", words, FURROW_FORMAT_TEXT, 2);
    EXPECT_EQUAL(got.status, FURROW_OK);
    FILE *file = fopen(sheet, "rb");
    REQUIRE(file);
    html[fread(html, 1, sizeof html - 1, file)] = '\0';
    fclose(file);
    EXPECT_CONTAINS(got.conclusion, " of 20 right");
    size_t shown = 0;
    for (const char *at = html; (at = strstr(at, "title=\"what the net saw\"")); at++)
        shown++;
    EXPECT_EQUAL(shown, 20);
}

TEST(what_the_net_saw_is_drawn_below_its_result_or_written_as_a_picture)
{
    const char *folder = harness_folder();
    static struct outcome got;
    char path[512];
    const char *const words[][2] = {{NULL, DATA_FOLDER "/digits/17.png"},
                                    {NULL, "/no/such.png"},
                                    {"explain", ""},
                                    {"explain-to", folder},
                                    {NULL, NULL}};
    run_words(&got, "digits", words, FURROW_FORMAT_TEXT, 1);
    EXPECT_EQUAL(got.status, FURROW_OK);
    size_t lines = 0;
    for (const char *at = got.output.text; (at = strchr(at, '\n')); at++)
        lines++;
    EXPECT_EQUAL(lines, 1 + 14);
    EXPECT_CONTAINS(got.output.text, "\n           +@@*@@#:         \n");
    run_words(&got, "digits", words, FURROW_FORMAT_JSONL, 1);
    EXPECT_CONTAINS(got.output.text, "\"seen\": [\"                            \", ");
    EXPECT_CONTAINS(got.output.text, "\"seen\": [null, null, ");
    furrow_image image = {0}, original = {0};
    snprintf(path, sizeof path, "%s/00000000.png", folder);
    REQUIRE_EQUAL(furrow_image_read(&image, path, NULL, NULL), FURROW_OK);
    REQUIRE_EQUAL(furrow_image_read(&original, DATA_FOLDER "/digits/17.png", NULL, NULL), 0);
    EXPECT(memcmp(image.pixels, original.pixels, 784) == 0);
    furrow_image_clear(&image);
    furrow_image_clear(&original);
    snprintf(path, sizeof path, "%s/00000001.png", folder);
    EXPECT(access(path, F_OK) != 0);
}

TEST(what_does_not_go_together_is_refused_before_anything_runs)
{
    static const struct {
        const char *words[4][2];
        int status;
        const char *expected;
    } table[] = {
        {{{NULL, "a.png"}, {"sheet", "a.html"}}, FURROW_EINVAL, "--sheet: shows mistakes"},
        {{{"idx", "x"}, {"truth", "name"}}, FURROW_EINVAL, "--truth: goes with files only"},
        {{{NULL, "a.png"}, {"truth", "/no/t.csv"}}, FURROW_ENOENT, "/no/t.csv: cannot be opened"},
        {{{NULL, "a.png"}, {"reject", "1.5"}}, FURROW_ERANGE, "reject"},
        {{{NULL, "a.png"}, {"top", "11"}}, FURROW_ERANGE, "top"},
        {{{NULL, "a.png"}, {"worst", "1001"}}, FURROW_ERANGE, "worst"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        static struct outcome got;
        harness_case("%s", table[i].expected);
        run_words(&got, "digits", table[i].words, FURROW_FORMAT_TEXT, 1);
        EXPECT_EQUAL(got.status, table[i].status);
        EXPECT_CONTAINS(got.error.text, table[i].expected);
    }
}

TEST(any_byte_in_a_name_comes_through_every_format)
{
    const char *folder = harness_folder();
    char list[1 << 16], first[512], path[512];
    size_t size = 0, count = 0;
    snprintf(first, sizeof first, "%s/0.png", folder);
    REQUIRE(copy_digit(folder, 17, "0.png"));
    for (int byte = 1; byte < 256; byte++)
        if (byte != '/') {
            snprintf(path, sizeof path, "%s/x%c.png", folder, byte);
            REQUIRE(link(first, path) == 0 && size + sizeof path < sizeof list);
            memcpy(list + size, path, strlen(path) + 1);
            size += strlen(path) + 1;
            count++;
        }
    const char *names = harness_write(folder, "names", list, size);
    const char *const words[][2] = {{"files0-from", names}, {NULL, NULL}};
    static struct outcome got;
    const furrow_format lines[] = {FURROW_FORMAT_TEXT, FURROW_FORMAT_TSV, FURROW_FORMAT_JSONL};
    for (size_t i = 0; i < COUNT(lines); i++) {
        size_t newlines = 0, controls = 0;
        harness_case("%s", furrow_format_name(lines[i]));
        run_words(&got, "digits", words, lines[i], 2);
        EXPECT_EQUAL(got.status, FURROW_OK);
        EXPECT_EQUAL(got.failed, 0);
        for (const char *at = got.output.text; *at; at++) {
            newlines += *at == '\n';
            controls += (unsigned char)*at < ' ' && *at != '\n' && *at != '\t';
        }
        EXPECT_EQUAL(newlines, count + (lines[i] == FURROW_FORMAT_TSV));
        EXPECT(lines[i] == FURROW_FORMAT_TSV || controls == 0);
    }
    EXPECT_CONTAINS(got.output.text, "x\\u000a.png\"");
    EXPECT_CONTAINS(got.output.text, "x\\udcff.png\"");
    run_words(&got, "digits", words, FURROW_FORMAT_CSV, 2);
    EXPECT_CONTAINS(got.output.text, "/x\n.png\",8,");
    EXPECT_CONTAINS(got.output.text, "/x\"\".png\",8,");
    EXPECT_CONTAINS(got.output.text, "/x\xff.png,8,");
    run_words(&got, "digits", words, FURROW_FORMAT_TEXT, 2);
    EXPECT_CONTAINS(got.output.text, "/x\\n.png 8 ");
    EXPECT_CONTAINS(got.output.text, "/x\\ .png 8 ");
    EXPECT_CONTAINS(got.output.text, "/x\\377.png 8 ");
}

static int compare_lines(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Sorts the lines of `text` in place, as pointers. */
static size_t sort_lines(char *lines[], size_t most, char *text)
{
    size_t count = 0;
    for (char *line = strtok(text, "\n"); line && count < most; line = strtok(NULL, "\n"))
        lines[count++] = line;
    qsort(lines, count, sizeof *lines, compare_lines);
    return count;
}

TEST(unordered_results_are_the_same_ones_and_so_is_the_report)
{
    static struct outcome ordered, unordered;
    static char *expected[2000], *got[2000];
    const char *const words[][2] = {
        {NULL, DATA_FOLDER "/digits"}, {"repeat", "40"}, {"truth", "name"}, {NULL, NULL}};
    const furrow_plan plan = {.threads = 3, .schedule = FURROW_SCHEDULE_DYNAMIC, .chunk = 7};
    furrow_run_options options = {.plan = plan, .cpus = 2};
    run_with(&ordered, "digits", words, FURROW_FORMAT_TEXT, &options);
    options.unordered = true;
    run_with(&unordered, "digits", words, FURROW_FORMAT_TEXT, &options);
    EXPECT_EQUAL(unordered.status, FURROW_OK);
    EXPECT_EQUAL(unordered.verified, FURROW_OK);
    EXPECT_TEXT(unordered.conclusion, ordered.conclusion);
    size_t count = sort_lines(expected, 2000, ordered.output.text);
    REQUIRE_EQUAL(sort_lines(got, 2000, unordered.output.text), count);
    EXPECT_EQUAL(count, 24 * 40);
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++)
        wrong += strcmp(expected[i], got[i]) != 0;
    EXPECT_EQUAL(wrong, 0);
}

/* Memory holds the names and results of one window only, once windows and the workers' batches have
 * grown to their full size. */
TEST(more_pictures_take_no_more_memory)
{
    static const char *const repeats[] = {"40000", "80000"};
    size_t peaks[2];
    for (int i = 0; i < 2; i++) {
        const char *const words[][2] = {
            {NULL, DATA_FOLDER "/digits/17.png"}, {"repeat", repeats[i]}, {NULL, NULL}};
        static struct outcome got;
        furrow_run_options options = {.plan = {.threads = 2}, .cpus = 2};
        harness_peak_memory();
        size_t before = harness_peak_memory();
        run_with(&got, "digits", words, FURROW_FORMAT_LIST, &options);
        peaks[i] = harness_peak_memory() - before;
        EXPECT_EQUAL(got.status, FURROW_OK);
    }
    EXPECT(peaks[1] < peaks[0] + 1500000);
}

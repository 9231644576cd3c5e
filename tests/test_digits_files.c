/* The kernel digits, and the files that it is given and those that it writes. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <furrow/image.h>

#include "journal_file.h"
#include "kernel_runs.h"

TEST(a_full_disk_below_explain_to_names_the_file)
{
    const char *folder = harness_folder();
    static struct outcome got;
    const char *const words[][2] = {
        {NULL, DATA_FOLDER "/digits/17.png"}, {"explain-to", folder}, {NULL, NULL}};
    limit_files(16);
    run(&got, "digits", words, FURROW_FORMAT_TEXT, 1);
    limit_files(RLIM_INFINITY);
    EXPECT_EQUAL(got.status, FURROW_EFBIG);
    EXPECT_CONTAINS(got.error.text, folder);
    EXPECT_CONTAINS(got.error.text, "/00000000.png.partial: cannot write: ");
}

/* files.h: the function of the programs of text 002. It waits, and saves a string in a file. */
#ifndef KERNELS_TUTORIALS_FILES_H
#define KERNELS_TUTORIALS_FILES_H

#include <errno.h>
#include <stdio.h>

#include "tutorial.h"

enum { FILES = 10 };

static const char *const strings[FILES] = {
    "Abhijit", "Anas",   "Ayush",   "Falguni",  "Harjot",
    "Jigyasa", "Prachi", "Saurabh", "Sheshant", "Rahul",
};

/* Python's tuple (number, string) or ((number, string), time_out). */
struct request {
    int number;
    const char *string;
    int time_out; /* seconds of the original */
};

struct file_name {
    char text[32];
};

static int create_and_save_file(void *result, const void *item, void *context)
{
    const struct request *request = item;
    struct file_name *name = result;
    (void)context;
    snprintf(name->text, sizeof name->text, "file_%d.txt", request->number);
    furrow_clock_sleep(request->time_out * SECOND);
    FILE *file = fopen(name->text, "w");
    if (!file)
        return -errno;
    fputs(request->string, file);
    return fclose(file) == 0 ? FURROW_OK : -errno;
}

#endif

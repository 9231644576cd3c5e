#include "threads.h"

#include <stdio.h>
#include <string.h>

/* "1234 (name) S ...": the state stands behind the last parenthesis. */
bool furrow__cpu_is_blocked(int thread)
{
    char path[64], text[128];
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", thread);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = '\0';
    const char *name = strrchr(text, ')');
    return name && name[1] == ' ' && (name[2] == 'S' || name[2] == 'D');
}

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

/* Linux follows no more. */
static const int max_links = 40;

size_t furrow__output_folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

const char *furrow__output_name(const char *path)
{
    return path + furrow__output_folder_length(path);
}

int furrow__output_descriptor(const char *path)
{
    static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        size_t length = strlen(folders[i]);
        if (strncmp(path, folders[i], length) != 0)
            continue;
        size_t digits = strspn(path + length, "0123456789");
        if (digits > 0 && digits < 9 && !path[length + digits])
            return atoi(path + length);
    }
    return -1;
}

/* The path that the link at `path` leads to, relative to the folder of the link. */
static char *join(const char *path, const char *link)
{
    size_t folder = link[0] == '/' ? 0 : furrow__output_folder_length(path);
    char *joined = malloc(folder + strlen(link) + 1);
    if (joined) {
        memcpy(joined, path, folder);
        strcpy(joined + folder, link);
    }
    return joined;
}

char *furrow__output_follow(const char *path)
{
    char *at = strdup(path);
    for (int links = 0; at && links < max_links; links++) {
        char link[PATH_MAX];
        ssize_t length =
            furrow__output_descriptor(at) < 0 ? readlink(at, link, sizeof link - 1) : -1;
        if (length < 0)
            return at;
        link[length] = '\0';
        char *next = join(at, link);
        free(at);
        at = next;
    }
    errno = at ? ELOOP : ENOMEM;
    free(at);
    return NULL;
}

bool furrow__output_special(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && !S_ISREG(found.st_mode);
}

char *furrow__output_partial(const char *target)
{
    static const char suffix[] = ".partial";
    size_t length = strlen(target);
    char *partial = malloc(length + sizeof suffix);
    if (partial) {
        memcpy(partial, target, length);
        memcpy(partial + length, suffix, sizeof suffix);
    }
    return partial;
}

#include "internal.h"

#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

typedef struct range {
    long first, last;
} range;

/* Removes the first range, "8" or "0-3", from a list as the kernel prints it.
 * 1: taken; 0: the list is at its end; -1: malformed. */
static int next_range(range *taken, const char **list)
{
    if (**list == '\0' || **list == '\n')
        return 0;
    for (int i = 0; i < 2; i++) {
        if (**list < '0' || **list > '9')
            return -1;
        char *end;
        taken->last = strtol(*list, &end, 10);
        if (taken->last > INT_MAX)
            return -1;
        *list = end;
        if (i == 0)
            taken->first = taken->last;
        if (**list != '-')
            break;
        ++*list;
    }
    if (**list == ',')
        ++*list;
    else if (**list != '\0' && **list != '\n')
        return -1;
    return taken->first <= taken->last ? 1 : -1;
}

static long overlap(range a, range b)
{
    long first = a.first > b.first ? a.first : b.first;
    long last = a.last < b.last ? a.last : b.last;
    return first <= last ? last - first + 1 : 0;
}

/* The number of CPUs in both lists; 0: one of them is malformed. */
static int count_common(const char *list, const char *other)
{
    long count = 0;
    range mine, theirs;
    int more;
    while ((more = next_range(&mine, &list)) > 0) {
        const char *rest = other;
        int others;
        while ((others = next_range(&theirs, &rest)) > 0)
            count += overlap(mine, theirs);
        if (others < 0)
            return 0;
    }
    return more < 0 || count > INT_MAX ? 0 : (int)count;
}

/* The list after Cpus_allowed_list: in the text of /proc/self/status; NULL: there is none. */
static const char *find_allowed(char *status)
{
    const char key[] = "Cpus_allowed_list:";
    for (char *line; (line = strsep(&status, "\n"));)
        if (strncmp(line, key, sizeof key - 1) == 0)
            return line + sizeof key - 1 + strspn(line + sizeof key - 1, " \t");
    return NULL;
}

/* The kernel refuses a mask that is smaller than its own, so the mask grows until it fits. */
static int count_mask(int *count)
{
    *count = 0;
    for (size_t bits = 1024; bits <= (size_t)1 << 20; bits *= 2) {
        size_t size = CPU_ALLOC_SIZE(bits);
        cpu_set_t *mask = calloc(1, size);
        if (!mask)
            return FURROW_ENOMEM;
        bool known = sched_getaffinity(0, size, mask) == 0;
        bool too_small = !known && errno == EINVAL;
        if (known)
            *count = CPU_COUNT_S(size, mask);
        free(mask);
        if (!too_small)
            break;
    }
    return FURROW_OK;
}

/* The mask in the file may name CPUs that are offline; that of the system call never does. */
static int count_allowed(int *count, const char *root, const char *online)
{
    *count = 0;
    char *status;
    int failure = furrow__cpu_read(&status, "%s/proc/self/status", root);
    const char *allowed = status ? find_allowed(status) : NULL;
    if (allowed)
        *count = count_common(allowed, online);
    free(status);
    return failure;
}

static int count_affinity(int *count, const char *root, const char *online, bool runtime)
{
    *count = 0;
    if (!*root) {
        int failure = count_mask(count);
        if (failure)
            return failure;
        int before = runtime ? furrow__cpu_before_binding() : 0;
        if (before > *count)
            *count = before;
    }
    return *count > 0 ? FURROW_OK : count_allowed(count, root, online);
}

int furrow__cpu_find_affinity(furrow_cpus *cpus, const char *root, int given, bool runtime)
{
    const char all[] = "0-2147483647";
    char *online;
    int failure = furrow__cpu_read(&online, "%s/sys/devices/system/cpu/online", root);
    if (failure)
        return failure;
    cpus->online = online ? count_common(online, all) : 0;
    cpus->affinity = given;
    if (!given)
        failure = count_affinity(&cpus->affinity, root, cpus->online > 0 ? online : all, runtime);
    if (cpus->affinity < 1)
        cpus->affinity = cpus->online > 0 ? cpus->online : 1;
    free(online);
    return failure;
}

/*
 * leftovers.c: what tests may not leave behind: child processes, also ended ones that nobody waited
 * for; shared mappings without a name, as queues and processes make them; names in /dev/shm.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

const char *harness_leftovers(void);

static bool has_child(void)
{
    siginfo_t info;
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/* What mmap makes of MAP_SHARED | MAP_ANONYMOUS. */
static bool has_shared_mapping(void)
{
    char line[512];
    bool found = false;
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps && !found && fgets(line, sizeof line, maps))
        found = strstr(line, "/dev/zero (deleted)");
    if (maps)
        fclose(maps);
    return found;
}

/* Names that hold ours; libomp's notes of processes are not. */
static bool has_name(void)
{
    bool found = false;
    DIR *folder = opendir("/dev/shm");
    const struct dirent *entry;
    while (folder && !found && (entry = readdir(folder)))
        found = strstr(entry->d_name, "furrow");
    if (folder)
        closedir(folder);
    return found;
}

/* NULL: nothing. */
const char *harness_leftovers(void)
{
    if (has_child())
        return "a child process";
    if (has_shared_mapping())
        return "a shared mapping";
    return has_name() ? "a name in /dev/shm" : NULL;
}

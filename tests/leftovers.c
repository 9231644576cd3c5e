/*
 * leftovers.c: what tests may not leave behind: child processes, also ended ones that nobody waited
 * for; shared mappings without a name, as queues and processes make them; names in /dev/shm.
 */
#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

const char *harness_leftovers(void);

/* Whether /proc/PROCESS is a child of this process, running or ended. A sanitizer starts a
 * symbolizer where it has to name a place, if only to find that the place is to be passed over. */
static bool is_child(const char *process)
{
    char path[300], line[256], name[64], state;
    int parent;
    snprintf(path, sizeof path, "/proc/%s/stat", process);
    FILE *file = fopen(path, "r"); /* a process that has just gone has none */
    bool read = file && fgets(line, sizeof line, file) &&
                sscanf(line, "%*d (%63[^)]) %c %d", name, &state, &parent) == 3;
    if (file)
        fclose(file);
    return read && parent == (int)getpid() && strcmp(name, "llvm-symbolizer") != 0;
}

static bool has_child(void)
{
    siginfo_t info;
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT))
        return false;
    bool found = false;
    DIR *folder = opendir("/proc");
    const struct dirent *entry;
    while (folder && !found && (entry = readdir(folder)))
        found = isdigit((unsigned char)entry->d_name[0]) && is_child(entry->d_name);
    if (folder)
        closedir(folder);
    return found;
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

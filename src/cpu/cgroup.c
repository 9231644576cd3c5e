#include "internal.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The cgroups of the process. NULL: none of that kind; "": unknown, so only the top of each mount
 * is read. */
typedef struct paths {
    const char *unified; /* v2 */
    const char *legacy;  /* v1, of the cpu controller */
} paths;

/* A folder of a mounted cgroup tree: `length` bytes of `below` under the mount point. */
typedef struct cgroup_folder {
    const char *system; /* the root of the file system, "" for the real one */
    const furrow__cpu_mount *mount;
    const char *below;
    size_t length;
} cgroup_folder;

/* Removes a number from the beginning of the text. */
static bool take_integer(long long *value, const char **text)
{
    char *end;
    errno = 0;
    *value = strtoll(*text, &end, 10);
    if (end == *text || errno)
        return false;
    *text = end;
    return true;
}

static bool at_end(const char *text)
{
    return text[strspn(text, " \t\n")] == '\0';
}

/* "max 100000" and "150000 100000", microseconds per period. `*cpus` is 0 for no quota. */
static bool parse_max(double *cpus, const char *text)
{
    const char unlimited[] = "max";
    long long quota = 0, period;
    *cpus = 0;
    if (strncmp(text, unlimited, sizeof unlimited - 1) == 0)
        text += sizeof unlimited - 1;
    else if (!take_integer(&quota, &text) || quota <= 0)
        return false;
    if (!take_integer(&period, &text) || period <= 0 || !at_end(text))
        return false;
    *cpus = (double)quota / (double)period;
    return true;
}

/* v1 has a file for each of the two; -1 is no quota. */
static bool parse_cfs(double *cpus, const char *quota_text, const char *period_text)
{
    long long quota, period;
    *cpus = 0;
    if (!take_integer(&quota, &quota_text) || quota == 0 || !at_end(quota_text))
        return false;
    if (quota < 0)
        return true;
    if (!period_text || !take_integer(&period, &period_text) || period <= 0 || !at_end(period_text))
        return false;
    *cpus = (double)quota / (double)period;
    return true;
}

static int read_file(char **text, const cgroup_folder *at, const char *name)
{
    return furrow__cpu_read(text, "%s%s%.*s/%s", at->system, at->mount->point, (int)at->length,
                            at->below, name);
}

static void consider(furrow_cpus *cpus, const cgroup_folder *at, double quota)
{
    if (quota <= 0 || (cpus->quota > 0 && cpus->quota <= quota))
        return;
    cpus->quota = quota;
    const char *top = at->mount->root;
    if (strcmp(top, "/") == 0 && at->length > 0)
        top = "";
    char path[FURROW_CPU_TEXT_SIZE];
    snprintf(path, sizeof path, "%s%.*s", top, (int)at->length, at->below);
    furrow__cpu_print(cpus->quota_from, sizeof cpus->quota_from, path);
}

static void note_malformed(furrow_cpus *cpus, const cgroup_folder *at, const char *name,
                           const char *text)
{
    if (cpus->note[0])
        return;
    char got[40];
    furrow__cpu_print(got, sizeof got, text);
    char note[sizeof cpus->note];
    snprintf(note, sizeof note, "ignored %s of %s%.*s, which is no quota: \"%s\"", name,
             at->mount->point, (int)at->length, at->below, got);
    furrow__cpu_print(cpus->note, sizeof cpus->note, note);
}

static int read_unified(furrow_cpus *cpus, const cgroup_folder *at)
{
    char *text;
    int status = read_file(&text, at, "cpu.max");
    double quota;
    if (text && parse_max(&quota, text))
        consider(cpus, at, quota);
    else if (text)
        note_malformed(cpus, at, "cpu.max", text);
    free(text);
    return status;
}

static int read_legacy(furrow_cpus *cpus, const cgroup_folder *at)
{
    char *quota_text, *period_text = NULL;
    int status = read_file(&quota_text, at, "cpu.cfs_quota_us");
    if (quota_text)
        status = read_file(&period_text, at, "cpu.cfs_period_us");
    double quota;
    if (status == FURROW_OK && quota_text) {
        if (parse_cfs(&quota, quota_text, period_text))
            consider(cpus, at, quota);
        else
            note_malformed(cpus, at, "cpu.cfs_quota_us and cpu.cfs_period_us", quota_text);
    }
    free(quota_text);
    free(period_text);
    return status;
}

/* Whether ".." is one of the path's components. */
static bool climbs(const char *path)
{
    for (const char *found = path; (found = strstr(found, "/..")); found += 3)
        if (found[3] == '/' || found[3] == '\0')
            return true;
    return false;
}

/* Whether the path is nothing but "..": an ancestor of the cgroup namespace. */
static bool only_climbs(const char *path)
{
    while (strncmp(path, "/..", 3) == 0)
        path += 3;
    return *path == '\0';
}

/*
 * The part of `path` below the root of the mount. Both are as seen in the cgroup namespace of the
 * process: a path outside the namespace begins with "/..", one for each level. NULL: the path is
 * not below the root, so the mounted tree has no ancestor of the process. "": it is below, but by
 * names that the namespace hides, so only the top of the mount is known.
 */
static const char *path_below(const char *path, const char *root)
{
    size_t length = strcmp(root, "/") == 0 ? 0 : strlen(root);
    bool inside = strncmp(path, root, length) == 0 && (path[length] == '/' || !path[length]);
    if (inside)
        return climbs(path + length) ? NULL : path + length;
    return *path == '\0' || only_climbs(root) ? "" : NULL;
}

/* From the process's cgroup up to the mount's top. */
static int read_mount(furrow_cpus *cpus, const char *system, const furrow__cpu_mount *mount,
                      const paths *own)
{
    const char *path = mount->unified ? own->unified : own->legacy;
    const char *below = path ? path_below(path, mount->root) : NULL;
    if (!below)
        return FURROW_OK;
    cgroup_folder at = {.system = system, .mount = mount, .below = below, .length = strlen(below)};
    for (;;) {
        while (at.length > 0 && below[at.length - 1] == '/')
            at.length--;
        int status = mount->unified ? read_unified(cpus, &at) : read_legacy(cpus, &at);
        if (status || at.length == 0)
            return status;
        while (at.length > 0 && below[at.length - 1] != '/')
            at.length--;
    }
}

/* Lines of /proc/self/cgroup: "0::/v2/path", "4:cpu,cpuacct:/v1/path". Paths may hold colons. */
static void parse_paths(paths *own, char *text)
{
    for (char *line; (line = strsep(&text, "\n"));) {
        const char *hierarchy = strsep(&line, ":");
        const char *controllers = strsep(&line, ":");
        if (!line || line[0] != '/')
            continue;
        if (strcmp(hierarchy, "0") == 0 && !*controllers)
            own->unified = line;
        else if (furrow__cpu_list_has(controllers, "cpu"))
            own->legacy = line;
    }
}

/* The mount points of systemd and every container runtime, where mountinfo cannot be read. */
static const furrow__cpu_mount usual_mounts[] = {
    {.unified = true, .root = "/", .point = "/sys/fs/cgroup"},
    {.unified = true, .root = "/", .point = "/sys/fs/cgroup/unified"},
    {.unified = false, .root = "/", .point = "/sys/fs/cgroup/cpu"},
    {.unified = false, .root = "/", .point = "/sys/fs/cgroup/cpu,cpuacct"},
};

static int read_mounts(furrow_cpus *cpus, const char *system, char *mountinfo, const paths *own)
{
    int status = FURROW_OK;
    if (!mountinfo)
        for (size_t i = 0; !status && i < sizeof usual_mounts / sizeof *usual_mounts; i++)
            status = read_mount(cpus, system, &usual_mounts[i], own);
    for (char *line; !status && (line = strsep(&mountinfo, "\n"));) {
        furrow__cpu_mount mount;
        if (furrow__cpu_mount_parse(&mount, line))
            status = read_mount(cpus, system, &mount, own);
    }
    return status;
}

int furrow__cpu_find_quota(furrow_cpus *cpus, const char *root)
{
    char *cgroup, *mountinfo = NULL;
    int status = furrow__cpu_read(&cgroup, "%s/proc/self/cgroup", root);
    if (!status)
        status = furrow__cpu_read(&mountinfo, "%s/proc/self/mountinfo", root);
    if (!status) {
        paths own = {.unified = cgroup ? NULL : "", .legacy = cgroup ? NULL : ""};
        if (cgroup)
            parse_paths(&own, cgroup);
        status = read_mounts(cpus, root, mountinfo, &own);
    }
    free(cgroup);
    free(mountinfo);
    return status;
}

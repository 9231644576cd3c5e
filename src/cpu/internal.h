/*
 * internal.h: what the files of src/cpu share.
 */
#ifndef FURROW_CPU_INTERNAL_H
#define FURROW_CPU_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include <furrow/cpu.h>

/* Mounts of cgroup file systems that can hold quotas. Strings point into the parsed line. */
typedef struct furrow__cpu_mount {
    bool unified;      /* cgroup v2; else v1 with the cpu controller */
    const char *root;  /* the cgroup that appears at the mount point, "/" for the whole tree */
    const char *point; /* the mount point */
} furrow__cpu_mount;

/* Whether comma-separated `list` has `word` as one of its entries: "cpu" is not in "cpuset". */
bool furrow__cpu_list_has(const char *list, const char *word);

/* Parses a line of /proc/self/mountinfo in place. False: another kind of mount, or a malformed
 * line.
 */
bool furrow__cpu_mount_parse(furrow__cpu_mount *mount, char *line);

/* Reads the whole file whose path is printed from `format`. The caller frees `*text`. If there is
 * no such regular file, or it cannot be read, returns FURROW_OK with NULL. Never blocks. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
int furrow__cpu_read(char **text, const char *format, ...);

/* The first line of `text` in printable ASCII ('?' for the rest), cut to `size`. */
void furrow__cpu_print(char *line, size_t size, const char *text);

/* Each sets its fields of `*cpus`, which were zero before. `runtime`: the OpenMP runtime may be
 * asked.
 */
int furrow__cpu_find_affinity(furrow_cpus *cpus, const char *root, int given, bool runtime);
int furrow__cpu_find_quota(furrow_cpus *cpus, const char *root);
int furrow__cpu_read_environment(furrow_cpus *cpus, const char *const *environment,
                                 furrow_error *error);

/* The number of CPUs that the OpenMP runtime found before it bound threads to places; 0: it binds
 * none, or there is no runtime, and the thread's own mask is right. */
int furrow__cpu_before_binding(void);

#endif

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

/* Takes a line of /proc/self/mountinfo apart, in place. False for all other kinds of mounts and
 * for malformed lines. */
bool furrow__cpu_mount_parse(furrow__cpu_mount *mount, char *line);

/* Reads the whole file whose path is printed from `format`. `*text` is the caller's to free; NULL
 * with FURROW_OK when there is no such regular file or it cannot be read. Never blocks. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
int furrow__cpu_read(char **text, const char *format, ...);

/* The first line of `text` in printable ASCII ('?' for the rest), cut to `size`. */
void furrow__cpu_print(char *line, size_t size, const char *text);

/* Each sets its fields of `*cpus`, which were zero before; `runtime`: OpenMP's may be asked. */
int furrow__cpu_find_affinity(furrow_cpus *cpus, const char *root, int given, bool runtime);
int furrow__cpu_find_quota(furrow_cpus *cpus, const char *root);
int furrow__cpu_read_environment(furrow_cpus *cpus, const char *const *environment,
                                 furrow_error *error);

/* The CPUs that the OpenMP runtime found before it bound threads to places; 0 when it binds none
 * or there is no runtime: then the thread's own mask tells. */
int furrow__cpu_before_binding(void);

#endif

/*
 * cpu.h: how many CPUs this process may use, and how many threads a run gets.
 *
 *     usable  = max(1, min(CPUs in the affinity mask, floor(smallest quota)))
 *     threads = the request, else the first of OMP_NUM_THREADS, else usable;
 *               at most OMP_THREAD_LIMIT
 *
 * The quota is the smallest over the process's cgroup and all its ancestors that can be seen:
 * cpu.max of cgroup v2, cpu.cfs_quota_us / cpu.cfs_period_us of v1, or both where both are mounted.
 * OpenMP runtimes ignore quotas: in a container with 2 CPUs of 64 they start 64 threads, which the
 * kernel then stops for most of every period. Weights and shares limit nothing while CPUs are
 * idle, so they are not read.
 *
 * This is the only module that reads the environment, /proc and /sys. It never prints, and never
 * changes the environment or the state of the OpenMP runtime. Reading the environment races with
 * setenv and putenv in other threads, as getenv does; apart from that all functions are
 * thread-safe.
 */
#ifndef FURROW_CPU_H
#define FURROW_CPU_H

#include <stddef.h>

#include <furrow/status.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FURROW_CPU_TEXT_SIZE 256

/* The system to examine, and a request. {0} and NULL are the real system and no request. */
typedef struct furrow_cpu_options {
    const char *root;               /* read ROOT/proc and ROOT/sys; NULL or "": the real ones */
    const char *const *environment; /* "NAME=value" strings, NULL-ended; NULL: the process's own */
    int affinity;                   /* CPUs in the mask; 0: ask the system */
    int threads;                    /* an explicit request, as by --threads; 0: none */
} furrow_cpu_options;

/* The result. A plain value without pointers. Texts are one line, "" if there is nothing to say; a
 * text that does not fit is cut. */
typedef struct furrow_cpus {
    int online;       /* CPUs of the machine that are online; 0: unknown */
    int affinity;     /* CPUs that the affinity mask allows, 1 or more */
    double quota;     /* the smallest quota, in CPUs; 0: none */
    int usable;       /* CPUs that can be kept busy, 1 or more */
    int num_threads;  /* the first of OMP_NUM_THREADS; 0: not set */
    int thread_limit; /* OMP_THREAD_LIMIT; 0: none */
    int threads;      /* of a run, 1 or more; above `usable` only by request */

    char quota_from[FURROW_CPU_TEXT_SIZE];     /* the cgroup with that quota, "/a/b" */
    char reason[2 * FURROW_CPU_TEXT_SIZE];     /* "2 of 8: the quota of cgroup /a/b is 2.5 CPUs" */
    char threads_reason[FURROW_CPU_TEXT_SIZE]; /* "2: OMP_THREAD_LIMIT, below 4 (asked for)" */
    char note[2 * FURROW_CPU_TEXT_SIZE];       /* the first malformed file that was ignored */

    /* Variables that the OpenMP runtime reads itself; "": not set. */
    char schedule[64];                 /* OMP_SCHEDULE, lower case, no spaces: "dynamic,4" */
    char dynamic[8];                   /* OMP_DYNAMIC: "true" or "false" */
    char proc_bind[64];                /* OMP_PROC_BIND, lower case, no spaces: "spread,close" */
    char places[FURROW_CPU_TEXT_SIZE]; /* OMP_PLACES as it is, not checked */
    size_t stack_size;                 /* OMP_STACKSIZE in bytes; 0: not set */
} furrow_cpus;

/*
 * Fills `*cpus`. `options` and `error` may be NULL.
 *
 * Missing information is no error: a missing, unreadable or malformed file under /proc or /sys
 * limits nothing, and `note` names the first malformed quota.
 *
 * The mask is that of the calling thread. Where the OpenMP runtime has bound that thread to a
 * place (OMP_PROC_BIND, OMP_PLACES), it is the mask the runtime started with. Under a root it
 * comes from ROOT/proc/self/status.
 *
 * A variable that is empty or blank counts as not set. Spaces and upper case are allowed where
 * OpenMP allows them.
 *
 * FURROW_EINVAL: a variable is malformed. The error names the first one; `*cpus` is complete, as if
 * the malformed ones were not set, so a caller may warn and continue.
 * FURROW_EINVAL also for negative options, FURROW_ENOMEM without memory: `*cpus` is all zero.
 */
int furrow_cpu_detect(furrow_cpus *cpus, const furrow_cpu_options *options, furrow_error *error);

/*
 * The threads that a run gets in this process, 1 or more: `threads` of furrow_cpu_detect without
 * options. Malformed variables count as not set. The first call detects the number and all later
 * calls return it, whatever becomes of the mask, the quota or the environment. (If memory runs out
 * the answer is 1, and the next call tries again.)
 */
int furrow_cpu_count(void);

/* OMP_THREAD_LIMIT of this process, remembered likewise; 0: none. */
int furrow_cpu_thread_limit(void);

#ifdef __cplusplus
}
#endif

#endif

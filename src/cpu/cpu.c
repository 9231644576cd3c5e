#include "internal.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "threads.h"

static void choose_usable(furrow_cpus *cpus)
{
    /* LXCFS may show fewer CPUs online than the mask allows. */
    int all = cpus->online > cpus->affinity ? cpus->online : cpus->affinity;
    cpus->usable = cpus->affinity;
    if (cpus->quota > 0 && cpus->quota < cpus->affinity) {
        cpus->usable = cpus->quota < 1 ? 1 : (int)cpus->quota;
        snprintf(cpus->reason, sizeof cpus->reason, "%d of %d: the quota of cgroup %s is %g CPU%s",
                 cpus->usable, all, cpus->quota_from, cpus->quota, cpus->quota == 1 ? "" : "s");
    } else if (cpus->affinity < all) {
        snprintf(cpus->reason, sizeof cpus->reason, "%d of %d: the affinity mask allows no more",
                 cpus->usable, all);
    } else {
        snprintf(cpus->reason, sizeof cpus->reason, "%d of %d: no mask and no quota is tighter",
                 cpus->usable, all);
    }
}

static void choose_threads(furrow_cpus *cpus, int request)
{
    int wanted = cpus->usable;
    const char *origin = "the usable CPUs";
    if (request > 0) {
        wanted = request;
        origin = "asked for";
    } else if (cpus->num_threads > 0) {
        wanted = cpus->num_threads;
        origin = "OMP_NUM_THREADS";
    }
    cpus->threads = wanted;
    if (cpus->thread_limit > 0 && cpus->thread_limit < wanted) {
        cpus->threads = cpus->thread_limit;
        snprintf(cpus->threads_reason, sizeof cpus->threads_reason,
                 "%d: OMP_THREAD_LIMIT, below %d (%s)", cpus->threads, wanted, origin);
    } else {
        snprintf(cpus->threads_reason, sizeof cpus->threads_reason, "%d: %s", wanted, origin);
    }
}

/* Does not ask a runtime whose variables are malformed: libomp 14 may abort. */
static int find_cpus(furrow_cpus *cpus, const furrow_cpu_options *options, bool runtime)
{
    const char *root = options->root ? options->root : "";
    int status = furrow__cpu_find_affinity(cpus, root, options->affinity, runtime);
    if (!status)
        status = furrow__cpu_find_quota(cpus, root);
    return status;
}

int furrow_cpu_detect(furrow_cpus *cpus, const furrow_cpu_options *options, furrow_error *error)
{
    static const furrow_cpu_options defaults = {0};
    if (!options)
        options = &defaults;
    memset(cpus, 0, sizeof *cpus);
    if (options->affinity < 0 || options->threads < 0)
        return furrow_error_set(error, FURROW_EINVAL,
                                "%s: expected 1 or more, or 0 for the default, got %d",
                                options->affinity < 0 ? "affinity" : "threads",
                                options->affinity < 0 ? options->affinity : options->threads);
    int malformed = furrow__cpu_read_environment(cpus, options->environment, error);
    int status = find_cpus(cpus, options, !malformed);
    if (status) {
        memset(cpus, 0, sizeof *cpus);
        return furrow_error_set(error, status, "CPUs: out of memory while reading /proc and /sys");
    }
    choose_usable(cpus);
    choose_threads(cpus, options->threads);
    return malformed;
}

/* The result of the first detection, once known_count is not 0: it is stored last, so a thread that
 * sees a count sees the rest too. Threads that detect at the same time store the same values. */
static atomic_int known_count, known_limit, known_schedule;
static atomic_size_t known_chunk, known_stack;

int furrow_cpu_count(void)
{
    int count = atomic_load(&known_count);
    if (count > 0)
        return count;
    furrow_cpus cpus;
    if (furrow_cpu_detect(&cpus, NULL, NULL) == FURROW_ENOMEM)
        return 1;
    furrow_schedule schedule = FURROW_SCHEDULE_AUTO;
    size_t chunk = 0;
    furrow_schedule_parse(&schedule, &chunk, cpus.schedule);
    atomic_store(&known_limit, cpus.thread_limit);
    atomic_store(&known_schedule, (int)schedule);
    atomic_store(&known_chunk, schedule ? chunk : 0);
    atomic_store(&known_stack, cpus.stack_size);
    atomic_store(&known_count, cpus.threads);
    return cpus.threads;
}

int furrow_cpu_thread_limit(void)
{
    furrow_cpu_count();
    return atomic_load(&known_limit);
}

furrow_schedule furrow__cpu_schedule(size_t *chunk)
{
    furrow_cpu_count();
    *chunk = atomic_load(&known_chunk);
    return (furrow_schedule)atomic_load(&known_schedule);
}

size_t furrow__cpu_stack_size(void)
{
    furrow_cpu_count();
    return atomic_load(&known_stack);
}

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

/* processes.h: what the programs with processes share: several of them, started and joined. */
#ifndef KERNELS_TUTORIALS_PROCESSES_H
#define KERNELS_TUTORIALS_PROCESSES_H

#include <furrow/process.h>

#include "tutorial.h"

/* for p in to_process: p.start() */
static inline int start_all(furrow_process **processes, size_t count)
{
    int status = FURROW_OK;
    for (size_t i = 0; !status && i < count; i++)
        status = furrow_process_start(processes[i]);
    return status;
}

/* for p in to_process: p.join(); the value of the first target that failed. */
static inline int join_all(furrow_process **processes, size_t count)
{
    int status = FURROW_OK;
    for (size_t i = 0; !status && i < count; i++) {
        furrow_process_outcome outcome = {0};
        status = furrow_process_join(processes[i], FURROW_FOREVER);
        furrow_process_look(&outcome, processes[i]);
        if (!status)
            status = outcome.returned ? outcome.value : FURROW_ECANCELED;
    }
    return status;
}

static inline void free_all(furrow_process **processes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        furrow_process_free(processes[i]);
}

/* Makes, starts, joins and frees processes with a target and a context each. */
static inline int run_as_processes(const furrow_process_options *options, size_t count)
{
    furrow_process *processes[8] = {NULL};
    int status = count <= 8 ? FURROW_OK : FURROW_ERANGE;
    for (size_t i = 0; !status && i < count; i++)
        status = furrow_process_new(&processes[i], &options[i]);
    if (!status)
        status = start_all(processes, count);
    if (!status)
        status = join_all(processes, count);
    free_all(processes, count <= 8 ? count : 0);
    return status;
}

#endif

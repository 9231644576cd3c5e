#include "state.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "timeout.h"

int furrow_process_new(furrow_process **process, const furrow_process_options *options)
{
    *process = NULL;
    if (!options || !options->target)
        return FURROW_EINVAL;
    const char *given = options->name ? options->name : "Process";
    furrow_process *made = malloc(sizeof *made);
    char *name = malloc(strlen(given) + 1);
    if (!made || !name) {
        free(made);
        free(name);
        return FURROW_ENOMEM;
    }
    strcpy(name, given);
    *made = (furrow_process){.name = name,
                             .daemon = options->daemon,
                             .target = options->target,
                             .context = options->context,
                             .owner = getpid(),
                             .outcome = {.code = FURROW_PROCESS_UNKNOWN},
                             .pidfd = -1};
    pthread_mutex_init(&made->lock, NULL);
    *process = made;
    return FURROW_OK;
}

int furrow_process_start(furrow_process *process)
{
    if (!furrow__process_is_mine(process))
        return FURROW_EINVAL;
    pthread_mutex_lock(&process->lock);
    int status = process->outcome.state == FURROW_PROCESS_INITIAL ? furrow__process_fork(process)
                                                                  : FURROW_EINVAL;
    pthread_mutex_unlock(&process->lock);
    return status;
}

static furrow_process_state state_of(furrow_process *process)
{
    furrow_process_outcome outcome;
    furrow_process_look(&outcome, process);
    return outcome.state;
}

int furrow_process_join(furrow_process *process, double timeout)
{
    furrow__timeout deadline;
    int status = furrow__timeout_set(&deadline, timeout);
    if (status || !furrow__process_is_mine(process))
        return FURROW_EINVAL;
    furrow_process_state state = state_of(process);
    if (state == FURROW_PROCESS_INITIAL)
        return FURROW_EINVAL;
    if (state == FURROW_PROCESS_STARTED)
        status = furrow__timeout_poll(process->pidfd, POLLIN, &deadline);
    if (!status)
        state_of(process);
    return status == FURROW_EAGAIN ? FURROW_ETIMEDOUT : status;
}

bool furrow_process_is_alive(furrow_process *process)
{
    return furrow__process_is_mine(process) && state_of(process) == FURROW_PROCESS_STARTED;
}

static int send_signal(furrow_process *process, int number)
{
    if (!furrow__process_is_mine(process))
        return FURROW_EINVAL;
    furrow_process_state state = state_of(process);
    if (state == FURROW_PROCESS_INITIAL)
        return FURROW_EINVAL;
    if (state == FURROW_PROCESS_STARTED && furrow__pidfd_signal(process->pidfd, number) != 0 &&
        errno != ESRCH)
        return -errno;
    return FURROW_OK;
}

int furrow_process_terminate(furrow_process *process)
{
    return send_signal(process, SIGTERM);
}

int furrow_process_kill(furrow_process *process)
{
    return send_signal(process, SIGKILL);
}

const char *furrow_process_name(const furrow_process *process)
{
    return process->name;
}

void furrow_process_free(furrow_process *process)
{
    if (!process)
        return;
    if (furrow_process_is_alive(process)) {
        furrow_process_kill(process);
        furrow_process_join(process, FURROW_FOREVER);
    }
    if (process->pidfd >= 0)
        close(process->pidfd);
    if (process->ending)
        munmap(process->ending, sizeof *process->ending);
    if (furrow__process_is_mine(process))
        pthread_mutex_destroy(&process->lock);
    free(process->name);
    free(process);
}

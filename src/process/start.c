#include "state.h"

#include <errno.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

static void put_down(const furrow__birth *birth)
{
    if (birth->word >= 0)
        close(birth->word);
    if (birth->parent >= 0)
        close(birth->parent);
}

static int prepare(furrow__birth *birth, const furrow_process *process)
{
    *birth = (furrow__birth){.target = process->target,
                             .context = process->context,
                             .daemon = process->daemon,
                             .word = -1,
                             .parent = furrow__pidfd_open(getpid())};
    if (birth->parent < 0)
        return errno == ENOSYS ? FURROW_ENOTSUP : -errno;
    birth->word = eventfd(0, EFD_CLOEXEC);
    if (birth->word < 0)
        return -errno;
    void *page = mmap(NULL, sizeof *birth->ending, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return -errno;
    birth->ending = page;
    return FURROW_OK;
}

/* Signals are blocked from before the fork until the child's target runs: no handler of the parent
 * runs in a child that is half made. */
static int fork_child(pid_t *pid, furrow__birth *birth)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &birth->signals);
    *pid = fork();
    if (*pid == 0)
        furrow__child_run(birth);
    int status = *pid < 0 ? -errno : FURROW_OK;
    pthread_sigmask(SIG_SETMASK, &birth->signals, NULL);
    return status;
}

static void tell(const furrow__birth *birth, uint64_t word)
{
    while (write(birth->word, &word, sizeof word) < 0 && errno == EINTR)
        ;
}

/* Where no descriptor for the child can be opened, the child is told to end. ESRCH means that it
 * has died, and that another part of the program has waited for it: it has stopped. */
static int adopt(furrow_process *process, const furrow__birth *birth, pid_t pid)
{
    int pidfd = furrow__pidfd_open(pid);
    int status = pidfd < 0 && errno != ESRCH ? -errno : FURROW_OK;
    if (status) {
        tell(birth, FURROW__CHILD_END);
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
            ;
        return status;
    }
    tell(birth, FURROW__CHILD_GO);
    process->pidfd = pidfd;
    process->ending = birth->ending;
    process->outcome.pid = pid;
    process->outcome.state = pidfd < 0 ? FURROW_PROCESS_STOPPED : FURROW_PROCESS_STARTED;
    return FURROW_OK;
}

int furrow__process_fork(furrow_process *process)
{
    furrow__birth birth;
    pid_t pid = 0;
    int status = prepare(&birth, process);
    if (!status)
        status = fork_child(&pid, &birth);
    if (!status)
        status = adopt(process, &birth, pid);
    if (status && birth.ending)
        munmap(birth.ending, sizeof *birth.ending);
    put_down(&birth);
    return status;
}

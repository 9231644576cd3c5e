/* state.h: what a process is to its parent, what it is to itself, and the system calls for it. */
#ifndef FURROW_PROCESS_STATE_H
#define FURROW_PROCESS_STATE_H

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <furrow/process.h>

/* ---- to itself: child.c ---- */

enum { FURROW__CODE_OF_FAILURE = 255 };

/* What the child says of its end, in memory that it shares with its parent. It stays there when
 * another part of the program takes the exit status by waitpid. */
typedef struct furrow__ending {
    int value;  /* what the target returned */
    bool ended; /* whether it did: false where the child could not run it */
    atomic_bool told;
} furrow__ending;

/* A child waits until its parent has a descriptor for it. Before that nobody could tell the child
 * from another process of its number, if it died at once and SIGCHLD were ignored. */
enum { FURROW__CHILD_GO = 1, FURROW__CHILD_END = 2 };

typedef struct furrow__birth {
    furrow_process_target target;
    void *context;
    bool daemon;
    int word;         /* an eventfd: the parent writes FURROW__CHILD_GO or _END */
    int parent;       /* a pidfd of the parent */
    sigset_t signals; /* the mask of the thread that forks */
    furrow__ending *ending;
} furrow__birth;

/* All that the forking thread does in the child; with all signals blocked. */
_Noreturn void furrow__child_run(const furrow__birth *birth);

/* ---- to its parent ---- */

struct furrow_process {
    char *name;
    bool daemon;
    furrow_process_target target;
    void *context;
    pid_t owner; /* the process that made it */

    pthread_mutex_t lock; /* of what follows */
    furrow_process_outcome outcome;
    int pidfd;              /* from the start on, until the process is freed; else -1 */
    furrow__ending *ending; /* likewise; else NULL */
};

/* In a forked child nothing of the process is asked or changed; its lock may be held for ever. */
static inline bool furrow__process_is_mine(const furrow_process *process)
{
    return process->owner == getpid();
}

/* Forks. The lock is held, and the outcome becomes that of a started process. */
int furrow__process_fork(furrow_process *process);

/* Whether it has ended; then the outcome says how. Does not wait; the lock is held. */
bool furrow__process_reap(furrow_process *process);

/* ---- pidfds ---- */

/* Descriptors that stand for processes: they are readable once the process has ended, and never
 * stand for another that got the same number. glibc 2.35 and older have no names for the calls. */

/* Closed by exec. -1 with errno. */
static inline int furrow__pidfd_open(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

static inline int furrow__pidfd_signal(int pidfd, int number)
{
    return (int)syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0);
}

/* waitid() by a descriptor, without waiting. */
static inline int furrow__pidfd_reap(siginfo_t *info, int pidfd)
{
    const int by_pidfd = 3; /* P_PIDFD */
    info->si_pid = 0;
    return waitid((idtype_t)by_pidfd, (id_t)pidfd, info, WEXITED | WNOHANG);
}

#endif

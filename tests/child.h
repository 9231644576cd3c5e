/* child.h: the end of a child process. */
#ifndef FURROW_TESTS_CHILD_H
#define FURROW_TESTS_CHILD_H

#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <furrow/clock.h>

/* libomp 14 registers each process in shared memory, a child when it is forked, and removes the
 * entry only when the process ends by exit. */
static inline void forget_registration(pid_t process)
{
    char name[64];
    snprintf(name, sizeof name, "/__KMP_REGISTERED_LIB_%d_%d", (int)process, (int)getuid());
    shm_unlink(name);
}

/* The child's exit status, 1000 + the signal that ended it, or -1 if it did not end within a minute
 * and was killed. */
static inline int end_of(pid_t child)
{
    int status = 0;
    pid_t ended = 0;
    for (int i = 0; i < 60000 && ended == 0; i++) {
        furrow_clock_sleep(i < 100 ? 1e-4 : 1e-3);
        ended = waitpid(child, &status, WNOHANG);
    }
    if (ended != child) {
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
    }
    forget_registration(child);
    return ended != child ? -1 : WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

#endif

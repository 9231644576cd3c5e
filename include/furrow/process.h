/*
 * process.h: a function that runs in a process of its own: Python's multiprocessing.Process, for C.
 *
 *     static int target(void *context)
 *     {
 *         return use(context);
 *     }
 *
 *     furrow_process *process;
 *     furrow_process_options options = {.name = "reader", .target = target, .context = &input};
 *     status = furrow_process_new(&process, &options);
 *     if (!status)
 *         status = furrow_process_start(process);
 *     if (!status)
 *         status = furrow_process_join(process, FURROW_FOREVER);
 *     furrow_process_free(process);
 *
 * is the serial program
 *
 *     target(&input);
 *
 * except that the target works on a copy of the program's memory, as fork() makes it: what it
 * writes there, the parent does not see. Queues (queue.h), pipes (pipe.h) and shared mappings that
 * were made before the start carry data between the two.
 *
 * The child is made by a plain fork(), and the target runs on a fresh thread of the child. There
 * it may use loops, pools of its own and OpenMP, whatever the parent did with them before: a
 * region that the forking thread itself enters in the child hangs under GCC's OpenMP.
 *
 * What is unsafe in the child, as after every fork() of a program with threads: locks that other
 * threads of the parent held at the fork stay locked for ever, with what they protect half changed.
 * In glibc malloc and stdio are safe. A library that locks and has no fork handlers is not. The
 * parent's threads and timers do not exist in the child, and its pools are serial loops there
 * (pool.h). A descriptor is shared with the parent, its file offset included.
 *
 * The end of a child. When the target returns, the child flushes stdout and stderr and ends by
 * _exit: handlers that the parent gave to atexit do not run, and no other stream is flushed. Text
 * that the parent had printed and not yet flushed is the parent's: the child drops its copy of
 * stdout's and stderr's buffers at its start, so that the text appears once, and the parent's own
 * buffers stay as they are. (To flush them before the fork would change when the parent's output
 * appears, and could block.) Other streams of the parent keep their text: a target that writes to
 * one writes that text, too, so flush it before the start. A target that calls exit() runs the
 * parent's handlers and flushes every stream.
 *
 * Signals. The child has the parent's handlers. They run on the target's thread, whose mask is that
 * of the thread which called furrow_process_start, except that SIGTERM is not blocked.
 *
 * A furrow_process is for the process that made it: in a forked child every function but _name,
 * _text, _look and _free returns FURROW_EINVAL, and these four tell what stood at the fork. In that
 * process everything is thread-safe but _free. Linux 5.4 or later; elsewhere FURROW_ENOTSUP.
 */
#ifndef FURROW_PROCESS_H
#define FURROW_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <furrow/clock.h>
#include <furrow/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct furrow_process furrow_process;

/*
 * What the child does. Its return is the child's exit code where it is 0 ... 255; any other, for
 * example a status of Furrow, gives exit code 255, and the parent sees the number itself in
 * furrow_process_outcome. A target that ends its thread by pthread_exit counts as one that
 * returned 0.
 */
typedef int (*furrow_process_target)(void *context);

typedef struct furrow_process_options {
    const char *name; /* copied; NULL: "Process" */
    bool daemon;      /* the child ends with its parent: see furrow_process_start */
    furrow_process_target target;
    void *context; /* passed to the target; must live until furrow_process_start returns */
} furrow_process_options;

/* Starts nothing. FURROW_EINVAL: no target; FURROW_ENOMEM. On failure `*process` is NULL. */
int furrow_process_new(furrow_process **process, const furrow_process_options *options);

/*
 * Forks. Returns 0 when the child is there; FURROW_EINVAL: it was started before; FURROW_ENOMEM,
 * FURROW_ENOTSUP, or another -errno (-EAGAIN: no more processes, -EMFILE: no more descriptors):
 * nothing was started, and the call may be tried again. A started process takes one descriptor
 * and one page of memory of the parent until it is freed.
 *
 * A daemon ends, by exit code 255, as soon as its parent has ended in any way, SIGKILL included: a
 * thread of the child waits for that. (PR_SET_PDEATHSIG would not do: it follows the thread that
 * forked.) It ends neither where its target called exec, nor while SIGSTOP stops it, and does not
 * take its own children along, except daemons. Any other child goes on when the parent has ended.
 */
int furrow_process_start(furrow_process *process);

/*
 * Waits until the child has ended, without using CPU time. 0; FURROW_ETIMEDOUT: join again
 * (timeout 0 looks and does not wait); FURROW_EINVAL: not started, or the timeout is NaN. As often
 * as wished, by any threads. After 0 no zombie is left.
 */
int furrow_process_join(furrow_process *process, double timeout);

/* Whether it was started and has not ended. False in a forked child. */
bool furrow_process_is_alive(furrow_process *process);

/* Sends SIGTERM, or SIGKILL. Does not wait. Never hits another process that got the same number. 0,
 * also when the child has ended; FURROW_EINVAL: not started. */
int furrow_process_terminate(furrow_process *process);
int furrow_process_kill(furrow_process *process);

typedef enum furrow_process_state {
    FURROW_PROCESS_INITIAL,
    FURROW_PROCESS_STARTED,
    FURROW_PROCESS_STOPPED
} furrow_process_state;

/* Where the code, or the return, is not known. */
#define FURROW_PROCESS_UNKNOWN (-1)

typedef struct furrow_process_outcome {
    furrow_process_state state;
    pid_t pid;     /* 0 before the start; after the end another process may have it */
    bool returned; /* whether the target returned */
    int value;     /* what it returned; 0 where it did not. FURROW_EAGAIN with exit code 255 also
                    * where the child could start no thread, FURROW_EIO where it could not write its
                    * output and the target returned 0 */
    int code;      /* exit code, 0 ... 255; FURROW_PROCESS_UNKNOWN while it runs, where a signal
                    * ended it, and where nobody knows */
    int signal;    /* the signal that ended it, or 0 */
} furrow_process_outcome;

/*
 * What is known of it now. A program that ignores SIGCHLD, or that takes the ends of all its
 * children by waitpid(-1), takes the exit status with it. A child whose target returned has told
 * its code by itself. Of any other (a signal, exit() inside the target) the code is unknown then.
 */
void furrow_process_look(furrow_process_outcome *outcome, furrow_process *process);

/* Never NULL; it lives as long as the process. */
const char *furrow_process_name(const furrow_process *process);

/*
 * Writes "<Process(NAME, initial)>", "<Process(NAME, started)>", and of a stopped one
 * "<Process(NAME, stopped, exit 0)>", "... stopped, SIGKILL)>" or "... stopped, exit unknown)>"; a
 * daemon's ends in ", daemon)>". FURROW_ERANGE: cut short to `size` bytes, '\0' included.
 */
int furrow_process_text(char *text, size_t size, furrow_process *process);

/* A child that still runs is killed by SIGKILL and waited for: join it first. In a forked child it
 * gives back memory alone. NULL does nothing. */
void furrow_process_free(furrow_process *process);

#ifdef __cplusplus
}
#endif

#endif

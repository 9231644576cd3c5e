#include "state.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

/* The exit status as the system has it. Where another part of the program took that, or SIGCHLD is
 * ignored, the child's own word counts; without one the end is unknown. */
static void take_end(furrow_process *process)
{
    furrow_process_outcome *outcome = &process->outcome;
    const furrow__ending *ending = process->ending;
    siginfo_t info;
    outcome->state = FURROW_PROCESS_STOPPED;
    bool told = atomic_load_explicit(&ending->told, memory_order_acquire);
    if (told) {
        outcome->returned = ending->ended;
        outcome->value = ending->value;
    }
    if (furrow__pidfd_reap(&info, process->pidfd) == 0 && info.si_pid != 0) {
        if (info.si_code == CLD_EXITED)
            outcome->code = info.si_status;
        else
            outcome->signal = info.si_status;
    } else if (told) {
        bool is_code = ending->ended && ending->value >= 0 && ending->value <= 255;
        outcome->code = is_code ? ending->value : FURROW__CODE_OF_FAILURE;
    }
}

bool furrow__process_reap(furrow_process *process)
{
    if (process->outcome.state == FURROW_PROCESS_STARTED) {
        struct pollfd ended = {.fd = process->pidfd, .events = POLLIN};
        if (poll(&ended, 1, 0) > 0)
            take_end(process);
    }
    return process->outcome.state == FURROW_PROCESS_STOPPED;
}

void furrow_process_look(furrow_process_outcome *outcome, furrow_process *process)
{
    if (!furrow__process_is_mine(process)) {
        *outcome = process->outcome;
        return;
    }
    pthread_mutex_lock(&process->lock);
    furrow__process_reap(process);
    *outcome = process->outcome;
    pthread_mutex_unlock(&process->lock);
}

static void write_end(char *text, size_t size, const furrow_process_outcome *outcome)
{
    const char *name = outcome->signal ? sigabbrev_np(outcome->signal) : NULL;
    if (name)
        snprintf(text, size, ", SIG%s", name);
    else if (outcome->signal)
        snprintf(text, size, ", signal %d", outcome->signal);
    else if (outcome->code == FURROW_PROCESS_UNKNOWN)
        snprintf(text, size, ", exit unknown");
    else
        snprintf(text, size, ", exit %d", outcome->code);
}

int furrow_process_text(char *text, size_t size, furrow_process *process)
{
    static const char *const states[] = {"initial", "started", "stopped"};
    furrow_process_outcome outcome;
    char end[32] = "";
    furrow_process_look(&outcome, process);
    if (outcome.state == FURROW_PROCESS_STOPPED)
        write_end(end, sizeof end, &outcome);
    int length = snprintf(text, size, "<Process(%s, %s%s%s)>", process->name, states[outcome.state],
                          end, process->daemon ? ", daemon" : "");
    return length < 0 || (size_t)length >= size ? FURROW_ERANGE : FURROW_OK;
}

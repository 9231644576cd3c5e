#include "state.h"

#include <poll.h>

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

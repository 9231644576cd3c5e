#include "state.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <unistd.h>

typedef struct furrow__run {
    const furrow__birth *birth;
    int value;
} furrow__run;

static void wait_for_start(const furrow__birth *birth)
{
    struct pollfd polls[] = {{.fd = birth->word, .events = POLLIN},
                             {.fd = birth->parent, .events = POLLIN}};
    uint64_t word = FURROW__CHILD_END;
    while (poll(polls, 2, -1) < 0 && errno == EINTR)
        ;
    if (!polls[0].revents || read(birth->word, &word, sizeof word) != sizeof word ||
        word != FURROW__CHILD_GO)
        _exit(FURROW__CODE_OF_FAILURE);
    close(birth->word);
}

static void *watch_parent(void *argument)
{
    struct pollfd poll_parent = {.fd = (int)(intptr_t)argument, .events = POLLIN};
    while (poll(&poll_parent, 1, -1) <= 0)
        ;
    _exit(FURROW__CODE_OF_FAILURE);
}

static void *run_target(void *argument)
{
    furrow__run *run = argument;
    sigset_t signals = run->birth->signals;
    sigdelset(&signals, SIGTERM);
    pthread_sigmask(SIG_SETMASK, &signals, NULL);
    run->value = run->birth->target(run->birth->context);
    return NULL;
}

/* Both threads begin with all signals blocked. */
static int run_on_thread(furrow__run *run)
{
    pthread_t watcher, target;
    int error = 0;
    if (run->birth->daemon)
        error = pthread_create(&watcher, NULL, watch_parent, (void *)(intptr_t)run->birth->parent);
    else
        close(run->birth->parent);
    if (!error)
        error = pthread_create(&target, NULL, run_target, run);
    if (!error)
        error = pthread_join(target, NULL);
    return -error;
}

_Noreturn void furrow__child_run(const furrow__birth *birth)
{
    furrow__run run = {.birth = birth};
    __fpurge(stdout); /* the text is the parent's, which has it still */
    __fpurge(stderr);
    wait_for_start(birth);
    int status = run_on_thread(&run);
    bool written = fflush(stdout) == 0;
    written = fflush(stderr) == 0 && written;
    if (!status && run.value == 0 && !written)
        run.value = FURROW_EIO;
    birth->ending->ended = !status;
    birth->ending->value = status ? status : run.value;
    atomic_store_explicit(&birth->ending->told, true, memory_order_release);
    bool is_code = !status && run.value >= 0 && run.value <= 255;
    _exit(is_code ? run.value : FURROW__CODE_OF_FAILURE);
}

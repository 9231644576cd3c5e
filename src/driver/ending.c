#include "driver.h"

#include <signal.h>
#include <stdio.h>

#include <furrow/status.h>

static furrow_cancel cancel;
static volatile sig_atomic_t caught;

static void on_signal(int number)
{
    caught = number;
    furrow_cancel_request(&cancel);
}

void ending_catch_signals(void)
{
    const int stopping[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof stopping / sizeof *stopping; i++) {
        struct sigaction before;
        sigaction(stopping[i], NULL, &before);
        if (before.sa_handler != SIG_IGN) /* nohup ignores SIGHUP, and that must stay */
            sigaction(stopping[i], &action, NULL);
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* so that a write beyond the file size limit fails, and a whole row
                               * ends the file */
}

furrow_cancel *ending_cancel(void)
{
    return &cancel;
}

int ending_signal(void)
{
    return caught;
}

int ending_code(int status)
{
    /* A signal also interrupts a read of the input, which then fails. */
    if (status && caught)
        return 128 + caught;
    switch (status) {
    case FURROW_OK:
        return DRIVER_OK;
    case -EPIPE:
        return DRIVER_CLOSED_PIPE;
    case FURROW_ECHANGED:
    case FURROW_EFORMAT: /* a malformed list of items, for example: a malformed item ends nothing */
        return DRIVER_USAGE;
    case FURROW_ENOMEM:
    case FURROW_EIO:
    case -EAGAIN:
    case -EBADF:
    case -EDQUOT:
    case -EFBIG:
    case -ENOSPC:
    case -EROFS:
        return DRIVER_ENVIRONMENT;
    default:
        return DRIVER_FAILED;
    }
}

int ending_code_of_output(int status)
{
    if (status && status != -EPIPE)
        fprintf(stderr, "furrow: cannot write to standard output: %s\n",
                furrow_status_text(status));
    return ending_code(status);
}

#include "signals.h"

#include <signal.h>

static furrow_cancel cancel;
static volatile sig_atomic_t caught;

static void on_signal(int number)
{
    caught = number;
    furrow_cancel_request(&cancel);
}

void signals_install(void)
{
    const int stopping[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof stopping / sizeof *stopping; i++) {
        struct sigaction before;
        sigaction(stopping[i], NULL, &before);
        if (before.sa_handler != SIG_IGN) /* as nohup wants it */
            sigaction(stopping[i], &action, NULL);
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a write beyond the limit fails, and ends behind a whole row */
}

furrow_cancel *signals_cancel(void)
{
    return &cancel;
}

int signals_caught(void)
{
    return caught;
}

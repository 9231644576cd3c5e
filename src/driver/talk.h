/* talk.h: what is said on stderr while a kernel runs. Callbacks of furrow_run_options. */
#ifndef FURROW_DRIVER_TALK_H
#define FURROW_DRIVER_TALK_H

#include <furrow/run.h>

struct talk {
    const char *kernel;
    double start; /* reading of the wall clock */
    bool quiet;
};

void talk_item_started(size_t item, const char *label, int worker, void *context);
void talk_item_ended(size_t item, const char *label, int worker, void *context);
void talk_item_failed(const furrow_error *fault, const char *label, void *context);

/* "furrow: KERNEL: TEXT", for an error that ends the command. */
void talk_error(const char *kernel, const furrow_error *error);

#endif

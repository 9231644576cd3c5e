/* log.h: what is said on stderr while a kernel runs. Callbacks of furrow_run_options. */
#ifndef FURROW_DRIVER_LOG_H
#define FURROW_DRIVER_LOG_H

#include <furrow/run.h>

struct log {
    const char *kernel;
    double start; /* reading of the wall clock */
    bool quiet;
};

void log_item_started(size_t item, const char *label, int worker, void *context);
void log_item_ended(size_t item, const char *label, int worker, void *context);
void log_item_failed(const furrow_error *fault, const char *label, void *context);

/* "furrow: KERNEL: TEXT", for an error that ends the command. */
void log_error(const char *kernel, const furrow_error *error);

#endif

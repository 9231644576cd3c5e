/* log.h: messages on stderr while a kernel runs: events, items that failed, progress. */
#ifndef FURROW_DRIVER_LOG_H
#define FURROW_DRIVER_LOG_H

#include <furrow/progress.h>
#include <furrow/run.h>

#include "options.h"

struct log {
    const char *kernel;
    double start; /* reading of the wall clock */
};

/* Callbacks of furrow_run_options, whose context is a struct log. */
void log_item_started(size_t item, const char *label, int worker, void *context);
void log_item_ended(size_t item, const char *label, int worker, void *context);
void log_item_failed(const furrow_error *fault, const char *label, void *context);

/* "furrow: KERNEL: TEXT", for an error that ends the command. */
void log_error(const char *kernel, const furrow_error *error);

/* The bar of --progress; NULL: none is shown, or there is no memory for one. PROGRESS_AUTO shows a
 * bar on a terminal to which nothing else is written meanwhile. */
furrow_bar *log_open_bar(const struct options *options);

#endif

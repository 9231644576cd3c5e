/* signals.h: Ctrl-C and its like stop a run in good order; a second one ends the program at once.
 */
#ifndef FURROW_DRIVER_SIGNALS_H
#define FURROW_DRIVER_SIGNALS_H

#include <furrow/parallel.h>

/* SIGINT, SIGTERM and SIGHUP request the cancel; SIGPIPE becomes an error of write. */
void signals_install(void);

/* What runs are given to be cancelled by. */
furrow_cancel *signals_cancel(void);

/* The signal that came, or 0. */
int signals_caught(void);

#endif

/* bar.h: --progress: whether a bar is shown, and where. */
#ifndef FURROW_DRIVER_BAR_H
#define FURROW_DRIVER_BAR_H

#include <furrow/progress.h>

#include "options.h"

/* A bar on stderr; NULL where none is wanted (or there is no memory for one): by itself it is shown
 * on a terminal that nothing else is written to meanwhile. */
furrow_bar *bar_open(const struct options *options);

#endif

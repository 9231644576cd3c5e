/* tutorial.h: what the programs of this folder share: how long a second is, and how a main ends. */
#ifndef KERNELS_TUTORIALS_TUTORIAL_H
#define KERNELS_TUTORIALS_TUTORIAL_H

#include <stdio.h>

#include <furrow/clock.h>
#include <furrow/status.h>

/* A second of the originals, in seconds here: they only wait, and ours need not wait as long.
 * CMake's FURROW_SECOND sets it. */
#ifndef SECOND
#define SECOND 0.01
#endif

/* What main returns: 0, or 1 after saying on stderr what went wrong. */
static inline int finish(int status)
{
    if (status)
        fprintf(stderr, "%s: %s\n", furrow_status_name(status), furrow_status_text(status));
    return status != 0;
}

/* On stderr, for it differs from run to run. */
static inline void print_time_required(double start)
{
    fprintf(stderr, "time required = %.3g s\n", furrow_clock_wall() - start);
}

#endif

/* tutorial.h: for all programs of this folder: the length of a second, and the end of main. */
#ifndef KERNELS_TUTORIALS_TUTORIAL_H
#define KERNELS_TUTORIALS_TUTORIAL_H

#include <stdio.h>

#include <furrow/clock.h>
#include <furrow/status.h>

/* The originals only wait, so that their seconds may be shorter here. CMake's FURROW_SECOND sets
 * the length. */
#ifndef SECOND
#define SECOND 0.01
#endif

/* Returns the exit status of main: 0, or 1 after printing the error on stderr. */
static inline int finish(int status)
{
    if (status)
        fprintf(stderr, "%s: %s\n", furrow_status_name(status), furrow_status_text(status));
    return status != 0;
}

/* On stderr, since it differs from run to run. */
static inline void print_time_required(double start)
{
    fprintf(stderr, "time required = %.3g s\n", furrow_clock_wall() - start);
}

#endif

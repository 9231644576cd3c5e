#include <stdio.h>

#include "driver.h"
#include "signals.h"

int driver_code(int status)
{
    /* A signal also ends a wait for input, which fails then. */
    if (status && signals_caught())
        return 128 + signals_caught();
    switch (status) {
    case FURROW_OK:
        return DRIVER_OK;
    case -EPIPE:
        return 141; /* 128 + SIGPIPE, as a shell shows it */
    case FURROW_ECHANGED:
    case FURROW_EFORMAT: /* of a list of items, say: a broken item ends nothing */
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

int driver_output_code(int status)
{
    if (status && status != -EPIPE)
        fprintf(stderr, "furrow: cannot write to standard output: %s\n",
                furrow_status_text(status));
    return driver_code(status);
}

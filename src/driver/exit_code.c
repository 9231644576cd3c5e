#include "driver.h"
#include "signals.h"

int driver_code(int status)
{
    switch (status) {
    case FURROW_OK:
        return DRIVER_OK;
    case FURROW_ECANCELED:
        return signals_caught() ? 128 + signals_caught() : DRIVER_FAILED;
    case -EPIPE:
        return 141; /* 128 + SIGPIPE, as a shell shows it */
    case FURROW_ENOMEM:
    case FURROW_EIO:
    case -ENOSPC:
    case -EDQUOT:
    case -EAGAIN:
        return DRIVER_ENVIRONMENT;
    default:
        return DRIVER_FAILED;
    }
}

#include <furrow/cancel.h>

#include <furrow/clock.h>
#include <furrow/status.h>

/* Seconds until a sleeping caller notices a request. */
static const double patience = 0.05;

void furrow_cancel_request(furrow_cancel *cancel)
{
    __atomic_store_n(&cancel->requested, 1, __ATOMIC_RELAXED);
}

int furrow_cancel_requested(const furrow_cancel *cancel)
{
    if (!cancel)
        return 0;
    return __atomic_load_n(&cancel->requested, __ATOMIC_RELAXED) ||
           furrow_cancel_requested(cancel->others[0]) || furrow_cancel_requested(cancel->others[1]);
}

int furrow_cancel_sleep(const furrow_cancel *cancel, double seconds)
{
    double end = furrow_clock_wall() + seconds;
    for (double rest = seconds; rest > 0; rest = end - furrow_clock_wall()) {
        if (furrow_cancel_requested(cancel))
            return FURROW_ECANCELED;
        furrow_clock_sleep(cancel && rest > patience ? patience : rest);
    }
    return FURROW_OK;
}

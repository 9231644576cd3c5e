#include <furrow/parallel.h>

void furrow_cancel_request(furrow_cancel *cancel)
{
    __atomic_store_n(&cancel->requested, 1, __ATOMIC_RELAXED);
}

int furrow_cancel_requested(const furrow_cancel *cancel)
{
    return __atomic_load_n(&cancel->requested, __ATOMIC_RELAXED);
}

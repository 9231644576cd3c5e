#include "internal.h"

#include "threads.h"

int furrow__cpu_before_binding(void)
{
    return 0;
}

bool furrow__cpu_place(cpu_set_t *cpus, int number)
{
    (void)cpus;
    (void)number;
    return false;
}

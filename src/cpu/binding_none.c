#include "internal.h"

int furrow__cpu_before_binding(void)
{
    return 0;
}

#include "bench.h"

#include <string.h>

void limit_store(void *memory, size_t size)
{
    memset(memory, 1, size);
}

const char *limit_name(void)
{
    return "memset";
}

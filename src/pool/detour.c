#include "detour.h"

bool furrow__detour_begin(furrow__detour *detour, pthread_t thread, int cpu)
{
    detour->thread = thread;
    if (cpu < 0 || cpu >= CPU_SETSIZE ||
        pthread_getaffinity_np(thread, sizeof detour->before, &detour->before))
        return false;
    cpu_set_t others = detour->before;
    CPU_CLR((size_t)cpu, &others);
    return CPU_COUNT(&others) > 0 && pthread_setaffinity_np(thread, sizeof others, &others) == 0;
}

void furrow__detour_end(const furrow__detour *detour)
{
    pthread_setaffinity_np(detour->thread, sizeof detour->before, &detour->before);
}

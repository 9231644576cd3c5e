#include "migrate.h"

bool furrow__migrate_away(furrow__migration *migration, pthread_t thread, int cpu)
{
    migration->thread = thread;
    if (cpu < 0 || cpu >= CPU_SETSIZE ||
        pthread_getaffinity_np(thread, sizeof migration->before, &migration->before))
        return false;
    cpu_set_t others = migration->before;
    CPU_CLR((size_t)cpu, &others);
    return CPU_COUNT(&others) > 0 && pthread_setaffinity_np(thread, sizeof others, &others) == 0;
}

void furrow__migrate_back(const furrow__migration *migration)
{
    pthread_setaffinity_np(migration->thread, sizeof migration->before, &migration->before);
}

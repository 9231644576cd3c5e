#include "levels.h"

static bool runs_here(const furrow__level_entry *entry)
{
    return !entry->runs_here || entry->runs_here();
}

const furrow__level *furrow__level_at(size_t index)
{
    for (size_t i = 0; i < furrow__level_count; i++)
        if (runs_here(&furrow__levels[i]) && index-- == 0)
            return &furrow__levels[i].level;
    return NULL;
}

const furrow__level *furrow__level_best(void)
{
    size_t best = furrow__level_count - 1;
    while (!runs_here(&furrow__levels[best]))
        best--;
    return &furrow__levels[best].level;
}

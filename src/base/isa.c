#include "isa.h"

#include <string.h>

const furrow__isa *furrow__isa_at(const furrow__isa *const *table, size_t index)
{
    const unsigned missing = ~furrow__isa_features();
    for (; *table; table++)
        if (((*table)->features & missing) == 0 && index-- == 0)
            return *table;
    return NULL;
}

const furrow__isa *furrow__isa_find(const furrow__isa *const *table, const char *name)
{
    const furrow__isa *isa, *last = NULL;
    for (size_t i = 0; (isa = furrow__isa_at(table, i)) != NULL; i++) {
        if (name && strcmp(isa->name, name) == 0)
            return isa;
        last = isa;
    }
    return name ? NULL : last;
}

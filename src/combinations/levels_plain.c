#include "levels.h"

FURROW__LEVEL_DECLARE(plain);

const furrow__level_entry furrow__combinations_levels[] = {
    {FURROW__LEVEL_OF(plain, 16, false), NULL},
};
const size_t furrow__combinations_level_count = 1;

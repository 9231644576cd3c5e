#include "levels.h"

FURROW__LEVEL_DECLARE(plain);

const furrow__level_entry furrow__levels[] = {
    {FURROW__LEVEL_OF("plain", 4, plain), NULL},
};
const size_t furrow__level_count = sizeof furrow__levels / sizeof *furrow__levels;

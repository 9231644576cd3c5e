#include "levels.h"

FURROW__LEVEL_DECLARE(plain);
FURROW__LEVEL_DECLARE(avx2);
FURROW__LEVEL_DECLARE(avx512);

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2");
}

static bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi");
}

const furrow__level_entry furrow__combinations_levels[] = {
    {FURROW__LEVEL_OF(plain, 16, false), NULL},
    {FURROW__LEVEL_OF(avx2, 32, false), has_avx2},
    {FURROW__LEVEL_OF(avx512, 64, true), has_avx512},
};
const size_t furrow__combinations_level_count =
    sizeof furrow__combinations_levels / sizeof *furrow__combinations_levels;

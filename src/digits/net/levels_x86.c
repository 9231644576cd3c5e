#include "levels.h"

FURROW__LEVEL_DECLARE(plain);
FURROW__LEVEL_DECLARE(avx2);
FURROW__LEVEL_DECLARE(avx512);

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("fma");
}

const furrow__level_entry furrow__levels[] = {
    {FURROW__LEVEL_OF("plain", 4, plain), NULL},
    {FURROW__LEVEL_OF("avx2", 8, avx2), has_avx2},
    {FURROW__LEVEL_OF("avx512", 16, avx512), has_avx512},
};
const size_t furrow__level_count = sizeof furrow__levels / sizeof *furrow__levels;

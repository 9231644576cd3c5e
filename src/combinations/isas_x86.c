#include "isa.h"

const furrow__isa *const furrow__combinations_isas[] = {
    &furrow__combinations_plain.id,
    &furrow__combinations_avx2.id,
    &furrow__combinations_avx512.id,
    NULL,
};

#include "isas.h"

FURROW__DIGITS_ISA(plain, 4, 0);
FURROW__DIGITS_ISA(avx2, 8, FURROW__AVX2 | FURROW__FMA);
FURROW__DIGITS_ISA(avx512, 16, FURROW__AVX512F | FURROW__FMA);

const furrow__isa *const furrow__digits_isas[] = {&plain.id, &avx2.id, &avx512.id, NULL};

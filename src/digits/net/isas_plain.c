#include "isas.h"

FURROW__DIGITS_ISA(plain, 4, 0);

const furrow__isa *const furrow__digits_isas[] = {&plain.id, NULL};

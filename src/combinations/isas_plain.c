#include "isa.h"

const furrow__isa *const furrow__combinations_isas[] = {&furrow__combinations_plain.id, NULL};

#include "isa.h"

unsigned furrow__isa_features(void)
{
    return 0;
}

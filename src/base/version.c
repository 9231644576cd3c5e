#include <furrow/furrow.h>

#define TEXT_OF(number) #number
#define TEXT(number)    TEXT_OF(number)

const char *furrow_version(void)
{
    return TEXT(FURROW_VERSION_MAJOR) "." TEXT(FURROW_VERSION_MINOR) "." TEXT(FURROW_VERSION_PATCH);
}

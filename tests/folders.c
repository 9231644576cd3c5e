/* folders.c: every readdir of the library and of the tests comes through here (the linker's
 * --wrap), so that a test can let any one of them fail. */
#include <dirent.h>
#include <errno.h>
#include <stdatomic.h>

#include "harness.h"

struct dirent *__real_readdir(DIR *stream);
struct dirent *__wrap_readdir(DIR *stream);

static atomic_size_t left;

void harness_fail_folder(size_t n)
{
    atomic_store(&left, n);
}

struct dirent *__wrap_readdir(DIR *stream)
{
    if (atomic_load(&left) > 0 && atomic_fetch_sub(&left, 1) == 1) {
        errno = EIO;
        return NULL;
    }
    return __real_readdir(stream);
}

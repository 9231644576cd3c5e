#include "fence.h"

#include <pthread.h>

#ifdef __linux__
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool call(int command)
{
    return syscall(SYS_membarrier, command, 0, 0) == 0;
}

static bool register_process(void)
{
    return call(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
}

/* A forked child may have to register again. */
static bool interrupt(void)
{
    return call(MEMBARRIER_CMD_PRIVATE_EXPEDITED) ||
           (register_process() && call(MEMBARRIER_CMD_PRIVATE_EXPEDITED));
}
#else
static bool register_process(void)
{
    return false;
}

static bool interrupt(void)
{
    return false;
}
#endif

bool furrow__fence_is_asymmetric;

static void prepare(void)
{
    furrow__fence_is_asymmetric = register_process() && interrupt();
}

void furrow__fence_prepare(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, prepare);
}

void furrow__fence_heavy(void)
{
    atomic_thread_fence(memory_order_seq_cst);
    if (furrow__fence_is_asymmetric)
        interrupt();
}

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

static bool enlist(void)
{
    return call(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
}

/* A child that was forked may have to enlist again. */
static bool interrupt(void)
{
    return call(MEMBARRIER_CMD_PRIVATE_EXPEDITED) ||
           (enlist() && call(MEMBARRIER_CMD_PRIVATE_EXPEDITED));
}
#else
static bool enlist(void)
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
    furrow__fence_is_asymmetric = enlist() && interrupt();
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

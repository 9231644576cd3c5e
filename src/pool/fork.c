#include "fork.h"

#include <pthread.h>

static unsigned generation; /* written by a child while it has one thread */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void count_child(void)
{
    generation++;
}

static void watch(void)
{
    pthread_atfork(NULL, NULL, count_child);
}

unsigned furrow__fork_generation(void)
{
    pthread_once(&once, watch);
    return generation;
}

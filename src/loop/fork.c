#include "fork.h"

#include <pthread.h>

static unsigned generation; /* written by a child while it has one thread */

static void count_child(void)
{
    generation++;
}

/* Runs when the library is loaded: a program may use OpenMP and fork before it calls Furrow. */
__attribute__((constructor)) static void watch(void)
{
    pthread_atfork(NULL, NULL, count_child);
}

unsigned furrow__fork_generation(void)
{
    return generation;
}

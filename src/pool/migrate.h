/*
 * migrate.h: a thread that shall run, but not on this CPU.
 *
 * A kernel likes to wake a thread where it was. It looks for a CPU that idles only then, or every
 * few milliseconds: longer than a short map takes; and a CPU of a virtual machine that has idled
 * for long does not count for Linux as one. So two threads may share a CPU beside an idle one.
 */
#ifndef FURROW_POOL_MIGRATE_H
#define FURROW_POOL_MIGRATE_H

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>

typedef struct furrow__migration {
    pthread_t thread;
    cpu_set_t before;
} furrow__migration;

/* Keeps a thread off a CPU, from which it goes now if it waits for it; false: it has no other. */
bool furrow__migrate_away(furrow__migration *migration, pthread_t thread, int cpu);

/* It may come back; it does not by itself. */
void furrow__migrate_back(const furrow__migration *migration);

#endif

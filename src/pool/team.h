/* team.h: a pool's threads, from the first to the last. */
#ifndef FURROW_POOL_TEAM_H
#define FURROW_POOL_TEAM_H

#include "state.h"

/* Starts all threads and waits until their initializers have run: pool->status. The negated errno
 * where there was no thread; those that there were have ended then. */
int furrow__team_start(furrow_pool *pool);

/* Starts the thread of one slot. The negated errno. */
int furrow__team_start_one(furrow_pool *pool, int worker);

/* Waits for the threads' end, which follows from the pool's; false: not before the deadline. */
bool furrow__team_join(furrow_pool *pool, double deadline);

/* Frees the scratch of all workers. */
void furrow__team_clear(furrow_pool *pool);

/* How many of the threads asked for the process may have under OMP_THREAD_LIMIT beside those it
 * has, and at least `least`; taken into account at once. */
int furrow__team_admit(int asked, int least);

void furrow__team_dismiss(int admitted);

/* Whether the calling thread is one of Furrow's own. */
bool furrow__team_is_own(void);

/* The process's own pool, made by the first call, and anew by a child that was forked. NULL: no
 * memory. */
furrow_pool *furrow__pool_of_process(void);

#endif

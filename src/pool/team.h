/* team.h: the pool's threads, from the first to the last. */
#ifndef FURROW_POOL_TEAM_H
#define FURROW_POOL_TEAM_H

#include "state.h"

/* Starts the team and waits until all initializers have run: pool->workers and pool->status. The
 * negated errno where there was no thread. */
int furrow__team_start(furrow_pool *pool);

/* Waits for the team's end, which follows from the pool's; false: not before the deadline. */
bool furrow__team_join(furrow_pool *pool, double deadline);

/* Frees the scratch of all workers. */
void furrow__team_clear(furrow_pool *pool);

#endif

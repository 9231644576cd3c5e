/* backend.h: the pool as a backend for loops: a pool that the caller made, or the process's own. A
 * NULL pool means the process's own. */
#ifndef FURROW_POOL_BACKEND_H
#define FURROW_POOL_BACKEND_H

#include <furrow/plan.h>

#include "loop/loop.h"
#include "plan/history.h"

struct furrow_pool;

/* Whether the pool runs this plan. It also runs serial loops that nobody asked to be serial, for
 * they may turn out to be longer than planned. */
bool furrow__backend_pool_runs(const furrow_plan *plan, const struct furrow_pool *pool);

/* Runs the loop on loop->pool, or on the process's own; `plan` is then what was done. */
int furrow__backend_pool(furrow__loop *loop, furrow_plan *plan);

/* The history of loops with this body and about as many items; NULL: no memory. */
furrow_history *furrow__backend_pool_history(struct furrow_pool *pool, const furrow__loop *loop);

/* Whether the calling thread belongs to a pool's team. */
bool furrow__team_is_own(void);

/* The process's own pool. The first call makes it; a forked child makes its own. NULL: no memory.
 */
struct furrow_pool *furrow__pool_of_process(void);

/* How soon a thread of the pool would take work. */
furrow_readiness furrow__backend_pool_readiness(struct furrow_pool *pool);

#endif

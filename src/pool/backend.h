/*
 * backend.h: loops on a pool that the caller made, or on the process's own.
 */
#ifndef FURROW_POOL_BACKEND_H
#define FURROW_POOL_BACKEND_H

#include <furrow/plan.h>

#include "loop/loop.h"
#include "plan/history.h"

struct furrow_pool;

/* Whether a plan is for this backend: also a serial loop that nobody asked for, since it may turn
 * out to be more. */
bool furrow__backend_pool_runs(const furrow_plan *plan, const struct furrow_pool *pool);

/* Runs the loop; `plan` is then what was done. `history` (which may be NULL) learns from it. */
int furrow__backend_pool(furrow__loop *loop, furrow_plan *plan, struct furrow_pool *pool,
                         furrow_history *history);

/* Where loops of this body over as many items are remembered; NULL: nowhere. */
furrow_history *furrow__backend_pool_history(struct furrow_pool *pool, const furrow__loop *loop);

/* Whether the calling thread is one of Furrow's own. */
bool furrow__team_is_own(void);

/* The process's own pool, made by the first call, and anew by a child that was forked. NULL: no
 * memory. */
struct furrow_pool *furrow__pool_of_process(void);

/* How soon a thread would help. */
furrow_readiness furrow__backend_pool_readiness(struct furrow_pool *pool);

#endif

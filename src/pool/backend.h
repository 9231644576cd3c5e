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

/* Runs the loop on loop->pool, or on the process's own; `plan` is then what was done. */
int furrow__backend_pool(furrow__loop *loop, furrow_plan *plan);

/* Where loops of this body over as many items are remembered; NULL: nowhere. */
furrow_history *furrow__backend_pool_history(struct furrow_pool *pool, const furrow__loop *loop);

/* How soon a thread would help. */
furrow_readiness furrow__backend_pool_readiness(struct furrow_pool *pool);

#endif

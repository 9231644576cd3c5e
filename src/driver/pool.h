/* pool.h: --backend pool: the workers that a run asks for. */
#ifndef FURROW_DRIVER_POOL_H
#define FURROW_DRIVER_POOL_H

#include <furrow/pool.h>

#include "options.h"

/* As many workers as the planner would take threads for `plan` and the kernel's items, as far as it
 * knows them; NULL where no pool is asked for or the plan is the serial loop. */
int pool_open(furrow_pool **pool, const struct options *options, const void *state,
              const furrow_plan *plan, furrow_error *error);

/* A command that runs no pools: says so where one is asked for, and returns true. */
bool pool_refused(const struct options *options);

#endif

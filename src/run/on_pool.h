/* on_pool.h: a window of items on a pool, in the place of a parallel loop. */
#ifndef FURROW_RUN_ON_POOL_H
#define FURROW_RUN_ON_POOL_H

#include <furrow/parallel.h>
#include <furrow/pool.h>

#include "items.h"

/* furrow_parallel_for(options, n, furrow__items_body, items) on the workers of `pool`; of the plan
 * only the chunk counts. */
int furrow__run_on_pool(furrow_pool *pool, const furrow_parallel_options *options, size_t n,
                        const furrow__items *items);

#endif

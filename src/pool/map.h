/* map.h: the options of a map as a loop. */
#ifndef FURROW_POOL_MAP_H
#define FURROW_POOL_MAP_H

#include <furrow/pool.h>

#include "loop/loop.h"

/* Whether the arguments can be; FURROW_EINVAL. */
int furrow__map_check(const furrow_map_options *options, size_t n);

/* The pointers of `options` are lent; the options themselves are not kept. */
void furrow__map_describe(furrow__loop *loop, const furrow_map_options *options, size_t n,
                          furrow_function function, furrow_body body, void *context);

#endif

/* peer.h: the loop of another library. */
#ifndef FURROW_BENCH_PLANNER_PEER_H
#define FURROW_BENCH_PLANNER_PEER_H

#include "spin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* NULL: none is installed. */
extern const char *const peer_name;

/* Runs spin_body over all items on `threads` threads as the library sees fit. */
void peer_run(const struct spin *spin, int threads);

#ifdef __cplusplus
}
#endif

#endif

/* peer.h: the loop of another library, chosen by CMake. */
#ifndef FURROW_BENCH_PLANNER_PEER_H
#define FURROW_BENCH_PLANNER_PEER_H

#include <furrow/range.h>

#ifdef __cplusplus
extern "C" {
#endif

/* NULL: no such library is installed. */
extern const char *const peer_name;

/* Runs `body` over all items on `threads` threads as the library sees fit. */
void peer_run(size_t items, int threads, furrow_body body, const void *context);

#ifdef __cplusplus
}
#endif

#endif

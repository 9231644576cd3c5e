#include "peer.h"

#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

extern "C" {
const char *const peer_name = "oneTBB auto";

void peer_run(size_t items, int threads, furrow_body body, const void *context)
{
    static tbb::global_control control(tbb::global_control::max_allowed_parallelism,
                                       static_cast<std::size_t>(threads));
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, items),
                      [=](const tbb::blocked_range<std::size_t> &range) {
                          furrow_range part = furrow_range();
                          part.begin = range.begin();
                          part.end = range.end();
                          body(&part, context);
                      });
}
}

#include "peer.h"

#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

extern "C" {
const char *const peer_name = "oneTBB auto";

void peer_run(const struct spin *spin, int threads)
{
    static tbb::global_control control(tbb::global_control::max_allowed_parallelism,
                                       static_cast<std::size_t>(threads));
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, spin->items),
                      [=](const tbb::blocked_range<std::size_t> &range) {
                          furrow_range items = furrow_range();
                          items.begin = range.begin();
                          items.end = range.end();
                          spin_body(&items, spin);
                      });
}
}

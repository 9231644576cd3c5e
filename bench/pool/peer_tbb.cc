// oneTBB behind peers.h.
#include <memory>

#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_group.h>

#include "peers.h"

namespace
{

std::unique_ptr<tbb::global_control> control;

void start(int threads)
{
    control = std::make_unique<tbb::global_control>(tbb::global_control::max_allowed_parallelism,
                                                    static_cast<std::size_t>(threads));
}

void map(const job *work)
{
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, work->n),
                      [=](const tbb::blocked_range<std::size_t> &range) {
                          for (std::size_t i = range.begin(); i < range.end(); i++)
                              run_item(work, i);
                      });
}

void tasks(const job *work)
{
    tbb::task_group group;
    for (std::size_t i = 0; i < work->n; i++)
        group.run([=] { run_item(work, i); });
    group.wait();
}

void submit(const job *work)
{
    tbb::task_group group;
    group.run([=] { run_item(work, 0); });
    group.wait();
}

} // namespace

extern "C" const peer tbb_peer = {"oneTBB", start, nullptr, map, nullptr, tasks, submit};

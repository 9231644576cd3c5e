#include <math.h>

#include "candidates.h"
#include "choice.h"

/* This many chunks a thread balance almost anything, where a chunk takes as long as this many
 * dispatches: 1 %. */
static const size_t fine_chunks = 64;
static const double chunk_dispatches = 100;
/* Seconds that a chunk lasts at most, however many items there are: what waits for it (results in
 * order, a cancel) need not wait longer. */
static const double soon_over = 0.01;

/* By the mean alone: the fewest threads of those that would take least. */
static int quickest_threads(furrow_cause *cause, const furrow__picture *picture)
{
    int best = 0, most = 0;
    double least = 0;
    for (int t = 0; (t = furrow__picture_next_threads(picture, t)) > 0; most = t) {
        double guided = furrow__picture_time(picture, t);
        double blocks = furrow__picture_blocks_time(picture, t);
        double time = blocks < guided ? blocks : guided;
        if (best == 0 || time < least) {
            best = t;
            least = time;
        }
    }
    *cause = picture->known ? furrow__choice_cause(picture, best) : FURROW_CAUSE_UNKNOWN;
    return picture->known ? best : most;
}

/* Even chunks, enough of them to balance almost anything. */
static size_t fine_chunk(const furrow__picture *picture, int threads)
{
    size_t even = picture->items / (fine_chunks * (size_t)threads);
    double soon = fmax(1, soon_over / picture->item_time);
    return soon < (double)even ? (size_t)soon : even;
}

/* Whether they are cheap to hand out. */
static bool fine_chunks_pay(const furrow__picture *picture, int threads, size_t chunk)
{
    double dispatches = (double)picture->items / (double)(chunk ? chunk : 1);
    bool cheap = (double)chunk * picture->item_time > chunk_dispatches * picture->costs.dispatch;
    return cheap &&
           dispatches * picture->costs.contended < 0.5 * furrow__picture_time(picture, threads);
}

/* Sets what is open of schedule and chunk, for unknown items of a known mean. */
static void schedule_by_mean(furrow_plan *plan, const furrow_plan *request,
                             const furrow__picture *picture)
{
    int threads = plan->threads;
    bool open = plan->backend == FURROW_BACKEND_FOR && request->schedule == FURROW_SCHEDULE_AUTO;
    bool unknown = picture->waiting || !picture->known;
    bool blocks = picture->items <= (size_t)threads ||
                  (!unknown && furrow__picture_blocks_time(picture, threads) <
                                   furrow__picture_time(picture, threads));
    if (open)
        plan->schedule = blocks && request->chunk == 0 ? FURROW_SCHEDULE_STATIC
                         : unknown                     ? FURROW_SCHEDULE_DYNAMIC
                                                       : FURROW_SCHEDULE_GUIDED;
    if (plan->backend == FURROW_BACKEND_SERIAL || request->chunk > 0)
        return;
    bool dealt = plan->schedule == FURROW_SCHEDULE_STATIC;
    size_t fine = fine_chunk(picture, threads);
    plan->chunk = dealt ? 0 : furrow__picture_chunk(picture, threads);
    if (open && plan->schedule == FURROW_SCHEDULE_GUIDED &&
        fine_chunks_pay(picture, threads, fine)) {
        plan->schedule = FURROW_SCHEDULE_DYNAMIC;
        plan->chunk = furrow__picture_grains(picture, threads, fine);
    }
}

void furrow__choose_by_mean(furrow_plan *plan, const furrow_plan *request,
                            const furrow__picture *picture)
{
    furrow_grounds grounds = furrow__choice_grounds(request, picture);
    int threads = furrow__choice_fixed(&grounds.cause, request, picture);
    if (threads == 0)
        threads = quickest_threads(&grounds.cause, picture);
    *plan = furrow__candidates_begun(request, threads);
    schedule_by_mean(plan, request, picture);
    bool dealt = plan->schedule == FURROW_SCHEDULE_STATIC;
    if (picture->known)
        grounds.predicted = dealt ? furrow__picture_blocks_time(picture, threads)
                                  : furrow__picture_time(picture, threads);
    plan->grounds = grounds;
}

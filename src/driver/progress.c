#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#include <furrow/clock.h>

/* Seconds from one line to the next: of a terminal, and of a log. */
static const double live_pause = 0.2, log_pause = 5;

struct progress progress_begin(uint64_t total, bool wanted, bool hidden)
{
    struct progress progress = {.total = total, .start = furrow_clock_wall()};
    progress.live = isatty(STDERR_FILENO);
    progress.shows = wanted || (progress.live && !hidden);
    progress.last = wanted && !progress.live ? progress.start - log_pause : progress.start;
    return progress;
}

const char *progress_bytes(char text[32], double bytes)
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
    size_t unit = 0;
    for (; bytes >= 999.5 && unit < 6; unit++)
        bytes /= 1000;
    snprintf(text, 32, bytes < 9.995 && unit > 0 ? "%.2f %s" : "%.0f %s", bytes, units[unit]);
    return text;
}

void progress_at(struct progress *progress, uint64_t written)
{
    char done[32], total[32], rate[32];
    double now = furrow_clock_wall();
    if (!progress->shows || now - progress->last < (progress->live ? live_pause : log_pause))
        return;
    progress->last = now;
    double elapsed = now - progress->start;
    fprintf(stderr, "%s%5.1f %%  %s of %s  %s/s%s", progress->live ? "\r" : "",
            100 * (double)written / (double)(progress->total ? progress->total : 1),
            progress_bytes(done, (double)written), progress_bytes(total, (double)progress->total),
            progress_bytes(rate, elapsed > 0 ? (double)written / elapsed : 0),
            progress->live ? "\033[K" : "\n");
}

void progress_end(struct progress *progress)
{
    if (progress->shows && progress->live && progress->last > progress->start)
        fprintf(stderr, "\r\033[K");
}

/* progress.h: how much of a known number of bytes is written, on stderr. */
#ifndef FURROW_DRIVER_PROGRESS_H
#define FURROW_DRIVER_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    uint64_t total;
    double start, last; /* readings of the wall clock */
    bool shows, live;   /* live: a line that changes, on a terminal */
};

/* `wanted` whatever stderr is; otherwise on a terminal only, unless `hidden`. */
struct progress progress_begin(uint64_t total, bool wanted, bool hidden);

/* Shows that so many bytes are written, if it is time to. By one thread at a time. */
void progress_at(struct progress *progress, uint64_t written);
void progress_end(struct progress *progress);

/* "1.23 GB". Returns `text`. */
const char *progress_bytes(char text[32], double bytes);

#endif

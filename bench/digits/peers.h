/* peers.h: other libraries that run LeNet-5. One that is not installed returns -1. */
#ifndef BENCH_DIGITS_PEERS_H
#define BENCH_DIGITS_PEERS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct peer {
    const char *name;
    /* Seconds for `images` images, in batches of BATCH, on that number of threads. */
    double (*infer)(int threads, const unsigned char *pixels, size_t images);
};

extern const struct peer peer_dnnl, peer_opencv, peer_torch;

/* Sends a line to peer.py and returns its answer: seconds, or -1. `labels` (may be NULL) gets the
 * sum of all labels. */
double python_ask(const char *line, double *labels);

#ifdef __cplusplus
}
#endif

#endif

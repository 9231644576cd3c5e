/* peers.h: others that run LeNet-5. One that is not installed answers -1. */
#ifndef BENCH_DIGITS_PEERS_H
#define BENCH_DIGITS_PEERS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct peer {
    const char *name;
    /* Seconds that `images` images took it, in batches of BATCH, on that number of threads. */
    double (*infer)(int threads, const unsigned char *pixels, size_t images);
};

extern const struct peer peer_dnnl, peer_opencv, peer_torch;

/* What peer.py says to a line of words: seconds, or -1. `labels`, where not NULL, is the sum of all
 * labels that it found. */
double python_ask(const char *line, double *labels);

#ifdef __cplusplus
}
#endif

#endif

#include "peers.h"

static double infer(int threads, const unsigned char *pixels, size_t images)
{
    (void)threads;
    (void)pixels;
    (void)images;
    return -1;
}

const struct peer peer_dnnl = {"oneDNN", infer};

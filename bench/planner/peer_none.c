#include "peer.h"

const char *const peer_name = NULL;

void peer_run(const struct spin *spin, int threads)
{
    (void)spin;
    (void)threads;
}

#include "peers.h"

bool (*const peer_spng)(unsigned char *pixels, const char *path) = NULL;

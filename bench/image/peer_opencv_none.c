#include "peers.h"

bool (*const peer_opencv)(unsigned char *pixels, const char *path) = NULL;

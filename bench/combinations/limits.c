#include "limits.h"

static const size_t piece = (size_t)2 << 20;

void limit_store_parallel(void *memory, size_t size, int threads)
{
    char *bytes = memory;
    size_t pieces = size / piece + (size % piece != 0);
    (void)threads;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) default(none)                   \
    shared(bytes, size, pieces, piece)
    for (size_t i = 0; i < pieces; i++)
        limit_store(bytes + i * piece, size - i * piece < piece ? size - i * piece : piece);
}

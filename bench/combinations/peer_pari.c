#include "bench.h"

#include <pari/pari.h>

bool peer_pari(uint8_t *rows, uint32_t n, uint32_t k)
{
    static bool ready;
    if (!ready)
        pari_init_opts(8000000, 2, INIT_DFTm);
    ready = true;
    pari_sp before = avma;
    forsubset_t walk;
    forksubset_init(&walk, (long)n, (long)k);
    for (GEN row; (row = forsubset_next(&walk)) != NULL;)
        for (uint32_t i = 1; i <= k; i++)
            *rows++ = (uint8_t)(row[i] - 1);
    avma = before;
    return true;
}

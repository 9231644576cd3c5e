/* peers.h: libraries that generate combinations too, where they are installed. */
#ifndef BENCH_COMBINATIONS_PEERS_H
#define BENCH_COMBINATIONS_PEERS_H

#include <stdbool.h>
#include <stdint.h>

/* Writes all rows as bytes; false: it is not installed. */
bool peer_gsl(uint8_t *rows, uint32_t n, uint32_t k);
bool peer_pari(uint8_t *rows, uint32_t n, uint32_t k);

#endif

#include "load.h"

#include <string.h>

int load_serial(const struct load *load)
{
    return load->body(&(furrow_range){.begin = 0, .end = load->items}, load->context);
}

void load_clear(const struct load *load)
{
    if (load->clear)
        load->clear(load->results, load->size);
    else
        memset(load->results, 0, load->size);
}

/* Horner's rule over the words, modulo 2^64. */
static uint64_t digest_words(const void *results, size_t size)
{
    const uint64_t *words = results;
    uint64_t digest = 0;
    for (size_t i = 0; i < size / sizeof *words; i++)
        digest = digest * UINT64_C(0xda942042e4dd58b5) + words[i];
    return digest;
}

uint64_t load_digest(const struct load *load)
{
    return (load->digest ? load->digest : digest_words)(load->results, load->size);
}

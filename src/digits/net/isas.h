/* isas.h: one entry of the table of instruction sets, for isas_x86.c and isas_plain.c. */
#ifndef FURROW_DIGITS_NET_ISAS_H
#define FURROW_DIGITS_NET_ISAS_H

#include "isa.h"

/* Declares what one compilation of infer.c, learn.c and augment.c defines, and makes an entry. */
#define FURROW__DIGITS_ISA(symbol, lanes, needs)                                                   \
    size_t furrow__infer_size_##symbol(const furrow__net *net);                                    \
    size_t furrow__learn_size_##symbol(const furrow__net *net);                                    \
    void furrow__infer_##symbol(const furrow__net *net, const float *forward, float *scratch,      \
                                const unsigned char *images, size_t count, float *outputs);        \
    void furrow__learn_##symbol(const furrow__pass *pass, float *scratch,                          \
                                const unsigned char *images, const unsigned char *labels,          \
                                size_t count, float *gradient, furrow__fit *fit);                  \
    void furrow__augment_##symbol(unsigned char *to, const unsigned char *from,                    \
                                  unsigned char label, const furrow_digits_recipe *recipe,         \
                                  uint64_t key);                                                   \
    static const furrow__digits_isa symbol = {                                                     \
        .id = {.name = #symbol, .features = (needs)},                                              \
        .width = (lanes),                                                                          \
        .infer_size = furrow__infer_size_##symbol,                                                 \
        .learn_size = furrow__learn_size_##symbol,                                                 \
        .infer = furrow__infer_##symbol,                                                           \
        .learn = furrow__learn_##symbol,                                                           \
        .augment = furrow__augment_##symbol,                                                       \
    }

#endif

/*
 * isa.h: the hot loops, compiled once per instruction set and chosen at run time.
 *
 * infer.c, learn.c and augment.c are compiled with FURROW__ISA (a name) and FURROW__WIDTH (how
 * many images go side by side: one per lane of a vector register) defined by CMakeLists.txt, and
 * define the functions below with that name. isas_x86.c or isas_plain.c is the table of them.
 */
#ifndef FURROW_DIGITS_NET_ISA_H
#define FURROW_DIGITS_NET_ISA_H

#include <stddef.h>
#include <stdint.h>

#include <furrow/digits/training.h>

#include "base/isa.h"
#include "net.h"

enum {
    FURROW__MAX_WIDTH = 16,
    FURROW__VECTORS = 4,   /* of images that infer takes at most */
    FURROW__ALIGNMENT = 64 /* bytes of the widest vector: all buffers begin on a multiple of it */
};

/* The first aligned float of `memory`, which must be FURROW__ALIGNMENT bytes longer than needed. */
static inline float *furrow__aligned(void *memory)
{
    uintptr_t address = (uintptr_t)memory;
    return (float *)((address + FURROW__ALIGNMENT - 1) / FURROW__ALIGNMENT * FURROW__ALIGNMENT);
}

/* What learning needs of a model. */
typedef struct furrow__pass {
    const furrow__net *net;
    const float *forward, *backward; /* packed parameters */
    double smoothing;                /* of the labels: the share dealt out to all classes */
} furrow__pass;

/* What some images came to. */
typedef struct furrow__fit {
    double loss;    /* the sum of their losses */
    size_t correct; /* how many were named right */
} furrow__fit;

typedef struct furrow__digits_isa {
    furrow__isa id;
    size_t width;

    /* Floats of scratch that infer and learn need. */
    size_t (*infer_size)(const furrow__net *net);
    size_t (*learn_size)(const furrow__net *net);

    /* The last layer's output for `count` (1 ... FURROW__VECTORS * width) images of
     * FURROW_DIGITS_PIXELS bytes: outputs[count][10]. Each depends on its own image alone, to the
     * last bit. */
    void (*infer)(const furrow__net *net, const float *forward, float *scratch,
                  const unsigned char *images, size_t count, float *outputs);

    /* Adds to gradient[parameters] what these images ask for, and to `fit`. The scratch is zeroed
     * before its first use and kept from call to call. */
    void (*learn)(const furrow__pass *pass, float *scratch, const unsigned char *images,
                  const unsigned char *labels, size_t count, float *gradient, furrow__fit *fit);

    /* Distorts an image as `key` has it. */
    void (*augment)(unsigned char *to, const unsigned char *from, unsigned char label,
                    const furrow_digits_recipe *recipe, uint64_t key);
} furrow__digits_isa;

/* isas_x86.c or isas_plain.c: as base/isa.h says. */
extern const furrow__isa *const furrow__digits_isas[];

static inline const furrow__digits_isa *furrow__digits_isa_at(size_t index)
{
    return (const furrow__digits_isa *)furrow__isa_at(furrow__digits_isas, index);
}

static inline const furrow__digits_isa *furrow__digits_isa_find(const char *name)
{
    return (const furrow__digits_isa *)furrow__isa_find(furrow__digits_isas, name);
}

#endif

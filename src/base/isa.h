/*
 * isa.h: the instruction sets that this CPU can run.
 *
 * combinations and digits compile their hot loops once per instruction set and choose among the
 * results at run time. Each has a table of pointers to structs that begin with a furrow__isa, from
 * the plainest instruction set to the fastest. The first needs no feature, and NULL ends the table.
 *
 * furrow__* stays inside a shared library, so that each of these libraries links isa.c itself.
 */
#ifndef FURROW_BASE_ISA_H
#define FURROW_BASE_ISA_H

#include <stddef.h>

/* Features of a CPU; bits, so that a set of them is a number. */
enum {
    FURROW__AVX2 = 1,
    FURROW__FMA = 2,
    FURROW__AVX512F = 4,
    FURROW__AVX512BW = 8,
    FURROW__AVX512VBMI = 16
};

typedef struct furrow__isa {
    const char *name;  /* "plain", "avx2", "avx512" */
    unsigned features; /* the CPU needs all of them */
} furrow__isa;

/* The features of this CPU: isa_x86.c, or isa_plain.c, which knows none. */
unsigned furrow__isa_features(void);

/* Of the entries that this CPU can run, number `index`; NULL beyond the last. */
const furrow__isa *furrow__isa_at(const furrow__isa *const *table, size_t index);

/* The entry of that name; NULL when there is none, or this CPU cannot run it. Without a name: the
 * fastest entry that this CPU can run. */
const furrow__isa *furrow__isa_find(const furrow__isa *const *table, const char *name);

#endif

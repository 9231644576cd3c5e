/*
 * shuffle.h: lanes of two vectors in another order, by an operation of the compiler that GCC has
 * from 12 on and clang always had; older ones of GCC want the numbers in a vector. Included by the
 * files that are compiled once per instruction set.
 */
#ifndef FURROW__DIGITS_SHUFFLE_H
#define FURROW__DIGITS_SHUFFLE_H

/* Those of `a` are numbered from 0, those of `b` go on from there; `numbers` is a vector of whole
 * numbers as wide as their lanes. */
#if defined(__clang__) || __GNUC__ >= 12
#define SHUFFLED(numbers, a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLED(numbers, a, b, ...) __builtin_shuffle(a, b, (numbers){__VA_ARGS__})
#endif

#endif

/*
 * wide.h: whole numbers below 2^128, for counts and ranks that do not fit 64 bits.
 *
 * A number is two halves of 64 bits, so that no compiler extension is needed. All functions are
 * pure and thread-safe.
 */
#ifndef FURROW_COMBINATIONS_WIDE_H
#define FURROW_COMBINATIONS_WIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* high * 2^64 + low; {n} is n. */
typedef struct furrow_wide {
    uint64_t low, high;
} furrow_wide;

/* Room for the longest number, of 39 digits, and the 0 that ends it. */
#define FURROW_WIDE_TEXT_SIZE 40

/* Negative, 0 or positive: left is below, equal to or above right. */
int furrow_wide_compare(furrow_wide left, furrow_wide right);

/* left + right and left - right. FURROW_EOVERFLOW: the result is 2^128 or more, or below 0. */
int furrow_wide_add(furrow_wide *sum, furrow_wide left, furrow_wide right);
int furrow_wide_subtract(furrow_wide *difference, furrow_wide left, furrow_wide right);

/* Reads `text`, which must be decimal digits only. FURROW_EINVAL: it is not; FURROW_EOVERFLOW. */
int furrow_wide_parse(furrow_wide *number, const char *text);

/* Writes `number` in decimal, and returns `text`. */
const char *furrow_wide_text(char text[FURROW_WIDE_TEXT_SIZE], furrow_wide number);

#ifdef __cplusplus
}
#endif

#endif

/*
 * wide.h: whole numbers below 2^128, for counts and ranks that 64 bits do not hold.
 *
 * Two halves, and no compiler extension in sight. All functions are pure and thread-safe.
 */
#ifndef FURROW_COMBINATIONS_WIDE_H
#define FURROW_COMBINATIONS_WIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* high * 2^64 + low. {n} is n. */
typedef struct furrow_wide {
    uint64_t low, high;
} furrow_wide;

/* Room for the longest, 39 digits. */
#define FURROW_WIDE_TEXT_SIZE 40

/* Negative, 0 or positive as left is below, equal to or above right. */
int furrow_wide_compare(furrow_wide left, furrow_wide right);

/* left + right and left - right. FURROW_EOVERFLOW from 2^128 on, and below 0. */
int furrow_wide_add(furrow_wide *sum, furrow_wide left, furrow_wide right);
int furrow_wide_subtract(furrow_wide *difference, furrow_wide left, furrow_wide right);

/* Reads decimal digits, all of `text`. FURROW_EINVAL: something else; FURROW_EOVERFLOW. */
int furrow_wide_parse(furrow_wide *number, const char *text);

/* In decimal; returns `text`. */
const char *furrow_wide_text(char text[FURROW_WIDE_TEXT_SIZE], furrow_wide number);

#ifdef __cplusplus
}
#endif

#endif

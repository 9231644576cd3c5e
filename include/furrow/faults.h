/*
 * faults.h: which items of a run failed, and why.
 *
 * Bodies add to a collection through furrow_fail (range.h), from any worker; whoever runs them
 * reads it. All functions are thread-safe except _free and _clear.
 */
#ifndef FURROW_FAULTS_H
#define FURROW_FAULTS_H

#include <stdbool.h>
#include <stddef.h>

#include <furrow/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct furrow_faults furrow_faults;

/* An empty collection, freed by furrow_faults_free. FURROW_ENOMEM. */
int furrow_faults_new(furrow_faults **faults);
void furrow_faults_free(furrow_faults *faults);

/* Adds a copy of `fault`, whose item it concerns; of several for one item the first stays.
 * FURROW_ENOMEM: nothing was added. */
int furrow_faults_add(furrow_faults *faults, const furrow_error *fault);

/* How many items failed. NULL: 0. */
size_t furrow_faults_count(const furrow_faults *faults);

/* The fault at `index` in item order (0: the lowest item that failed), copied to `*fault`, which
 * may be NULL. False when there are fewer. */
bool furrow_faults_at(const furrow_faults *faults, size_t index, furrow_error *fault);

/* Whether `item` failed; if so, why, in `*fault` (which may be NULL). Quick when nothing failed. */
bool furrow_faults_find(const furrow_faults *faults, size_t item, furrow_error *fault);

/* Forgets all; keeps the memory. */
void furrow_faults_clear(furrow_faults *faults);

#ifdef __cplusplus
}
#endif

#endif

/*
 * faults.h: which items of a run failed, and why.
 *
 * Bodies add faults by furrow_fail (range.h), from any worker; the caller of the loop reads them.
 * All functions are thread-safe except _free and _clear.
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

/* Makes an empty collection, which furrow_faults_free frees. FURROW_ENOMEM. */
int furrow_faults_new(furrow_faults **faults);
void furrow_faults_free(furrow_faults *faults);

/* Adds a copy of `fault`, which names its item. Of several faults of one item the first stays.
 * FURROW_ENOMEM: nothing was added. */
int furrow_faults_add(furrow_faults *faults, const furrow_error *fault);

/* The number of items that failed. NULL: 0. */
size_t furrow_faults_count(const furrow_faults *faults);

/* Copies the fault at `index` in item order (0: the lowest item that failed) to `*fault`, which may
 * be NULL. False when there are fewer faults. */
bool furrow_faults_at(const furrow_faults *faults, size_t index, furrow_error *fault);

/* Whether `item` failed. If so, copies its fault to `*fault`, which may be NULL. Quick when no item
 * failed. */
bool furrow_faults_find(const furrow_faults *faults, size_t item, furrow_error *fault);

/* Forgets all faults; keeps the memory. */
void furrow_faults_clear(furrow_faults *faults);

#ifdef __cplusplus
}
#endif

#endif

/*
 * cut.h: a loop cut into chunks beforehand, for OpenMP's constructs to hand out.
 */
#ifndef FURROW_LOOP_CUT_H
#define FURROW_LOOP_CUT_H

#include "loop.h"

enum { FURROW__FEW_ENDS = 96 };

typedef struct furrow__cut {
    furrow__loop *loop;
    size_t chunk;  /* items of a chunk; 0: `chunks` blocks of nearly the same size */
    size_t *ends;  /* where guided pieces end; NULL: all chunks are alike */
    size_t chunks; /* of the loop */
    size_t dealt;  /* chunks of the turns before this one */
    size_t turn;   /* chunks of this turn: what a construct runs */
    size_t few_ends[FURROW__FEW_ENDS]; /* 10^9 items on 2 threads need 84 */
} furrow__cut;

/* Cuts the loop into the plan's chunks. FURROW_ENOMEM. */
int furrow__cut_make(furrow__cut *cut, furrow__loop *loop, const furrow_plan *plan);
void furrow__cut_clear(furrow__cut *cut);

/* The next turn, of few enough chunks that passing over them after a stop takes a millisecond and
 * that tasks for all of them fit into memory. False when there is none, or nothing should start. */
bool furrow__cut_next_turn(furrow__cut *cut, int threads);

/* Runs chunk `index` of the turn, unless the loop was cancelled or stopped below it. */
void furrow__cut_run(furrow__cut *cut, size_t index, int worker);

#endif

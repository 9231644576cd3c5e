/* function.h: which item this thread's innermost function runs, for who asks inside it. */
#ifndef FURROW_LOOP_FUNCTION_H
#define FURROW_LOOP_FUNCTION_H

#include <furrow/loop.h>

typedef struct furrow__function {
    furrow_claim *claim; /* of a loop: the item is the last that was claimed; or NULL: */
    size_t item;         /* a call by itself */
    furrow_error *error; /* where its reason goes; NULL: nowhere */
    struct furrow__function *outer;
} furrow__function;

/* From here on the thread is inside this, until the end. */
void furrow__function_begin(furrow__function *function);
void furrow__function_end(const furrow__function *function);

#endif

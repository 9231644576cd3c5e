/* worst.h: the mistakes that were made with the most confidence, as many as are wanted. */
#ifndef KERNELS_DIGITS_WORST_H
#define KERNELS_DIGITS_WORST_H

#include <stddef.h>

/* However many there are, this many are kept. */
enum { FURROW__WORST_MOST = 1000 };

struct furrow__mistake {
    double probability; /* of the wrong answer */
    size_t item;
    int truth, digit;
    size_t reading; /* of the picture's, the one that was taken for it */
    char *name;
};

/* A binary heap, the least confident of them on top; {0} is empty. */
struct furrow__worst {
    struct furrow__mistake *heap;
    size_t count, most;
};

/* Sets how many are kept, at most FURROW__WORST_MOST; 0: none. FURROW_ENOMEM. */
int furrow__worst_init(struct furrow__worst *worst, size_t most);
void furrow__worst_clear(struct furrow__worst *worst);

/* Forgets all. */
void furrow__worst_reset(struct furrow__worst *worst);

/* Keeps a copy of the mistake if it is among the worst so far; of two that are as bad, the one that
 * came first in the input. FURROW_ENOMEM. */
int furrow__worst_add(struct furrow__worst *worst, const struct furrow__mistake *mistake);

/* Sorts them, the worst first: nothing is added after this but after _reset. */
void furrow__worst_sort(struct furrow__worst *worst);

#endif

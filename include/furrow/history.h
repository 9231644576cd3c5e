/*
 * history.h: what a place in a program remembers of its loops.
 *
 * A loop that runs again costs about what it cost before: what an item takes by itself, what the
 * whole loop took when it was shared, whether its items wait. Furrow remembers this for every
 * function and body that it has run lately. A site, a plain value that the caller keeps beside the
 * loop, remembers it for that loop alone, where one function stands for several:
 *
 *     static furrow_site site;                       // zero: nothing remembered
 *     furrow_parallel_options options = {.site = &site};
 *     for (int step = 0; step < steps; step++)
 *         furrow_parallel_for(&options, n, body, state);
 *
 * Nothing that is remembered changes a result. It is unlearned when calls turn out otherwise, and
 * loops over many more or fewer items are remembered apart. A site holds no memory of its own, and
 * calls may share it: what they say of others is then noise, never an error.
 */
#ifndef FURROW_HISTORY_H
#define FURROW_HISTORY_H

#ifdef __cplusplus
extern "C" {
#endif

#define FURROW_SITE_SIZES 4

/* Of loops over about as many items. Seconds are of one item; 0 is unknown. */
typedef struct furrow_history {
    unsigned key;      /* which loops; 0: none yet */
    unsigned calls;    /* seen */
    unsigned loss;     /* calls in a row that ran on one thread because sharing did not help */
    float alone;       /* what an item takes in calls that one thread ran whole */
    float first_items; /* what the first items took while no other thread had come */
    float shared;      /* what the whole loop takes for each item, where it is shared */
    float on_cpu;      /* the part of an item's time that it computes */
    float waits;       /* how often an item gives up its CPU by itself */
} furrow_history;

/* {0} is a site that knows nothing. To be read, not written. */
typedef struct furrow_site {
    furrow_history sizes[FURROW_SITE_SIZES];
} furrow_site;

#ifdef __cplusplus
}
#endif

#endif

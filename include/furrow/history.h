/*
 * history.h: what Furrow remembers of earlier calls of a loop.
 *
 * A loop that runs again costs about what it cost before: what an item takes on one thread, what
 * the whole loop takes when it is shared, and whether its items wait. Furrow remembers this for the
 * functions and bodies that it has run lately. Where one function stands for several loops, the
 * caller can give each loop a site, a plain value that remembers that loop alone:
 *
 *     static furrow_site site;                       // zero: nothing remembered
 *     furrow_parallel_options options = {.site = &site};
 *     for (int step = 0; step < steps; step++)
 *         furrow_parallel_for(&options, n, body, state);
 *
 * History never changes a result, only the plan. It is unlearned when calls take longer or shorter
 * than before, and loops over many more or fewer items have a history of their own. A site holds no
 * allocated memory. Calls on several threads may share a site: their figures then mix, which is
 * never an error.
 */
#ifndef FURROW_HISTORY_H
#define FURROW_HISTORY_H

#ifdef __cplusplus
extern "C" {
#endif

#define FURROW_SITE_SIZES 4

/* Loops over about the same number of items. Seconds are of one item; 0 is unknown. */
typedef struct furrow_history {
    unsigned key;   /* which loops; 0: none yet */
    unsigned calls; /* calls so far */
    unsigned loss;  /* the last calls, in a row, that ran on one thread as sharing had not helped */
    float alone;    /* what an item takes in calls that one thread ran whole */
    float first_items; /* what an item took before another thread joined the call */
    float shared;      /* what the whole loop takes for each item, when it is shared */
    float on_cpu;      /* the share of an item's time that is spent on a CPU */
    float waits;       /* how often an item gives up its CPU by itself */
} furrow_history;

/* {0} is a site that knows nothing. The fields may be read, and are Furrow's to write. */
typedef struct furrow_site {
    furrow_history sizes[FURROW_SITE_SIZES];
} furrow_site;

#ifdef __cplusplus
}
#endif

#endif

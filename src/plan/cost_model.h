/* cost_model.h: the facts with the unknown filled in, and what follows from them. */
#ifndef FURROW_PLAN_COST_MODEL_H
#define FURROW_PLAN_COST_MODEL_H

#include <furrow/plan.h>

typedef struct furrow__cost_model {
    size_t items, grain;
    int cpus, max_threads;
    bool known;       /* what items cost has been measured or declared */
    bool waiting;     /* items wait for most of their time */
    double item_time; /* seconds that one item takes alone on a CPU; 0 unless known */
    double item_cpu;  /* seconds of it on the CPU */
    furrow_costs costs;
} furrow__cost_model;

/* The costs of the facts, typical ones where they are unknown. */
furrow_costs furrow__cost_model_costs(const furrow_plan_facts *facts);

furrow__cost_model furrow__cost_model_of(const furrow_plan_facts *facts);

/* What earlier calls have shown, or else what the usage or the profile tells. */
furrow_plan_history furrow__cost_model_history(const furrow_plan_facts *facts);

/* Seconds that a region of that many threads costs beyond what its items take; 0 for one thread. */
double furrow__cost_model_region(const furrow__cost_model *model, int threads);

/* Seconds that that many threads take by a guided schedule, were every item the mean. */
double furrow__cost_model_time(const furrow__cost_model *model, int threads);

/* What they may well take by static blocks, when items differ. */
double furrow__cost_model_blocks_time(const furrow__cost_model *model, int threads);

/* The next number of threads worth a look, after `threads` (0: the first); 0 after the last. 1, 2,
 * 4, ... and all CPUs; for waiting items then the fewest for each number of rounds. */
int furrow__cost_model_next_threads(const furrow__cost_model *model, int threads);

/* The smallest chunk whose dispatch is at most 1 % of its time, at most a sixteenth of a share. */
size_t furrow__cost_model_chunk(const furrow__cost_model *model, int threads);

/* `chunk` up to the grain, since a part of one costs as much as a whole; but not beyond an even
 * share. */
size_t furrow__cost_model_grains(const furrow__cost_model *model, int threads, size_t chunk);

#endif

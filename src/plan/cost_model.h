/* cost_model.h: what a loop costs: the facts, with typical figures for the unknown. */
#ifndef FURROW_PLAN_COST_MODEL_H
#define FURROW_PLAN_COST_MODEL_H

#include <furrow/plan.h>

typedef struct furrow__cost_model {
    size_t items, grain;
    int cpus, max_threads;
    bool known;       /* the cost of items has been measured or declared */
    bool waiting;     /* items wait for most of their time */
    double item_time; /* seconds that one item takes alone on a CPU; 0 unless known */
    double item_cpu;  /* seconds of it on the CPU */
    furrow_costs costs;
} furrow__cost_model;

/* The costs of OpenMP: those of the facts, typical ones where they are unknown. */
furrow_costs furrow__cost_model_costs(const furrow_plan_facts *facts);

furrow__cost_model furrow__cost_model_of(const furrow_plan_facts *facts);

/* The history of the facts; where it is empty, one made from the usage or the profile. */
furrow_plan_history furrow__cost_model_history(const furrow_plan_facts *facts);

/* Seconds that a region of `threads` threads costs, without its items; 0 for one thread. */
double furrow__cost_model_region(const furrow__cost_model *model, int threads);

/* Seconds that `threads` threads take by a guided schedule, if every item takes the mean. */
double furrow__cost_model_time(const furrow__cost_model *model, int threads);

/* Seconds that they may take by static blocks, where items differ. */
double furrow__cost_model_blocks_time(const furrow__cost_model *model, int threads);

/* The next number of threads to consider, after `threads` (0: the first); 0 after the last. These
 * are 1, 2, 4, ... and all CPUs; for waiting items then the fewest for each number of rounds. */
int furrow__cost_model_next_threads(const furrow__cost_model *model, int threads);

/* The smallest chunk whose dispatch is at most 1 % of its time, but at most 1/16 of a share. */
size_t furrow__cost_model_chunk(const furrow__cost_model *model, int threads);

/* Rounds `chunk` up to the grain, since a part of a grain costs as much as a whole one; but not
 * beyond an even share. */
size_t furrow__cost_model_grains(const furrow__cost_model *model, int threads, size_t chunk);

#endif

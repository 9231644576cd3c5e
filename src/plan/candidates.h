/* candidates.h: the plans worth a look, and how long each will take. */
#ifndef FURROW_PLAN_CANDIDATES_H
#define FURROW_PLAN_CANDIDATES_H

#include "cost_model.h"

/* Of one number of threads; those that cope best with surprises come first. */
enum { FURROW__MAX_CANDIDATES = 16 };

typedef struct furrow__candidates {
    furrow_plan plans[FURROW__MAX_CANDIDATES];
    size_t count;
} furrow__candidates;

/* On that number of threads, and as was asked for; where that is open the schedule is dynamic, or a
 * pool's adaptive, and the chunk 0. */
furrow_plan furrow__candidates_begun(const furrow_plan *request, int threads);

/* What `request` leaves open, on that number of threads. */
void furrow__candidates_of(furrow__candidates *candidates, const furrow_plan *request,
                           const furrow__cost_model *model, int threads);

/* What choosing by a profile leaves out: a pool's plan, on more than one thread, where the backend
 * is open. */
void furrow__candidates_add_pool(furrow__candidates *candidates, const furrow_plan *request,
                                 int threads);

/* Sets plan->reason.predicted. Needs a profile, or usage. */
int furrow__candidates_predict(furrow_plan *plan, const furrow__cost_model *model,
                               const furrow_plan_facts *facts);

/* The least that any schedule could take on that number of threads. */
double furrow__candidates_bound(const furrow__cost_model *model, const furrow_plan_facts *facts,
                                int threads);

#endif

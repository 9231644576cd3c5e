/* choice.h: the ways to choose a plan, and what they share. */
#ifndef FURROW_PLAN_CHOICE_H
#define FURROW_PLAN_CHOICE_H

#include "cost_model.h"

/* What the reason speaks of, whatever is chosen. */
furrow_reason furrow__choice_reason(const furrow_plan *request, const furrow__cost_model *model);

/* The number of threads that is fixed beforehand, whatever items cost, and why; 0: it is open. */
int furrow__choice_fixed(furrow_cause *cause, const furrow_plan *request,
                         const furrow__cost_model *model);

/* Why that number of threads was chosen where it was open. */
furrow_cause furrow__choice_cause(const furrow__cost_model *model, int threads);

/* The next number of threads to look at after `threads` (0: the first); 0 after the last. */
int furrow__choice_next(const furrow__cost_model *model, int fixed, int threads);

/* Whether to share at all, and by a pool: by what earlier calls have shown. False: OpenMP's
 * worksharing shall, with a schedule by one of the ways below. */
bool furrow__choose_by_history(furrow_plan *plan, const furrow_plan *request,
                               const furrow__cost_model *model, const furrow_plan_facts *facts);

/* Whether a loop takes no longer than it takes others to come. */
bool furrow__choice_is_small(const furrow_plan_history *history, size_t items,
                             furrow_readiness readiness);

/* Whether calls that were shared took no less time than one thread takes. */
bool furrow__choice_is_loss(const furrow_plan_history *history);

/* By the mean cost of an item alone. */
void furrow__choose_by_mean(furrow_plan *plan, const furrow_plan *request,
                            const furrow__cost_model *model);

/* By playing the candidates on facts->profile. FURROW_ENOMEM. */
int furrow__choose_by_profile(furrow_plan *plan, const furrow_plan *request,
                              const furrow__cost_model *model, const furrow_plan_facts *facts);

#endif

/*
 * choice.h: the ways to choose a plan, what they share, and the plans that they choose from.
 */
#ifndef FURROW_PLAN_CHOICE_H
#define FURROW_PLAN_CHOICE_H

#include "cost_model.h"

/* ---- the ways to choose ---- */

/* Chooses by what earlier calls have shown: whether to share the loop at all, and with a pool.
 * False: OpenMP's worksharing is better, and one of the ways below chooses its schedule. */
bool furrow__choose_by_history(furrow_plan *plan, const furrow_plan *request,
                               const furrow__cost_model *model, const furrow_plan_facts *facts);

/* Chooses by the mean cost of an item alone. */
void furrow__choose_by_mean(furrow_plan *plan, const furrow_plan *request,
                            const furrow__cost_model *model);

/* Chooses by simulating the candidates on facts->profile. FURROW_ENOMEM. */
int furrow__choose_by_profile(furrow_plan *plan, const furrow_plan *request,
                              const furrow__cost_model *model, const furrow_plan_facts *facts);

/* ---- what they share ---- */

/* The part of a plan's reason that does not depend on the choice. */
furrow_reason furrow__choice_reason(const furrow_plan *request, const furrow__cost_model *model);

/* The number of threads where it does not depend on what items cost, and why; 0: it is open. */
int furrow__choice_fixed(furrow_cause *cause, const furrow_plan *request,
                         const furrow__cost_model *model);

/* Why this number of threads was chosen where it was open. */
furrow_cause furrow__choice_cause(const furrow__cost_model *model, int threads);

/* The next number of threads to consider after `threads` (0: the first); 0 after the last. */
int furrow__choice_next(const furrow__cost_model *model, int fixed, int threads);

/* Whether a loop takes no longer than other threads take to come. */
bool furrow__choice_is_small(const furrow_plan_history *history, size_t items,
                             furrow_readiness readiness);

/* Whether shared calls took no less time than one thread takes. */
bool furrow__choice_is_loss(const furrow_plan_history *history);

/* ---- candidates ---- */

enum { FURROW__MAX_CANDIDATES = 16 };

/* The plans to consider for one number of threads. Those that suffer least from surprises come
 * first. */
typedef struct furrow__candidates {
    furrow_plan plans[FURROW__MAX_CANDIDATES];
    size_t count;
} furrow__candidates;

/* A plan on this number of threads, as requested. Where the request is open, the schedule is
 * dynamic, or a pool's adaptive, and the chunk 0. */
furrow_plan furrow__candidates_begun(const furrow_plan *request, int threads);

/* Lists the plans on this number of threads that the request leaves open. */
void furrow__candidates_of(furrow__candidates *candidates, const furrow_plan *request,
                           const furrow__cost_model *model, int threads);

/* Adds a pool's plan, which choosing by a profile leaves out, where the backend is open and there
 * is more than one thread. */
void furrow__candidates_add_pool(furrow__candidates *candidates, const furrow_plan *request,
                                 int threads);

/* Sets plan->reason.predicted. Needs a profile, or usage. */
int furrow__candidates_predict(furrow_plan *plan, const furrow__cost_model *model,
                               const furrow_plan_facts *facts);

/* The least time that any schedule could take on this number of threads. */
double furrow__candidates_bound(const furrow__cost_model *model, const furrow_plan_facts *facts,
                                int threads);

#endif

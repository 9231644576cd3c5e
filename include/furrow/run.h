/*
 * run.h: a kernel on a backend: batches, results in order, faults, waiting.
 */
#ifndef FURROW_RUN_H
#define FURROW_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include <furrow/kernel.h>
#include <furrow/parallel.h>
#include <furrow/pool.h>
#include <furrow/progress.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Records that outlive the program: the driver's --resume. */
typedef struct furrow_journal furrow_journal;

/* Called for each item on the worker that runs it, so it must be thread-safe. `label` is the
 * kernel's name for the item, or ""; it lives for the call. */
typedef void (*furrow_item_event)(size_t item, const char *label, int worker, void *context);

/* {0} or NULL runs well. Pointers are lent for the call. */
typedef struct furrow_run_options {
    furrow_plan plan;              /* a request: what is 0 is planned */
    int cpus;                      /* usable CPUs; 0: furrow_cpu_count() */
    int thread_limit;              /* OMP_THREAD_LIMIT; 0: furrow_cpu_thread_limit() */
    furrow_costs costs;            /* of OpenMP here; 0: typical ones */
    const furrow_variant *variant; /* run this instead of next and body */
    const double *waits;  /* seconds that item i waits after it ran: waits[i % count] ... */
    size_t wait_count;    /* ... to stand for a remote service; 0: none wait */
    size_t max_items;     /* stop after this many items; 0: at the end */
    size_t shard, shards; /* run only this part of that many equal ones, from 1 on, for kernels
                           * whose items are numbers; 0: all; see furrow_run_part */
    bool halt;            /* stop at the first item that fails, as the serial loop would that does
                           * not look further; false: go on, and count them */
    furrow_journal *journal; /* of this run and of those before it that did not come to their end,
                              * as furrow__journal_open gave it; NULL: none */
    furrow_writer *writer;   /* where emit writes; NULL: nothing is emitted */
    const furrow_kernel_format *format; /* open; NULL: the kernel's first of records that needs not
                                         * be opened */
    furrow_sink sink; /* where a format goes that is no records, in order; NULL: nowhere ... */
    int (*write_at)(void *context, const char *bytes, size_t size, uint64_t offset);
    void *sink_context; /* ... or by any thread, `offset` behind the begin; NULL: in order only */
    bool checks;        /* what a format writes at any place is checked before it is written */
    bool unordered;     /* combine and emit take each range as soon as it has finished, not in item
                         * order: for kernels without combine, or with FURROW_KERNEL_ANY_ORDER */
    furrow_item_event item_started, item_ended;
    void (*item_failed)(const furrow_error *fault, const char *label, void *context); /* in order */
    void *context;     /* of the three above */
    furrow_pool *pool; /* whose workers run the items, whatever the plan's threads and backend (but
                        * serial); its own scratch is not used. NULL: none */
    furrow_progress_event progress; /* of items, one call at a time, on any worker */
    void *progress_context;
    furrow_cancel *cancel;
    furrow_trace *trace;
    furrow_site *site; /* what is remembered from run to run; NULL: from window to window only */
} furrow_run_options;

typedef struct furrow_run_outcome {
    size_t items;     /* that ran, failed ones included */
    size_t failed;    /* of the items that ran */
    size_t resumed;   /* how many of the first did not run: the journal has them */
    size_t recorded;  /* that the journal has now, as far as it was read */
    bool halted;      /* the last of these failed, and options->halt was set */
    bool whole;       /* it came to the kernel's end: nothing stopped it, nor did max_items (which
                       * says nothing of how many more `next` would have given: then false) */
    furrow_plan plan; /* of the largest batch */
    furrow_usage usage;
    furrow_phase phases[FURROW_MAX_PHASES]; /* of the kernel's, summed over all workers */
    double wall;                            /* seconds from the first next to the last emit */
} furrow_run_outcome;

/*
 * Runs `state` to its end, as the serial program in kernel.h does, with the same calls in the same
 * order and the same output whatever the plan; begin has been called, and verify is the caller's to
 * call, after a run that was whole. Items run in windows of at least 4 * threads * chunk, grown up
 * to 16-fold while a window is over in less than 0.1 s and its results in less than 4 MiB (1 MiB on
 * one thread), so that slots are used again while they are in a cache; of no more than 32 MiB of
 * results in any case. A window ends before the next begins, so no more than these are ever held. A
 * kernel whose items are numbers, and which does not iterate, begins with a window of all of them,
 * up to 1 MiB of results (2^20 items that have none). Results that its partials alone want (there
 * is no combine, no writer, no journal, no halt) take 16 KiB a worker, and one window holds all
 * items.
 *
 * A window is a call of furrow_parallel_for at `site`, or at a site of the run's own, and planned
 * from what earlier windows have shown there.
 *
 * A format whose bytes have places (furrow_kernel_format.write) is written piece by piece, each of
 * about 256 KiB: by whoever made it, where write_at is given; else in order, when all before it has
 * been, of at most 64 pieces at a time. No body, combine or partial is called then. What finish
 * makes goes to `sink` at the end.
 *
 * With options->halt, all items before the first that fails are combined and emitted and nothing of
 * it or behind it, whatever of that has run; its own code comes back.
 *
 * With a journal, each item that has finished, and before which all have, is written to it before
 * combine and emit get it, in one record with its neighbours that finished with it: its slot, its
 * fault, and a digest of what was fed and, under FURROW_KERNEL_READS_FILES, of size and time of
 * that file. Items that are in it already do not run: next, combine and emit are called for them as
 * ever, so that their output, and what the kernel tells at the end, are those of a run that was
 * never broken, whatever the plans of its parts. Slots must mean the same in another process: no
 * pointers. FURROW_ECHANGED: the input of such an item is not what it was, or there is less of it;
 * what follows them may differ. An item that had run but was not recorded runs again, also under
 * FURROW_KERNEL_SIDE_EFFECTS. That kernel, arguments and program are the same is for the terms of
 * the journal to say.
 *
 * `outcome` may be NULL; on failure it says how far the run came: all items before `outcome->items`
 * have been combined and emitted. Returns 0 (failed items included: see outcome->failed),
 * the code of the body, combine, emit or next that stopped it, of the journal, FURROW_ECANCELED,
 * FURROW_ECHANGED, FURROW_ENOMEM, or FURROW_ENOTSUP: for a kernel that has no body and no variant
 * chosen, for a variant with a journal, for a shard of a kernel that is asked for its items, and
 * where `unordered` is asked for together with a journal, with halt, or of a kernel whose combine
 * wants items in order.
 */
int furrow_run(furrow_run_outcome *outcome, const furrow_kernel *kernel, void *state,
               const furrow_run_options *options, furrow_error *error);

/* Which items such a run has; also what a format is opened for. */
furrow_part furrow_run_part(const furrow_shape *shape, const furrow_run_options *options);

/* What such a run tells the planner of each window beforehand: all but the number of items. */
furrow_plan_facts furrow_run_facts(const furrow_shape *shape, const furrow_run_options *options);

#ifdef __cplusplus
}
#endif

#endif
